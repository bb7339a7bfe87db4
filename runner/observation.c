/* SPDX-License-Identifier: MIT */
/* From the events of a sandbox to lines that can be compared with those of another run. */
#include "runner/observation.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "asserts/transcript.h"
#include "runner/outcome.h"

/* A pause that deserves to be told: seconds. */
static const double telling = 0.15;

enum { LINE_SIZE = 768 };

/* A state that was seen and not told yet. */
struct news {
	double at;
	const char *state; /* NULL: none */
};

/*
 * The story is told in the order of events, but some of that is chance. When a state is asked for, and
 * when a segment is read, depends on the scheduler: on the wire a segment is told when it is delivered,
 * with the states that followed, which were asked for behind a barrier; states that were seen before
 * that only count when no delivery comes. And the ACK of a FIN waits for the next tick of the clock
 * (tcp_send_delayed_ack() with an ato of 0), with or without calls before it: it is told before them.
 */
struct teller {
	json_t *lines;
	const json_t **segments; /* those heard of */
	size_t segment_count;
	double last;             /* time of the line before */
	size_t cursor;           /* where an ACK goes: before the calls made since a segment */
	bool packets, repeats;   /* tell them */
	char segment[LINE_SIZE]; /* the last that was told */
	struct news news[WS_SIDES];
	const char *told[WS_SIDES]; /* the states that were told last */
};

static json_t *line(const struct teller *teller, double at, const char *text)
{
	double after = at - teller->last;

	if (after < telling)
		return json_string(text);
	return json_pack("{s:f, s:s}", "after", round(after * 100) / 100, "text", text);
}

static void tell(struct teller *teller, double at, const char *text)
{
	json_array_insert_new(teller->lines, teller->cursor++, line(teller, at, text));
	if (at > teller->last)
		teller->last = at;
}

static void tell_last(struct teller *teller, double at, const char *text)
{
	teller->cursor = json_array_size(teller->lines);
	tell(teller, at, text);
}

static const char *const sides[WS_SIDES] = {[WS_CLIENT] = "client", [WS_SERVER] = "server"};

static void tell_change(struct teller *teller, int side, double at, const char *state)
{
	char text[LINE_SIZE];

	teller->news[side].state = NULL;
	if (teller->told[side] && strcmp(teller->told[side], state) == 0)
		return;
	teller->told[side] = state;
	snprintf(text, sizeof(text), "  %s %s", sides[side], state);
	tell(teller, at, text);
}

/* States that no delivery explains: a call or a timer brought them. */
static void tell_news(struct teller *teller, double until)
{
	for (int side = 0; side < WS_SIDES; side++) {
		const struct news *news = &teller->news[side];

		if (!news->state || news->at > until)
			continue;
		teller->cursor = json_array_size(teller->lines);
		tell_change(teller, side, news->at, news->state);
	}
}

static void hear_state(struct teller *teller, const json_t *event)
{
	int side = strcmp(outcome_text(event, "of"), sides[WS_SERVER]) == 0;

	teller->news[side] = (struct news){
		.at = json_number_value(json_object_get(event, "at")),
		.state = outcome_text(event, "state"),
	};
}

static void cut_out(char *from, size_t length)
{
	memmove(from, from + length, strlen(from + length) + 1);
}

/* "TS val 12 ecr 34" says when, "win 501" how much memory there is; a window of 0 says more. */
static void leave_out_chance(char *text)
{
	static const char stamp[] = "TS val ", window[] = ", win ";
	char *at = strstr(text, stamp);

	if (at)
		cut_out(at + 2, strcspn(at, ",]") - 2);
	at = strstr(text, window);
	if (at && strncmp(at, ", win 0,", 8) != 0)
		cut_out(at, sizeof(window) - 1 + strspn(at + sizeof(window) - 1, "0123456789"));
}

static const char *other(const char *side)
{
	return strcmp(side, "client") == 0 ? "server" : "client";
}

/* What fills a buffer says nothing; words do. */
static void leave_out_filler(char *text)
{
	char *at = strstr(text, ": \"\\x");

	if (at)
		*at = '\0';
}

/* Options belong to the SYN; later they are time stamps, and SACK of what the numbers show too. */
static void leave_out_options(char *text)
{
	static const char options[] = ", options [";
	char *at = strstr(text, options);
	size_t length = at ? strcspn(at, "]") : 0;

	if (at && at[length] && !strstr(text, "Flags [S"))
		cut_out(at, length + 1);
}

