/* SPDX-License-Identifier: MIT */
/* The runner's end of an event stream: bytes become lines, lines become JSON. */
#ifndef WIRESTATE_INBOX_H
#define WIRESTATE_INBOX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct inbox {
	json_t *events;   /* array */
	bool ready, done; /* an event of that kind was among them */
	double waits;     /* seconds of the last "waits"; who heard it sets it to 0 */
	char *line;       /* an unfinished line */
	size_t length, room;
};

void inbox_open(struct inbox *inbox);

/** Read what is there, a mebibyte at most; never blocks (the descriptor does not). A line that is
 *  no JSON is passed over: whoever wrote it was not ours. */
void inbox_read(struct inbox *inbox, int fd);

void inbox_close(struct inbox *inbox);

/** What a sandbox wrote to stdout and stderr, the last 16 KiB of it; malloc'd, NULL for nothing. */
char *inbox_output(int fd);

#endif
