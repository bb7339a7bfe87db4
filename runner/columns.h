/* SPDX-License-Identifier: MIT */
/* Two observations beside each other, what is equal on one line. */
#ifndef WIRESTATE_COLUMNS_H
#define WIRESTATE_COLUMNS_H

#include <jansson.h>
#include "runner/page.h"

/** One of the two: its heading and its observation (observation.h; NULL is an empty one). */
struct column {
	const char *title;
	const json_t *lines;
};

/** Print both side by side, each in half of the page's width. Of what is equal only the lines next to a
 *  difference are printed. */
void columns_print(const struct page *page, const struct column *left, const struct column *right);

#endif
