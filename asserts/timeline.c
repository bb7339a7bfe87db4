/* SPDX-License-Identifier: MIT */
/* The scene told in the order of time: calls, segments, states; and in one line, as evidence. */
#include "asserts/scene.h"
#include "asserts/errno_name.h"
#include "asserts/states.h"
#include <inttypes.h>
#include <string.h>

int ws_call_text(const struct ws_call *call, char *text, size_t size)
{
	if (!strchr(call->what, ')'))
		return snprintf(text, size, "%s", call->what);
	return snprintf(text, size, "%s = %ld%s%s", call->what, call->result,
			call->error ? " " : "", call->error ? ws_errno_name(call->error) : "");
}

static void print_call(const struct ws_scene *scene, const struct ws_call *call, const char *indent,
		       FILE *out)
{
	double at = (double)(call->at + scene->realtime - scene->transcript.epoch) / 1e9;
	char text[160];

	ws_call_text(call, text, sizeof(text));
	fprintf(out, "%s%11.6f %s: %s\n", indent, at, call->who, text);
}

/* The states are told when they differ from those after the segment before; after one that did not
 * arrive nobody looked. */
static void print_states(const struct ws_entry *entry, int before[WS_SIDES], const char *indent,
			 FILE *out)
{
	static const char *const names[WS_SIDES] = {"client", "server"};
	const char *separator = "";

	for (int side = 0; side < WS_SIDES; side++) {
		if (entry->states[side] < 0 || entry->states[side] == before[side])
			continue;
		if (!*separator)
			fprintf(out, "%s%11s ", indent, "");
		fprintf(out, "%s%s is %s", separator, names[side],
			ws_state_name(entry->states[side]));
		separator = ", ";
		before[side] = entry->states[side];
	}
	if (*separator)
		fputc('\n', out);
}

static void print_endpoint(const struct ws_endpoint *endpoint, const char *indent, FILE *out)
{
	char text[512], path[256];

	if (!endpoint->diag || endpoint->local.family == AF_UNSPEC)
		return;
	ws_sock_text(&endpoint->last, text, sizeof(text));
	fprintf(out, "%s%-8s %s\n", indent, endpoint->name, text);
	if (endpoint->remote.family != AF_UNSPEC)
		fprintf(out, "%s%-8s   states: %s\n", indent, "",
			ws_path_text(endpoint, path, sizeof(path)));
}

/* The mark, once, where everything before it was told. Returns whether it is told now. */
static bool print_mark(const struct ws_scene *scene, size_t entries, size_t calls,
		       const char *indent, FILE *out)
{
	if (entries < scene->transcript.mark || calls < scene->call_mark)
		return false;
	if (scene->transcript.mark || scene->call_mark)
		fprintf(out, "%s%11s -- the assertions look at what follows --\n", indent, "");
	return true;
}

void ws_scene_print(const struct ws_scene *scene, const char *indent, FILE *out)
{
	const struct ws_transcript *transcript = &scene->transcript;
	int before[WS_SIDES] = {-1, -1};
	size_t calls = 0;
	bool marked = false;
	char text[512];

	for (size_t i = 0; i <= transcript->count; i++) {
		const struct ws_entry *entry = &transcript->entries[i];
		bool last = i == transcript->count;

		while (calls < scene->call_count &&
		       (last || scene->calls[calls].at + scene->realtime < entry->at)) {
			marked = marked || print_mark(scene, i, calls, indent, out);
			print_call(scene, &scene->calls[calls++], indent, out);
		}
		marked = marked || print_mark(scene, i, calls, indent, out);
		if (last)
			break;
		ws_entry_text(transcript, entry, text, sizeof(text));
		fprintf(out, "%s%s\n", indent, text);
		print_states(entry, before, indent, out);
	}
	print_endpoint(&scene->client, indent, out);
	print_endpoint(&scene->server, indent, out);
	print_endpoint(&scene->listener, indent, out);
}

struct line {
	char *text;
	size_t size, used;
};

static void add(struct line *line, const char *separator, const char *text)
{
	size_t left = line->used < line->size ? line->size - line->used : 0;

	line->used += (size_t)snprintf(left ? line->text + line->used : NULL, left, "%s%s",
				       line->used ? separator : "", text);
}

/* Of a long transcript the beginning and the end are evidence enough. */
enum { EVIDENCE_FIRST = 8, EVIDENCE_LAST = 4 };

static bool left_out(const struct ws_transcript *transcript, size_t i)
{
	size_t length = transcript->count - transcript->mark;

	return length > EVIDENCE_FIRST + EVIDENCE_LAST + 1 &&
	       i >= transcript->mark + EVIDENCE_FIRST && i < transcript->count - EVIDENCE_LAST;
}

static void add_segments(struct line *line, const struct ws_transcript *transcript)
{
	char flags[12], text[48];
	int last_side = -1;

	for (size_t i = transcript->mark; i < transcript->count; i++) {
		const struct ws_entry *entry = &transcript->entries[i];
		const struct ws_segment *segment = &entry->segment;
		int used = 0;

		if (left_out(transcript, i)) {
			if (!left_out(transcript, i - 1) || i == transcript->mark)
				add(line, " ", "…");
			last_side = -1;
			continue;
		}
		if ((int)entry->from != last_side)
			used = snprintf(text, sizeof(text),
					"%c:", entry->from == WS_CLIENT ? 'C' : 'S');
		last_side = (int)entry->from;
		if (segment->protocol == WS_TCP)
			used += snprintf(text + used, sizeof(text) - (size_t)used, "%s",
					 ws_flags_text(segment->flags, flags));
		else
			used += snprintf(text + used, sizeof(text) - (size_t)used, "ICMP");
		if (segment->length)
			used += snprintf(text + used, sizeof(text) - (size_t)used, "(%" PRIu32 ")",
					 segment->length);
		if (entry->fate == WS_DROPPED)
			snprintf(text + used, sizeof(text) - (size_t)used, "x");
		add(line, " ", text);
	}
}

static void add_failed_calls(struct line *line, const struct ws_scene *scene)
{
	char text[160];

	for (size_t i = scene->call_mark; i < scene->call_count; i++) {
		const struct ws_call *call = &scene->calls[i];

		if (!call->error)
			continue;
		snprintf(text, sizeof(text), "%s %s: %s", call->who, call->what,
			 ws_errno_name(call->error));
		add(line, "; ", text);
	}
}

int ws_scene_evidence(const struct ws_scene *scene, char *text, size_t size)
{
	struct line line = {text, size, 0};
	char states[80];

	if (!size)
		return 0;
	text[0] = '\0';
	if (scene->transcript.mark == scene->transcript.count)
		add(&line, "", "no packet");
	add_segments(&line, &scene->transcript);
	if (scene->client.local.family != AF_UNSPEC) {
		snprintf(states, sizeof(states), "client %s, server %s",
			 ws_state_name(scene->client.last.state),
			 ws_state_name(scene->server.last.state));
		add(&line, "; ", states);
	}
	add_failed_calls(&line, scene);
	if (scene->measure.what[0]) {
		add(&line, "; ", scene->measure.what);
		add(&line, " ", scene->measure.seen);
	}
	return (int)line.used;
}
