/* SPDX-License-Identifier: MIT */
/*
 * One packet, decoded: what a claim may ask about a TCP segment or an ICMP error.
 *
 * ws_decode() never reads past the captured bytes and never trusts a length field: a packet that
 * lies is returned with `problem` set and with the fields that could still be read.
 * Sources: RFC 9293 section 3.1 (TCP), RFC 791, RFC 8200, RFC 792, RFC 4443, pcap-linktype(7).
 */
#ifndef WIRESTATE_SEGMENT_H
#define WIRESTATE_SEGMENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/** TCP control bits, by the names and values of RFC 9293 section 3.1. */
enum ws_flags {
	FIN = 0x01,
	SYN = 0x02,
	RST = 0x04,
	PSH = 0x08,
	ACK = 0x10,
	URG = 0x20,
	ECE = 0x40,
	CWR = 0x80,
	WS_AE = 0x100, /* accurate ECN, RFC 9768; no pattern word: CLIENT has this bit there */
};

/** An IP address and a TCP port. `family` is AF_INET, AF_INET6 or AF_UNSPEC for "none". */
struct ws_addr {
	int family;
	uint16_t port; /* host byte order */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	};
};

/** Room for ws_addr_text(): a v6 address, ".port" and the NUL. */
#define WS_ADDR_TEXT (INET6_ADDRSTRLEN + 8)

/** Take address and port from a socket address; a v4-mapped IPv6 address becomes IPv4, as it is
 *  on the wire. Returns false (and AF_UNSPEC) for a family that is not IP. */
bool ws_addr_from(struct ws_addr *addr, const struct sockaddr_storage *from);

/** The reverse of ws_addr_from(). Returns the length for bind(2) and connect(2). */
socklen_t ws_addr_to(const struct ws_addr *addr, struct sockaddr_storage *to);

bool ws_addr_equal(const struct ws_addr *a, const struct ws_addr *b);

/** "10.1.73.45.50000" or "fd00::45.50000" as tcpdump writes it, without the port when that is 0;
 *  "none" for AF_UNSPEC. Returns `text`. */
const char *ws_addr_text(const struct ws_addr *addr, char text[WS_ADDR_TEXT]);

enum ws_protocol {
	WS_TCP,
	WS_ICMP, /* ICMP or ICMPv6, errors and all else */
	WS_OTHER,
};

/** TCP options (RFC 9293 3.2, RFC 7323, RFC 2018); absent ones are 0 / false / -1. */
struct ws_tcp_options {
	uint16_t mss; /* bytes; 0 = absent */
	int wscale;   /* shift count; -1 = absent */
	bool sack_permitted;
	bool timestamps;
	uint32_t tsval, tsecr;
	unsigned sacks; /* number of SACK blocks */
	struct {
		uint32_t left, right;
	} sack[4];
	uint8_t raw[40]; /* as on the wire, for the tcpdump line */
	unsigned raw_length;
};

/** How many payload bytes are kept for printing. */
#define WS_PAYLOAD_PREFIX 32

/** A decoded packet. Numbers are in host byte order; TCP numbers are absolute. */
struct ws_segment {
	enum ws_protocol protocol;
	struct ws_addr src, dst; /* for ICMP the ports are 0 */
	uint8_t ttl, tos;
	uint16_t ip_id;
	bool checksum_ok; /* TCP or ICMP checksum; false when it could not be computed */

	uint16_t flags; /* enum ws_flags */
	uint32_t seq, ack;
	uint16_t window; /* unscaled, as on the wire */
	uint16_t urgent;
	uint32_t length; /* payload bytes, by the IP header; of ICMP and others the whole message */
	struct ws_tcp_options options;
	uint8_t payload[WS_PAYLOAD_PREFIX];
	unsigned payload_captured;

	uint8_t icmp_type, icmp_code;
	uint32_t icmp_mtu; /* of "fragmentation needed" and "packet too big", else 0 */
	bool quotes_tcp;   /* an ICMP error that quotes a TCP segment: */
	struct ws_addr quoted_src, quoted_dst;
	uint32_t quoted_seq;

	const char *problem; /* NULL, or what is wrong: "truncated in the TCP header" (static) */
};

/** Sequence space the segment takes: payload plus one each for SYN and FIN (RFC 9293 3.4). */
uint32_t ws_segment_space(const struct ws_segment *segment);

/**
 * Decode a captured packet.
 * @param linktype DLT_EN10MB, DLT_RAW, DLT_NULL or DLT_LINUX_SLL2 of libpcap
 * @param bytes the captured bytes
 * @param captured how many of them there are
 * @param segment all fields are set, whatever comes in
 * @return true when it is an IP packet whose header could be read (look at `protocol` and
 *         `problem` for the rest); false for anything else, ARP for instance.
 */
bool ws_decode(int linktype, const uint8_t *bytes, size_t captured, struct ws_segment *segment);

/** Internet checksum (RFC 1071) over `length` bytes, on top of the partial sum `sum`, in network
 *  byte order ready to store. */
uint16_t ws_checksum(const void *bytes, size_t length, uint32_t sum);

/** The pseudo-header's partial sum for ws_checksum() (RFC 9293 3.1, RFC 8200 8.1). */
uint32_t ws_pseudo_header(const struct ws_addr *src, const struct ws_addr *dst, uint8_t protocol,
			  uint32_t length);

/** "S", "S.", "F.", "P.", "R" … as tcpdump writes flags. Returns `text`. */
const char *ws_flags_text(uint16_t flags, char text[12]);

/** "SYN,ACK" as prose; "none" for 0. Returns `text`. */
const char *ws_flags_names(uint16_t flags, char text[40]);

/**
 * The segment the way `tcpdump -n` prints it, without time and addresses:
 *   Flags [S.], seq 0, ack 1, win 65160, options [mss 1460,…], length 0
 * @param seq_base, ack_base subtracted from seq and ack (and SACK edges); give 0 for absolute ones
 * @return as snprintf(3)
 */
int ws_segment_text(const struct ws_segment *segment, uint32_t seq_base, uint32_t ack_base,
		    char *text, size_t size);

#endif
