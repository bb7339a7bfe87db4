/* SPDX-License-Identifier: MIT */
/* A run whose every text is hostile, and what reports of it are looked at with. */
#ifndef WIRESTATE_SELF_HOSTILE_H
#define WIRESTATE_SELF_HOSTILE_H

#include <stdbool.h>
#include "runner/formats.h"
#include "runner/result.h"

/* Names and titles are ours and have one line; everything else may have more. */
#define HOSTILE_LINE                                                                               \
	"<script>alert(\"1\")</script> & ]]> \x1b[31mred\x1b[0m \x01\x7f \xc2\x9b"                 \
	"31m \xff\xfe \xc0\xaf \xed\xa0\x80 \xef\xbf\xbf \xf4\x90\x80\x80 tab\there"
#define HOSTILE HOSTILE_LINE "\r\nsecond line \xe2\x82\xac \xe2\x82"

/** The length of self_long_line, which ends with a character of three bytes. */
#define LONG_LINE 200000

extern char self_long_line[LONG_LINE + 1];

enum { HOSTILE_INSTANCES = 7 };

/** The run: one instance of every outcome, each text hostile or very long. */
const struct run *given_hostile_run(void);

/** What is asserted is read back first, so that a failure leaves no file behind. */
struct written {
	int error;
	char *text; /* to be freed */
};

/** Write the hostile run to a file in a new directory, and read it; `use` (may be NULL) is called with its
 *  path before it is gone. */
struct written self_write(enum format format, void (*use)(const char *path));

/** How often `needle` is in `text`. */
size_t self_occurrences(const char *text, const char *needle);

/** Valid UTF-8 without control characters; ESC only as the start of a colour when `coloured`. */
bool self_is_safe(const char *text, bool coloured);

struct part {
	const char *text;
	size_t times;
};

/** The first of these texts that is not in a report as often as it should be, and how often it is there;
 *  NULL when all are right. Static. */
const char *self_wrong_part(const char *text, const struct part *parts, size_t count);
#define WRONG_PART(text, parts) self_wrong_part(text, parts, sizeof(parts) / sizeof((parts)[0]))

#endif
