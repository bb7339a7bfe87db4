/* SPDX-License-Identifier: MIT */
/*
 * Live capture of one network interface through libpcap, and the marker that proves absence.
 *
 * A marker is an Ethernet frame of the local experimental type (IEEE 802, 0x88b5) that carries a
 * number. It takes the same queues as every packet before it, so once it arrived, everything that
 * was sent earlier has arrived and was dealt with.
 */
#ifndef WIRESTATE_CAPTURE_H
#define WIRESTATE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ws_capture;

/** Length of an Ethernet header, and of a marker frame. */
enum { WS_ETHER = 14, WS_MARKER = 60 };

/** TCP, and the ICMP and ICMPv6 errors: a libpcap filter (pcap-filter(7)). */
#define WS_FILTER                                                                                  \
	"tcp or (icmp and (icmp[0]=3 or icmp[0]=4 or icmp[0]=5 or icmp[0]=11 or icmp[0]=12)) "     \
	"or (icmp6 and ip6[40]<128)"

/** What ws_capture_next() returns: a packet, or a marker's number. */
struct ws_packet {
	const uint8_t *bytes; /* link-layer header included; valid until the next call */
	uint32_t captured;
	int64_t at;      /* CLOCK_REALTIME nanoseconds */
	uint32_t marker; /* 0: a packet; else a marker with this number */
};

/**
 * Start capturing in the current network namespace: immediate mode, non-blocking, nanoseconds.
 * @param interface "lo", "wire0"
 * @param filter pcap-filter(7) expression; markers always pass
 * @param problem room for PCAP_ERRBUF_SIZE bytes: why NULL was returned
 */
struct ws_capture *ws_capture_open(const char *interface, const char *filter, char *problem);

void ws_capture_close(struct ws_capture *capture);

/** Readable when a packet waits. */
int ws_capture_fd(const struct ws_capture *capture);

/** The link type, for ws_decode(). */
int ws_capture_linktype(const struct ws_capture *capture);

/** The next packet if there is one. Returns 1, 0 for none, or a negative errno. */
int ws_capture_next(struct ws_capture *capture, struct ws_packet *packet);

/** Send a frame out of the interface, past its host's IP stack. Returns 0 or a negative errno. */
int ws_capture_send(struct ws_capture *capture, const void *frame, size_t length);

/**
 * Send a marker.
 * @param number not 0
 * @param to, from MAC addresses; NULL on loopback, where all are zero
 */
int ws_capture_mark(struct ws_capture *capture, uint32_t number, const uint8_t *to,
		    const uint8_t *from);

/** Packets that the kernel could not queue for us: anything but 0 makes a transcript worthless. */
unsigned ws_capture_lost(struct ws_capture *capture);

#endif
