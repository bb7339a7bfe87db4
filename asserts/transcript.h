/* SPDX-License-Identifier: MIT */
/*
 * The transcript: every segment that was sent on a link, in order, with relative numbers, what
 * became of it, and the states of both ends after it.
 */
#ifndef WIRESTATE_TRANSCRIPT_H
#define WIRESTATE_TRANSCRIPT_H

#include <stdio.h>
#include "segment.h"

/** Which end sent a segment. */
enum ws_side { WS_CLIENT, WS_SERVER, WS_SIDES };

/** What became of a segment on the link. */
enum ws_fate {
	WS_DELIVERED, /* handed to the other host */
	WS_HELD,      /* waits on a frozen or delaying wire */
	WS_DROPPED,   /* thrown away by the wire */
	WS_INJECTED,  /* written by the test, not by a host; delivered */
};

struct ws_entry {
	struct ws_segment segment;
	enum ws_side from;
	enum ws_fate fate;
	int64_t at;      /* CLOCK_REALTIME nanoseconds, the kernel's time stamp */
	int64_t arrived; /* CLOCK_MONOTONIC nanoseconds, when a wire handed it over; 0: not known */
	uint32_t seq, ack; /* relative to the initial sequence numbers */
	uint32_t seq_base, ack_base;
	int states[WS_SIDES]; /* tcp states after the segment was dealt with; -1 unknown, 0 gone */
	uint8_t *bytes;       /* the IP packet; owned by the transcript */
	uint32_t captured;
};

/** Zero-initialise before use, free with ws_transcript_clear(). */
struct ws_transcript {
	struct ws_entry *entries;
	size_t count, room;
	size_t mark;   /* assertions look at entries[mark .. count) */
	int64_t epoch; /* time 0 of the printed lines; 0 = that of the first entry */
	struct ws_isn {
		struct ws_addr src, dst;
		uint32_t isn;
		uint32_t offered; /* by a later SYN, not acknowledged yet */
		bool pending;     /* there is such a SYN */
	} * flows;
	size_t flow_count;
};

/**
 * Append a packet: copies the bytes, computes relative numbers.
 * The first SYN sets the initial sequence number of its direction, a later one (the 4-tuple is used
 * again) only when the other end acknowledges it: a SYN that is thrown into a connection and earns
 * a challenge ACK does not renumber it. A direction without one (a RST that answers a SYN) prints
 * absolute numbers.
 * @param ip the IP packet, without link-layer header
 * @return the new entry, valid until the next append; NULL when memory is out
 */
struct ws_entry *ws_transcript_add(struct ws_transcript *transcript,
				   const struct ws_segment *segment, enum ws_side from, int64_t at,
				   const uint8_t *ip, uint32_t captured);

/** Forget what was seen so far for assertions; it stays in the transcript. */
void ws_transcript_mark(struct ws_transcript *transcript);

/** One line, as tcpdump would: "0.000153 client > server: Flags [S], seq 0, …". As snprintf(3). */
int ws_entry_text(const struct ws_transcript *transcript, const struct ws_entry *entry, char *text,
		  size_t size);

/** All entries from `first` on, a line each, each line after `indent`; the mark as a line too. */
void ws_transcript_print(const struct ws_transcript *transcript, size_t first, const char *indent,
			 FILE *out);

/** Save as a pcap file (LINKTYPE_RAW, nanosecond times). Returns 0 or a negative errno. */
int ws_transcript_save(const struct ws_transcript *transcript, FILE *out);

void ws_transcript_clear(struct ws_transcript *transcript);

#endif
