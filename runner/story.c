/* SPDX-License-Identifier: MIT */
/* From the events of a sandbox to the order in which people tell what happened. */
#include "runner/story.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/outcome.h"
#include "runner/text.h"

/*
 * Events come in the order in which the claim and its runner heard of them, which is nearly the order in
 * which things happened: a call is told when it returns, before the packets it made are read. What became
 * of a segment is told last, after the states that it brought and maybe after the answer to it. It is put
 * to the segment, unless a call came between or another segment overtook it: then it has an item of its own.
 */
struct teller {
	struct story *story;
	size_t *segments; /* item of each segment by number - 1 */
	size_t segment_count;
};

static const char *const sides[WS_SIDES] = {[WS_CLIENT] = "client", [WS_SERVER] = "server"};

/* Whose column it is: those that have none of their own act where the clients are, or the servers. */
static enum ws_side side_of(const char *who)
{
	return strcmp(who, "server") == 0 || strcmp(who, "listener") == 0 ||
			       strcmp(who, "child") == 0
		       ? WS_SERVER
		       : WS_CLIENT;
}

/* UNIX times and times since one. What is beyond comes of a damaged result, and would not fit where
 * nanoseconds are counted. */
static double seconds_of(const json_t *event, const char *member)
{
	static const double most = 5e9;

	return fmin(fmax(json_number_value(json_object_get(event, member)), 0), most);
}

/* A text that the story keeps: a part of another one. */
static const char *keep(struct teller *teller, const char *text, size_t length)
{
	json_t *kept = json_stringn(text, length);

	if (!kept)
		return "";
	json_array_append_new(teller->story->texts, kept);
	return json_string_value(kept);
}

/* What follows `before` in a line of tcpdump's, up to a comma: its numbers. */
static const char *part(struct teller *teller, const char *text, const char *before)
{
	const char *found = strstr(text, before);

	if (!found)
		return "";
	found += strlen(before);
	return keep(teller, found, strcspn(found, ",] "));
}

static struct story_item *add(struct teller *teller, enum story_kind kind, const json_t *event)
{
	struct story_item *item = &teller->story->items[teller->story->count++];

	*item = (struct story_item){
		.kind = kind,
		.at = seconds_of(event, "at"),
		.who = "",
		.text = "",
		.flags = "",
		.seq = "",
		.ack = "",
		.event = event,
	};
	/* what says no time happened with what came before */
	if (!json_object_get(event, "at") && teller->story->count > 1)
		item->at = item[-1].at;
	return item;
}

/* Put the last item where the first stands, from the end back, that is not earlier than it. */
static struct story_item *put_back(struct teller *teller)
{
	struct story *story = teller->story;
	struct story_item item = story->items[story->count - 1];
	size_t to = story->count - 1;

	while (to > 0 && story->items[to - 1].at >= item.at)
		to--;
	memmove(&story->items[to + 1], &story->items[to], (story->count - 1 - to) * sizeof(item));
	story->items[to] = item;
	for (size_t i = 0; i < teller->segment_count; i++)
		teller->segments[i] += teller->segments[i] >= to;
	return &story->items[to];
}

/* What was told since a call began happened while it waited. */
static void tell_begin(struct teller *teller, const json_t *event)
{
	struct story_item *item = add(teller, STORY_BEGIN, event);

	item->at = seconds_of(event, "began");
	item->who = outcome_text(event, "who");
	item->side = side_of(item->who);
	item->text = outcome_text(event, "what");
	if (item->at > 0)
		put_back(teller);
}

static void tell_call(struct teller *teller, const json_t *event)
{
	struct story_item *item;

	if (json_object_get(event, "began"))
		tell_begin(teller, event);
	item = add(teller, STORY_CALL, event);

	item->who = outcome_text(event, "who");
	item->side = side_of(item->who);
	item->text = outcome_text(event, "text");
}

static void tell_segment(struct teller *teller, const json_t *event)
{
	struct story_item *item = add(teller, STORY_SEGMENT, event);
	const char *text = outcome_text(event, "text"), *length = strstr(text, "length ");

	item->who = outcome_text(event, "from");
	item->side = strcmp(item->who, sides[WS_SERVER]) == 0 ? WS_SERVER : WS_CLIENT;
	item->text = text;
	item->flags = part(teller, text, "Flags [");
	item->seq = part(teller, text, "seq ");
	item->ack = part(teller, text, "ack ");
	item->length = length ? strtol(length + strlen("length "), NULL, 10) : 0;
	item->number = ++teller->segment_count;
	teller->segments[item->number - 1] = teller->story->count - 1;
}

