/* SPDX-License-Identifier: MIT */
/* Events, written as JSON lines at the moment they happen. */
#include "runner/stream.h"
#include "asserts/errno_name.h"
#include "asserts/states.h"
#include "asserts/wait.h"
#include "runner/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a packet that are kept: all headers and some payload. */
enum { SNAPLEN = 160 };

static int stream_fd = -1;

static void write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			_exit(STREAM_LOST);
		text += written;
		length -= (size_t)written;
	}
}

void stream_event(int fd, json_t *event)
{
	char *text = event ? json_dumps(event, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
	char *line = NULL;
	int length;

	json_decref(event);
	/* one write, so that the lines of a claim and its children do not mix; and a line of its
	 * own, whatever somebody else wrote there before */
	length = text ? asprintf(&line, "\n%s\n", text) : -1;
	if (length < 0)
		_exit(STREAM_LOST);
	write_all(fd, line, (size_t)length);
	free(line);
	free(text);
}

/* jansson takes valid UTF-8 only; what hosts send is anything */
static json_t *string(const char *text)
{
	char *clean = text_clean(text);
	json_t *value = clean ? json_string(clean) : NULL;

	free(clean);
	return value;
}

static double since_start(int64_t monotonic)
{
	return (double)(monotonic + ws_scene->realtime - ws_scene->transcript.epoch) / 1e9;
}

static void tell_call(const struct ws_call *call)
{
	char text[160];
	json_t *began = call->began ? json_real(since_start(call->began)) : NULL;

	ws_call_text(call, text, sizeof(text));
	stream_event(stream_fd,
		     json_pack("{ss sf so* ss so sI ss* so}", "event", "call", "at",
			       since_start(call->at), "began", began, "who", call->who, "what",
			       string(call->what), "result", (json_int_t)call->result, "error",
			       call->error ? ws_errno_name(call->error) : NULL, "text",
			       string(text)));
}

static void tell_state(const struct ws_endpoint *endpoint)
{
	const struct ws_stay *stay = &endpoint->path[endpoint->path_length - 1];

	stream_event(stream_fd,
		     json_pack("{ss sf ss ss}", "event", "state", "at", since_start(stay->first),
			       "of", endpoint->name, "state", ws_state_name(stay->state)));
}

static void tell_timer(const struct ws_endpoint *endpoint)
{
	stream_event(stream_fd,
		     json_pack("{ss sf ss ss}", "event", "timer", "at", since_start(ws_now()), "of",
			       endpoint->name, "timer", ws_timer_name(endpoint->timer)));
}

static size_t number_of(const struct ws_entry *entry)
{
	return (size_t)(entry - ws_scene->transcript.entries) + 1;
}

static void tell_segment(const struct ws_entry *entry)
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * SNAPLEN + 1], text[512];
	size_t kept = entry->captured < SNAPLEN ? entry->captured : SNAPLEN;

	for (size_t i = 0; i < kept; i++) {
		hex[2 * i] = digits[entry->bytes[i] >> 4];
		hex[2 * i + 1] = digits[entry->bytes[i] & 15];
	}
	hex[2 * kept] = '\0';
	ws_segment_text(&entry->segment, entry->seq_base, entry->ack_base, text, sizeof(text));
	stream_event(stream_fd,
		     json_pack("{ss sf si ss so ss si}", "event", "segment", "at",
			       since_start(entry->at - ws_scene->realtime), "number",
			       (int)number_of(entry), "from",
			       entry->from == WS_CLIENT ? "client" : "server", "text", string(text),
			       "bytes", hex, "length", (int)entry->captured));
}

static void tell_fate(const struct ws_entry *entry)
{
	static const char *const fates[] = {
		[WS_DELIVERED] = "delivered",
		[WS_HELD] = "held",
		[WS_DROPPED] = "dropped",
		[WS_INJECTED] = "injected",
	};

	json_t *at = entry->arrived ? json_real(since_start(entry->arrived)) : NULL;

	stream_event(stream_fd,
		     json_pack("{ss so* si ss ss ss}", "event", "fate", "at", at, "number",
			       (int)number_of(entry), "fate", fates[entry->fate], "client",
			       ws_state_name(entry->states[WS_CLIENT]), "server",
			       ws_state_name(entry->states[WS_SERVER])));
}

static void tell_check(bool passed, const struct ws_place *place, const char *text)
{
	stream_event(stream_fd,
		     json_pack("{ss sb ss si so}", "event", "check", "passed", passed, "file",
			       place->file, "line", (int)place->line, "text", string(text)));
}

static void tell_skip(const char *reason)
{
	stream_event(stream_fd, json_pack("{ss so}", "event", "skip", "why", string(reason)));
}

static void tell_premise(const struct ws_premise *premise)
{
	stream_event(stream_fd,
		     json_pack("{ss ss so ss}", "event", "premise", "name", premise->name, "value",
			       string(premise->value), "since", premise->since));
}

static void tell_waits(double seconds)
{
	stream_event(stream_fd, json_pack("{ss sf}", "event", "waits", "seconds", seconds));
}

const struct ws_observer *stream_observer(int fd)
{
	static const struct ws_observer observer = {
		.judged = tell_check,
		.state = tell_state,
		.timer = tell_timer,
		.call = tell_call,
		.segment = tell_segment,
		.fate = tell_fate,
		.skipped = tell_skip,
		.premise = tell_premise,
		.waits = tell_waits,
	};

	stream_fd = fd;
	return &observer;
}
