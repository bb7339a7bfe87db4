/* SPDX-License-Identifier: MIT */
/* A story drawn between two lifelines, for the terminal. */
#ifndef WIRESTATE_LADDER_H
#define WIRESTATE_LADDER_H

#include "runner/page.h"
#include "runner/story.h"

/**
 * Draw what happened: time, the client's state, its lifeline, calls and segments, the server's lifeline, its
 * state. A state stands there when it changes; a pause is a break in both lines. No line is longer than the
 * page is wide. Assertions are drawn where they failed; those that held too when the style is verbose.
 */
void ladder_print(const struct page *page, const struct story *story);

/** The ladder of every instance of a run below its name. */
void report_ladders(const struct run *run, const struct report_style *style, FILE *out);

#endif
