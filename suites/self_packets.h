/* SPDX-License-Identifier: MIT */
/*
 * Packets to try the decoder on, made by another program and checked with tcpdump, and what the
 * self-tests need to use them.
 */
#ifndef WIRESTATE_SELF_PACKETS_H
#define WIRESTATE_SELF_PACKETS_H

#include "asserts/segment.h"

struct self_packet {
	const char *name;
	int linktype;
	const char *hex;
	const char *text; /* what tcpdump 4.99 -S -n says of it, and the payload */
};

extern const struct self_packet self_packets[];
extern const size_t self_packet_count;

/** The packet of that name; a test that asks for an unknown one ends as a failure. */
const struct self_packet *self_packet(const char *name);

/** How many bytes the packet has. */
size_t self_packet_size(const struct self_packet *packet);

/** The packet's first `size` bytes in memory of just that size, for ASan to watch; to be freed. */
uint8_t *self_packet_bytes(const struct self_packet *packet, size_t size);

/** Decode the whole packet of that name. */
struct ws_segment self_decode(const char *name);

/** Assert that two texts are equal, or fail with both. `what` says what they are; may be NULL. */
void self_same_text(const char *what, const char *seen, const char *wanted);

#endif
