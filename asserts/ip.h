/* SPDX-License-Identifier: MIT */
/*
 * The decoder's lower half: from a captured frame to what follows the IP header. Only segment.c
 * and the self-tests have use for it.
 *
 * Two lengths go together: `length`, what the IP header says there is, and `captured`, what was
 * captured of it, which is never more. Reads are bounded by `captured`.
 */
#ifndef WIRESTATE_IP_H
#define WIRESTATE_IP_H

#include "segment.h"

/** An IP header without its family's peculiarities, and what follows it. */
struct ws_ip {
	struct ws_addr src, dst;
	uint8_t ttl, tos;
	uint8_t protocol; /* IPPROTO_NONE when nothing after the header can be used */
	uint16_t id;
	const uint8_t *body;
	size_t captured, length; /* of the body */
	bool whole;              /* the checksum can be verified with the addresses above */
	const char *problem;
};

/** Parse an IP packet. False when there is no whole IPv4 or IPv6 header; anything wrong after
 *  that is told in `problem`. */
bool ws_ip_parse(const uint8_t *bytes, size_t captured, struct ws_ip *ip);

/** The same for a packet with a link-layer header; see ws_decode() for the types. */
bool ws_ip_from_frame(int linktype, const uint8_t *bytes, size_t captured, struct ws_ip *ip);

/** Numbers in network byte order, aligned or not. */
static inline uint16_t ws_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t ws_be32(const uint8_t *bytes)
{
	return (uint32_t)ws_be16(bytes) << 16 | ws_be16(bytes + 2);
}

#endif
