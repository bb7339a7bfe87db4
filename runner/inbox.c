/* SPDX-License-Identifier: MIT */
/* The runner's end of an event stream. */
#include "runner/inbox.h"
#include "runner/outcome.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A claim that floods is kept at this many events, and lines at this many bytes. */
enum { EVENTS_MAX = 20000, LINE_MAX_SIZE = 4 << 20, OUTPUT_MAX = 16384 };

/* Read at a time, and at most this often before others have their turn: 1 MiB, as much as a pipe
 * holds. */
enum { CHUNK = 16384, CHUNKS = 64 };

void inbox_open(struct inbox *inbox)
{
	*inbox = (struct inbox){.events = json_array()};
}

/* What decides the outcome is taken even when the array is full. */
static bool decides(const json_t *event)
{
	static const char *const kinds[] = {"cannot", "skip", "done", "closed", "exit"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(outcome_text(event, "event"), kinds[i]) == 0)
			return true;
	return json_is_false(json_object_get(event, "passed"));
}

static void take_line(struct inbox *inbox, const char *line, size_t length)
{
	json_t *event = length ? json_loadb(line, length, 0, NULL) : NULL;
	const char *kind = outcome_text(event, "event");
	size_t room = event && decides(event) ? 2 * EVENTS_MAX : EVENTS_MAX;

	if (!event)
		return;
	inbox->ready = inbox->ready || strcmp(kind, "ready") == 0;
	inbox->done = inbox->done || strcmp(kind, "done") == 0;
	if (strcmp(kind, "waits") == 0) {
		inbox->waits = json_number_value(json_object_get(event, "seconds"));
		json_decref(event); /* says nothing about what was seen */
		return;
	}
	if (json_array_size(inbox->events) < room)
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
	if (inbox->length > LINE_MAX_SIZE)
		inbox->length = 0; /* no event of ours; its rest is not JSON either */
	memmove(inbox->line, line, inbox->length);
}

void inbox_read(struct inbox *inbox, int fd)
{
	for (int i = 0; i < CHUNKS && make_room(inbox, CHUNK); i++) {
		ssize_t got = read(fd, inbox->line + inbox->length, CHUNK);

		if (got <= 0)
			return;
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
	char *text, *newline;

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
	newline = start > 0 ? strchr(text, '\n') : NULL;
	if (newline && newline[1])
		memmove(text, newline + 1, strlen(newline + 1) + 1); /* no half lines */
	return text;
}
