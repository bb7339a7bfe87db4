/* SPDX-License-Identifier: MIT */
/* The runner's end of an event stream. */
#include "runner/inbox.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A claim that floods is kept at this many events; an end is always taken. */
enum { EVENTS_MAX = 20000, OUTPUT_MAX = 16384 };

void inbox_open(struct inbox *inbox)
{
	*inbox = (struct inbox){.events = json_array()};
}

static void take_line(struct inbox *inbox, const char *line, size_t length)
{
	json_t *event = json_loadb(line, length, 0, NULL);
	bool end = event && (json_object_get(event, "through") || json_object_get(event, "checks"));

	if (event && (json_array_size(inbox->events) < EVENTS_MAX || end))
		json_array_append_new(inbox->events, event);
	else
		json_decref(event);
}

static bool make_room(struct inbox *inbox, size_t more)
{
	char *bigger;

	if (inbox->room - inbox->length >= more)
		return true;
	bigger = realloc(inbox->line, inbox->room + 2 * more);
	if (!bigger)
		return false;
	inbox->line = bigger;
	inbox->room += 2 * more;
	return true;
}

static void take_lines(struct inbox *inbox)
{
	char *line = inbox->line, *end = inbox->line + inbox->length, *newline;

	while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
		take_line(inbox, line, (size_t)(newline - line));
		line = newline + 1;
	}
	inbox->length = (size_t)(end - line);
	memmove(inbox->line, line, inbox->length);
}

void inbox_read(struct inbox *inbox, int fd)
{
	enum { CHUNK = 16384 };
	ssize_t got;

	while (make_room(inbox, CHUNK) &&
	       (got = read(fd, inbox->line + inbox->length, CHUNK)) > 0) {
		inbox->length += (size_t)got;
		take_lines(inbox);
	}
}

void inbox_close(struct inbox *inbox)
{
	json_decref(inbox->events);
	free(inbox->line);
	*inbox = (struct inbox){0};
}

char *inbox_output(int fd)
{
	struct stat stat;
	off_t start;
	ssize_t got;
	char *text;

	if (fstat(fd, &stat) < 0 || stat.st_size == 0)
		return NULL;
	start = stat.st_size > OUTPUT_MAX ? stat.st_size - OUTPUT_MAX : 0;
	text = malloc(OUTPUT_MAX + 1);
	got = text ? pread(fd, text, OUTPUT_MAX, start) : -1;
	if (got <= 0) {
		free(text);
		return NULL;
	}
	text[got] = '\0';
	return text;
}