static void tell_state(struct teller *teller, const json_t *event)
{
	struct story_item *item = add(teller, STORY_STATE, event);

	item->who = outcome_text(event, "of");
	item->side = side_of(item->who);
	item->text = outcome_text(event, "state");
	if (strcmp(item->who, sides[item->side]) == 0)
		item->states[item->side] = item->text;
}

static enum story_fate fate_of(const char *name)
{
	static const char *const names[] = {[STORY_UNKNOWN] = "",
					    [STORY_DELIVERED] = "delivered",
					    [STORY_DROPPED] = "dropped",
					    [STORY_HELD] = "held",
					    [STORY_INJECTED] = "injected"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (enum story_fate)i;
	return STORY_UNKNOWN;
}

static bool goes_straight(const struct story *story, size_t segment)
{
	for (size_t i = segment + 1; i < story->count; i++)
		if (story->items[i].kind == STORY_CALL || story->items[i].kind == STORY_ARRIVAL)
			return false;
	return true;
}

/* It came before what it brought: states, and segments that answer it. */
static struct story_item *add_arrival(struct teller *teller, size_t segment, const json_t *event)
{
	struct story *story = teller->story;
	const json_t *at = json_object_get(event, "at");
	struct story_item *item = &story->items[story->count++];

	story->items[segment].fate = STORY_HELD;
	*item = story->items[segment];
	item->kind = STORY_ARRIVAL;
	item->at = at ? seconds_of(event, "at") : item[-1].at;
	return at ? put_back(teller) : item;
}

static void tell_fate(struct teller *teller, const json_t *event)
{
	json_int_t number = json_integer_value(json_object_get(event, "number"));
	enum story_fate fate = fate_of(outcome_text(event, "fate"));
	struct story_item *item;
	size_t segment;

	if (number < 1 || (size_t)number > teller->segment_count)
		return;
	segment = teller->segments[number - 1];
	item = &teller->story->items[segment];
	if (fate != STORY_HELD && !goes_straight(teller->story, segment))
		item = add_arrival(teller, segment, event);
	item->fate = fate;
	for (int side = 0; side < WS_SIDES && fate != STORY_HELD; side++)
		item->states[side] = outcome_text(event, sides[side]);
}

static void tell_check(struct teller *teller, const json_t *event)
{
	/* a claim that cannot be shown ends like one that failed, and says why itself: tell_skip() */
	static const char skipped[] = "skipped: ";
	const char *text = outcome_text(event, "text");
	struct story_item *item;

	if (strncmp(text, skipped, strlen(skipped)) == 0)
		return;
	item = add(teller, STORY_CHECK, event);
	item->text = text;
	item->passed = json_is_true(json_object_get(event, "passed"));
	item->file = outcome_text(event, "file");
	item->line = (int)json_integer_value(json_object_get(event, "line"));
}

static void tell_skip(struct teller *teller, const json_t *event)
{
	struct story_item *item = add(teller, STORY_SKIP, event);

	item->who = "skipped";
	item->text = outcome_text(event, "why");
}

static void tell_timer(struct teller *teller, const json_t *event)
{
	struct story *story = teller->story;
	const char *of = outcome_text(event, "of");
	enum ws_side side = side_of(of);

	if (strcmp(of, sides[side]) == 0)
		story->timers[story->timer_count++] = (struct story_timer){
			seconds_of(event, "at"), side, outcome_text(event, "timer")};
}

static const struct {
	const char *kind;
	void (*tell)(struct teller *teller, const json_t *event);
} tellings[] = {
	{"call", tell_call},   {"segment", tell_segment}, {"state", tell_state},
	{"fate", tell_fate},   {"check", tell_check},     {"skip", tell_skip},
	{"timer", tell_timer},
};

static void tell(struct teller *teller, const json_t *event)
{
	const char *kind = outcome_text(event, "event");

	for (size_t i = 0; i < sizeof(tellings) / sizeof(tellings[0]); i++)
		if (strcmp(tellings[i].kind, kind) == 0)
			tellings[i].tell(teller, event);
}

/* The times of loopback's packets are exact, and they are read late: a packet stands before the calls
 * and states that came after it. The sort is stable, so that what has one time stays as it was told. */
static void put_in_time(struct story *story)
{
	for (size_t i = 1; i < story->count; i++) {
		struct story_item item = story->items[i];
		size_t to = i;

		if (item.kind != STORY_SEGMENT || item.fate != STORY_UNKNOWN)
			continue;
		while (to > 0 && story->items[to - 1].at > item.at &&
		       story->items[to - 1].kind != STORY_CALL)
			to--;
		memmove(&story->items[to + 1], &story->items[to], (i - to) * sizeof(item));
		story->items[to] = item;
	}
}

/* A socket that was never seen is not gone, and "?" is a state that nobody could ask for. */
static bool tells(const char *known, const char *state)
{
	if (!state || !*state || strcmp(state, "?") == 0)
		return false;
	return known ? strcmp(known, state) != 0 : strcmp(state, "gone") != 0;
}

/* Until here an item has the states it told of. From here on it has those that hold; a state that was
 * told by a segment before is not told again. */
static void follow_states(struct story *story)
{
	const char *known[WS_SIDES] = {NULL};
	size_t kept = 0;

	for (size_t i = 0; i < story->count; i++) {
		struct story_item item = story->items[i];

		for (int side = 0; side < WS_SIDES; side++) {
			const char *state = item.states[side];

			item.changed[side] = tells(known[side], state);
			if (item.changed[side])
				known[side] = state;
			item.states[side] = known[side];
		}
		if (item.kind != STORY_STATE || item.changed[item.side] ||
		    strcmp(item.who, sides[item.side]) != 0)
			story->items[kept++] = item;
	}
	story->count = kept;
}

void story_free(struct story *story)
{
	if (!story)
		return;
	free(story->items);
	free(story->timers);
	json_decref(story->texts);
	json_decref(story->events);
	free(story);
}

struct story *story_make(json_t *events)
{
	size_t room = 2 * json_array_size(events) + 1, i;
	struct story *story = calloc(1, sizeof(*story));
	struct teller teller = {.story = story, .segments = calloc(room, sizeof(size_t))};
	const json_t *event;