/* An ACK and nothing else. */
static bool is_pure_ack(const char *text)
{
	return strstr(text, "Flags [.]") && strstr(text, "length 0");
}

/* Returns whether it was told: repeats may be left out. */
static bool tell_segment(struct teller *teller, const json_t *event, double at)
{
	const char *from = outcome_text(event, "from");
	char text[LINE_SIZE];

	snprintf(text, sizeof(text), "%s > %s: %s", from, other(from), outcome_text(event, "text"));
	leave_out_chance(text);
	leave_out_options(text);
	leave_out_filler(text);
	if (!teller->packets || (!teller->repeats && strcmp(text, teller->segment) == 0))
		return false;
	memcpy(teller->segment, text, sizeof(text));
	if (is_pure_ack(text) && at < teller->last + telling)
		tell(teller, at, text);
	else
		tell_last(teller, at, text);
	return true;
}

static void tell_sent(struct teller *teller, const json_t *event)
{
	tell_segment(teller, event, json_number_value(json_object_get(event, "at")));
}

static void hear_segment(struct teller *teller, const json_t *event)
{
	teller->segments[teller->segment_count++] = event;
}

/* They are numbered from 1, in the order in which they were sent. */
static const json_t *segment_of(const struct teller *teller, const json_t *fate)
{
	json_int_t number = json_integer_value(json_object_get(fate, "number"));

	if (number < 1 || (size_t)number > teller->segment_count)
		return NULL;
	return teller->segments[number - 1];
}

static void tell_fate(struct teller *teller, const json_t *event)
{
	const char *fate = outcome_text(event, "fate");
	const json_t *segment = segment_of(teller, event);
	double at = json_number_value(json_object_get(segment, "at"));

	tell_news(teller, at - telling);
	if (!tell_segment(teller, segment, at))
		return;
	if (strcmp(fate, "dropped") == 0) {
		tell(teller, teller->last, "  dropped on the wire");
		return;
	}
	for (int side = 0; side < WS_SIDES; side++)
		tell_change(teller, side, teller->last, outcome_text(event, sides[side]));
}

static bool is_told(const struct teller *teller, const char *text)
{
	size_t count = json_array_size(teller->lines);

	return count > 0 &&
	       strcmp(observation_text(json_array_get(teller->lines, count - 1)), text) == 0;
}

static bool moves_data(const json_t *event)
{
	const char *what = outcome_text(event, "text");

	return (strncmp(what, "send(", 5) == 0 || strncmp(what, "recv(", 5) == 0) &&
	       json_integer_value(json_object_get(event, "result")) >= 0 && strstr(what, " = ");
}

static void tell_call(struct teller *teller, const json_t *event)
{
	size_t cursor;
	char text[LINE_SIZE];

	tell_news(teller, INFINITY);
	cursor = teller->cursor;
	snprintf(text, sizeof(text), "%s: %s", outcome_text(event, "who"),
		 outcome_text(event, "text"));
	/* where packets are left to chance, so is how much goes with them */
	if (!teller->packets && moves_data(event))
		*strstr(text, " = ") = '\0';
	if (!teller->packets && is_told(teller, text))
		return;
	tell_last(teller, json_number_value(json_object_get(event, "at")), text);
	teller->cursor = cursor;
}

static void tell_done(struct teller *teller, const json_t *event)
{
	const json_t *measured = json_object_get(event, "measured");
	const char *expected = outcome_text(measured, "expected");
	char text[LINE_SIZE];

	tell_news(teller, INFINITY);
	snprintf(text, sizeof(text), "at the end client %s, server %s",
		 outcome_text(event, "client"), outcome_text(event, "server"));
	if (*outcome_text(event, "client"))
		tell_last(teller, teller->last, text);
	snprintf(text, sizeof(text), "%s %s%s%s%s", outcome_text(measured, "what"),
		 outcome_text(measured, "seen"), *expected ? " (expected " : "", expected,
		 *expected ? ")" : "");
	if (*outcome_text(measured, "what"))
		tell_last(teller, teller->last, text);
}

struct telling {
	const char *kind;
	void (*tell)(struct teller *teller, const json_t *event);
};

static void tell_all(struct teller *teller, const json_t *events, const struct telling *kinds)
{
	const json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		for (const struct telling *kind = kinds; kind->kind; kind++)
			if (strcmp(outcome_text(event, "event"), kind->kind) == 0)
				kind->tell(teller, event);
}

static bool is_fate(const json_t *event, const char *fate)
{
	return strcmp(outcome_text(event, "event"), "fate") == 0 &&
	       strcmp(outcome_text(event, "fate"), fate) == 0;
}

