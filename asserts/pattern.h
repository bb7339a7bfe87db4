/* SPDX-License-Identifier: MIT */
/*
 * What ASSERT_PACKETS() compares a transcript with: a list of elements, integers made with |.
 *
 *   ASSERT_PACKETS(CLIENT|SYN, SERVER|SYN|ACK, CLIENT|ACK);
 *   ASSERT_PACKETS(CLIENT|ACK|DATA(5), SERVER|ACK);
 *   ASSERT_PACKETS(CLIENT|FIN|ACK, SERVER|ACK|MAY_MERGE, SERVER|FIN|ACK, CLIENT|ACK);
 *   ASSERT_PACKETS(CLIENT|SYN|MAY_REPEAT);
 *
 * FIN, SYN, RST, ACK and URG must be exactly those named; PSH, ECE and CWR only matter when named.
 * Without CLIENT or SERVER either end may be the sender. Without DATA the payload is empty.
 *
 * MAY_REPEAT takes repeats in a row; with MAY_MISS, none will do as well. An element that merges
 * passes over the other end's: SERVER|ACK|MAY_MERGE, CLIENT|ACK, SERVER|FIN|ACK may be CLIENT|ACK,
 * SERVER|FIN|ACK. An ICMP error takes nothing aboard.
 */
#ifndef WIRESTATE_PATTERN_H
#define WIRESTATE_PATTERN_H

#include "transcript.h"

/** One element of a pattern: flags in the low 8 bits, the words below above them. */
typedef uint64_t ws_pattern;

#define CLIENT     ((ws_pattern)1 << 8)  /**< sent by the client's host */
#define SERVER     ((ws_pattern)1 << 9)  /**< sent by the server's host */
#define MAY_REPEAT ((ws_pattern)1 << 10) /**< one or more: the same flags, seq and length again */
#define MAY_MERGE  ((ws_pattern)1 << 11) /**< may ride on its sender's next: flags, data add up */
#define MAY_MISS   ((ws_pattern)1 << 12) /**< zero or one */
#define DROPPED    ((ws_pattern)1 << 13) /**< the wire threw it away */
#define ICMP       ((ws_pattern)1 << 14) /**< an ICMP error about a segment, instead of one */
#define SOME_DATA  ((ws_pattern)1 << 15) /**< any payload of at least one byte */
#define ANYTHING   ((ws_pattern)1 << 16) /**< any segment, whatever its flags and payload */
#define DATA(n)    (((ws_pattern)(n)&0xffffffffu) << 32) /**< a payload of exactly n bytes, n > 0 */

/** Does one entry match one element (the MAY_ words apart)? */
bool ws_pattern_matches(ws_pattern element, const struct ws_entry *entry);

/**
 * Match a whole list: every entry must be taken by an element and every element satisfied.
 * @param entries, n what was seen
 * @param partial set to the number of leading entries that the pattern could explain at best:
 *        partial == n with a false result means that more is to come
 */
bool ws_patterns_match(const ws_pattern *pattern, size_t elements, const struct ws_entry *entries,
		       size_t n, size_t *partial);

/** "client: Flags [S.], length 0" for one element, as tcpdump would. As snprintf(3). */
int ws_pattern_text(ws_pattern element, char *text, size_t size);

#endif
