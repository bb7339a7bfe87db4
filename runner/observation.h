/* SPDX-License-Identifier: MIT */
/*
 * What a claim saw, in a form that two runs can be compared by: the lines of a story without what
 * chance decides (ports, initial sequence numbers, time stamps, the hour), see `wirestate diff`.
 *
 * An observation is a JSON array. An item is a line, or an object with "text" and the seconds
 * "after" the line before it, where something was waited for:
 *
 *   "client: connect() = 0"
 *   "client > server: Flags [S], seq 0, options [mss 1460,sackOK,TS,nop,wscale 7], length 0"
 *   {"after": 60.03, "text": "client gone"}
 */
#ifndef WIRESTATE_OBSERVATION_H
#define WIRESTATE_OBSERVATION_H

#include <jansson.h>
#include <stdbool.h>

/**
 * The observation in the events of a sandbox (stream.h). On the wire it is complete and in order; on
 * loopback packets do not wait for anybody, so they are told after the calls, and states only at the
 * end. What the claim's own patterns leave to chance is left out.
 * @param link "wire", "loopback" or ""
 * @return a new reference; NULL when memory is out
 */
json_t *observation_make(const json_t *events, const char *link);

/** The text of an item, and the seconds before it. */
const char *observation_text(const json_t *item);
double observation_after(const json_t *item);

/**
 * Do two items say the same? Whole numbers and words must be equal; times, which are written with a
 * decimal point, may differ by what the kernel's timer wheel is coarse (an eighth, kernel/time/timer.c) and
 * by OBSERVATION_BUSY seconds of a busy machine.
 */
bool observation_item_equals(const json_t *a, const json_t *b);

#define OBSERVATION_BUSY 0.5

/** All items of two observations. NULL is an empty one. */
bool observation_equals(const json_t *a, const json_t *b);

#endif
