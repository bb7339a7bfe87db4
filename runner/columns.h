/* SPDX-License-Identifier: MIT */
/* Two observations beside each other, what is equal on one line. */
#ifndef WIRESTATE_COLUMNS_H
#define WIRESTATE_COLUMNS_H

#include <jansson.h>
#include <stdbool.h>
#include "runner/page.h"

/** One of the two: its heading and its observation (observation.h; NULL is an empty one). */
struct column {
	const char *title;
	const json_t *lines;
};

/**
 * Do they differ in something that is not in `told`? That is a set of changes, an object whose keys are texts for
 * what a line was and is now; they are the same whatever numbers the two lines have in common. The second of the same lines that are on one
 * side only is a change of its own.
 */
bool columns_have_news(const struct column *left, const struct column *right, const json_t *told);

/**
 * Print both side by side, each in half of the page's width. Of what is equal only the lines next to a
 * difference are printed.
 * @param told what needs no telling again, wherever it is; what was printed is added to it. NULL: tell all
 */
void columns_print(const struct page *page, const struct column *left, const struct column *right,
		   json_t *told);

#endif
