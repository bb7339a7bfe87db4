/* SPDX-License-Identifier: MIT */
/* Assertions about what socket calls return: errno, poll events, data, pending errors. */
#include "asserts/assert.h"
#include "asserts/errno_name.h"
#include "asserts/wait.h"
#include <stdio.h>
#include <string.h>

bool ws_expecting_error;

void ws_assert_errno(long result, int seen, int expected, const struct ws_place *place)
{
	bool failed = result == -1;

	ws_expecting_error = false;
	if (expected == 0)
		ws_judge(!failed, place, "expected success, seen -1 %s (%s)", ws_errno_name(seen),
			 strerror(seen));
	else if (failed)
		ws_judge(seen == expected, place, "expected -1 %s, seen -1 %s (%s)",
			 ws_errno_name(expected), ws_errno_name(seen), strerror(seen));
	else
		ws_fail(place, "expected -1 %s, seen success (%ld)", ws_errno_name(expected),
			result);
}

struct polled {
	int fd;
	short expected, seen;
};

static const struct {
	short event;
	const char *name;
} events[] = {
	{POLLIN, "POLLIN"},       {POLLPRI, "POLLPRI"}, {POLLOUT, "POLLOUT"},
	{POLLRDHUP, "POLLRDHUP"}, {POLLERR, "POLLERR"}, {POLLHUP, "POLLHUP"},
	{POLLNVAL, "POLLNVAL"},
};

static const char *events_text(short value, char text[80])
{
	size_t used = 0;

	snprintf(text, 80, "nothing");
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (value & events[i].event)
			used += (size_t)snprintf(text + used, 80 - used, "%s%s", used ? "|" : "",
						 events[i].name);
	return text;
}

static bool polls_so(void *context)
{
	struct polled *polled = context;
	struct pollfd poll_fd = {polled->fd, POLLIN | POLLPRI | POLLOUT | POLLRDHUP, 0};

	if (poll(&poll_fd, 1, 0) < 0)
		return false;
	polled->seen = poll_fd.revents;
	return polled->seen == polled->expected;
}

void ws_assert_poll(struct ws_endpoint *endpoint, short expected, const struct ws_place *place)
{
	struct polled polled = {.fd = endpoint->fd, .expected = expected};
	char text[2][80];
	bool right;

	/* poll(2) passes over a negative descriptor: "nothing" of it would be true for nothing */
	if (endpoint->fd < 0)
		ws_fail(place, "the %s has no descriptor here", endpoint->name);
	right = ws_wait(polls_so, &polled, ws_deadline);
	ws_scene_call(endpoint->name, 0, "poll: %s", events_text(polled.seen, text[1]));
	ws_judge(right, place, "expected poll on the %s to say %s, seen %s", endpoint->name,
		 events_text(expected, text[0]), events_text(polled.seen, text[1]));
}

void ws_assert_so_error(struct ws_endpoint *endpoint, int error, const struct ws_place *place)
{
	int seen = -1;
	socklen_t length = sizeof(seen);

	ws_scene_settle();
	if (getsockopt(endpoint->fd, SOL_SOCKET, SO_ERROR, &seen, &length) < 0) {
		ws_fail(place, "getsockopt(SO_ERROR) of the %s: %s", endpoint->name,
			strerror(errno));
		return;
	}
	ws_scene_call(endpoint->name, 0, "SO_ERROR %s", ws_errno_name(seen));
	ws_judge(seen == error, place, "expected SO_ERROR %s of the %s, seen %s",
		 ws_errno_name(error), endpoint->name, ws_errno_name(seen));
}

struct reading {
	int fd, error;
	char *text;
	size_t wanted, got;
	bool end;
};

/* reads what is wanted and not a byte more; of an end of file one call is enough */
static bool has_read(void *context)
{
	struct reading *reading = context;
	size_t room = reading->wanted - reading->got;
	char byte;

	for (;;) {
		ssize_t got = recv(reading->fd, room ? reading->text + reading->got : &byte,
				   room ? room : 1, MSG_DONTWAIT);

		if (got < 0) {
			reading->error = errno;
			return errno != EAGAIN;
		}
		reading->error = 0;
		reading->end = got == 0;
		reading->got += (size_t)got;
		room -= room ? (size_t)got : 0;
		if (got == 0 || room == 0)
			return true;
	}
}

static void describe(const struct reading *reading, char *text, size_t size)
{
	if (reading->error && reading->error != EAGAIN)
		snprintf(text, size, "%s", ws_errno_name(reading->error));
	else if (reading->end)
		snprintf(text, size, "end of file after %zu bytes", reading->got);
	else if (reading->got > reading->wanted)
		snprintf(text, size, "a byte of data");
	else
		snprintf(text, size, "%zu bytes \"%.*s\"", reading->got, (int)reading->got,
			 reading->text);
}

void ws_assert_reads(struct ws_endpoint *endpoint, const char *text, const struct ws_place *place)
{
	char buffer[1024] = "", seen[1200];
	struct reading reading = {
		.fd = endpoint->fd,
		.text = buffer,
		.wanted = strlen(text),
	};
	bool right;

	if (reading.wanted >= sizeof(buffer)) {
		ws_fail(place, "at most %zu bytes can be compared", sizeof(buffer) - 1);
		return;
	}
	ws_wait(has_read, &reading, ws_deadline);
	right = reading.error == 0 && reading.got == reading.wanted &&
		memcmp(buffer, text, reading.wanted) == 0 && reading.end == (reading.wanted == 0);
	ws_scene_call(endpoint->name, reading.error ? -1 : (long)reading.got, "recv(%zu)",
		      reading.wanted);
	describe(&reading, seen, sizeof(seen));
	ws_judge(right, place, "expected the %s to read %s%s%s, seen %s", endpoint->name,
		 *text ? "\"" : "end of file", text, *text ? "\"" : "", seen);
}