/* An answer may be thrown away before the runner hears that what it answers was delivered. */
static size_t before_its_answer(const json_t *events, const json_t *delivered)
{
	json_int_t number = json_integer_value(json_object_get(delivered, "number"));
	size_t end = json_array_size(events), index = end;

	for (size_t i = end; i-- > 0;) {
		const json_t *event = json_array_get(events, i);

		if (strcmp(outcome_text(event, "event"), "call") == 0 ||
		    is_fate(event, "delivered"))
			break;
		if (is_fate(event, "dropped") &&
		    json_integer_value(json_object_get(event, "number")) > number)
			index = i;
	}
	return index;
}

static json_t *in_order(const json_t *events)
{
	json_t *ordered = json_array(), *event;
	size_t i;

	json_array_foreach (events, i, event)
		json_array_insert(ordered,
				  is_fate(event, "delivered") ? before_its_answer(ordered, event)
							      : json_array_size(ordered),
				  event);
	return ordered;
}

/* The clock of the story starts with the first thing in it. */
static double first_at(const json_t *events)
{
	const json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (json_object_get(event, "at"))
			return json_number_value(json_object_get(event, "at"));
	return 0;
}

json_t *observation_make(const json_t *events, const char *link)
{
	static const struct telling story[] = {
		{"segment", hear_segment}, {"fate", tell_fate}, {"call", tell_call},
		{"state", hear_state},     {"done", tell_done}, {NULL},
	};
	static const struct telling calls[] = {{"call", tell_call}, {NULL}};
	static const struct telling rest[] = {{"segment", tell_sent}, {"done", tell_done}, {NULL}};
	const char *open = outcome_text(outcome_event(events, "done"), "open");
	struct teller teller = {
		.lines = json_array(),
		.last = first_at(events),
		.segments = calloc(json_array_size(events) + 1, sizeof(json_t *)),
		.packets = strcmp(open, "packets") != 0,
		.repeats = !*open,
	};

	if (!teller.segments) {
		json_decref(teller.lines);
		return NULL;
	}
	if (strcmp(link, "wire") == 0 && !*open) {
		json_t *ordered = in_order(events);

		tell_all(&teller, ordered, story);
		json_decref(ordered);
	} else {
		tell_all(&teller, events, calls);
		teller.last =
			json_number_value(json_object_get(outcome_event(events, "segment"), "at"));
		tell_all(&teller, events, rest);
	}
	free(teller.segments);
	return teller.lines;
}

const char *observation_text(const json_t *item)
{
	const char *text =
		json_string_value(json_is_object(item) ? json_object_get(item, "text") : item);

	return text ? text : "";
}

double observation_after(const json_t *item)
{
	return json_number_value(json_object_get(item, "after"));
}

static bool close_times(double a, double b)
{
	return fabs(a - b) <= fmax(a, b) / 8 + OBSERVATION_BUSY;
}

/* A word that is a time: a number with a point, such as "2.03" or "0.40," */
static bool is_time(const char *word, size_t length)
{
	size_t digits = strspn(word, "0123456789");

	return digits > 0 && digits + 1 < length && word[digits] == '.' &&
	       strspn(word + digits + 1, "0123456789,;)") == length - digits - 1;
}

static bool same_word(const char *a, size_t a_length, const char *b, size_t b_length)
{
	if (a_length == b_length && memcmp(a, b, a_length) == 0)
		return true;
	if (!is_time(a, a_length) && !is_time(b, b_length))
		return false;
	/* one of the two may be a whole number of seconds by chance */
	return strspn(a, "0123456789") > 0 && strspn(b, "0123456789") > 0 &&
	       close_times(strtod(a, NULL), strtod(b, NULL));
}

static bool same_text(const char *a, const char *b)
{
	while (*a && *b) {
		size_t a_length = strcspn(a, " "), b_length = strcspn(b, " ");

		if (!same_word(a, a_length, b, b_length))
			return false;
		a += a_length + strspn(a + a_length, " ");
		b += b_length + strspn(b + b_length, " ");
	}
	return *a == *b;
}

bool observation_item_equals(const json_t *a, const json_t *b)
{
	return close_times(observation_after(a), observation_after(b)) &&
	       same_text(observation_text(a), observation_text(b));
}

bool observation_equals(const json_t *a, const json_t *b)
{
	size_t count = json_array_size(a);

	if (count != json_array_size(b))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!observation_item_equals(json_array_get(a, i), json_array_get(b, i)))
			return false;
	return true;
}