	if (story) {
		story->items = calloc(room, sizeof(*story->items));
		story->timers = calloc(room, sizeof(*story->timers));
		story->texts = json_array();
		story->events = json_incref(events);
	}
	if (!story || !teller.segments || !story->items || !story->timers || !story->texts) {
		free(teller.segments);
		story_free(story);
		return NULL;
	}
	story->started = seconds_of(outcome_event(events, "start"), "realtime");
	json_array_foreach (events, i, event)
		tell(&teller, event);
	put_in_time(story);
	follow_states(story);
	for (i = 0; i < story->count; i++)
		if (story->items[i].at > story->length)
			story->length = story->items[i].at;
	free(teller.segments);
	return story;
}

size_t story_bytes(const struct story_item *item, uint8_t *bytes, size_t room)
{
	const char *text = outcome_text(item->event, "bytes");
	size_t count = 0;

	while (count < room && sscanf(text, "%2hhx", &bytes[count]) == 1) {
		count++;
		text += strnlen(text, 2);
	}
	return count;
}

/* What ran on a side just before a moment. */
static const char *timer_before(const struct story *story, enum ws_side side, double at)
{
	const char *name = "";

	for (size_t i = 0; i < story->timer_count && story->timers[i].at < at; i++)
		if (story->timers[i].side == side)
			name = story->timers[i].name;
	/* ss says "on" */
	return strcmp(name, "on") == 0 ? "RTO" : name;
}

void story_pause_text(const struct story *story, size_t index, double seconds, char *text,
		      size_t size)
{
	char time[TEXT_TIME_SIZE];
	int timers = 0;

	snprintf(text, size, "%s later", text_duration(seconds, time));
	for (enum ws_side side = WS_CLIENT; side < WS_SIDES; side++) {
		const char *name = timer_before(story, side, story->items[index].at);

		if (*name)
			text_append(text, size, ", %s: %s", sides[side], name);
		timers += *name != '\0';
	}
	/* of both there is hardly room */
	if (timers == 1)
		text_append(text, size, " timer");
}

void story_segment_text(const struct story_item *item, int room, char *text, size_t size)
{
	const char *options = strstr(item->text, "options [");
	int length = options ? (int)strcspn(options, "]") : 0;

	snprintf(text, size, "[%s]", item->flags);
	if (*item->seq)
		text_append(text, size, " seq %s", item->seq);
	if (*item->ack)
		text_append(text, size, "%s ack %s", *item->seq ? "," : "", item->ack);
	if (item->length)
		text_append(text, size, ", length %ld", item->length);
	if (item->fate == STORY_INJECTED)
		text_append(text, size, ", by the test");
	if (strstr(item->text, ", win 0,"))
		text_append(text, size, ", win 0");
	if (options && strchr(item->flags, 'S') && (int)strlen(text) + 4 + length <= room)
		text_append(text, size, ", %.*s]", length, options);
}

void story_time_text(double at, char *text, size_t size)
{
	if (at < 10)
		snprintf(text, size, "%.2f ms", at * 1e3);
	else
		snprintf(text, size, "%.2f s ", at);
}
