/* SPDX-License-Identifier: MIT */
/*
 * The matcher: a list of elements against a list of entries, by backtracking, as a regular
 * expression engine does it. An element that merges is carried along as a "rider" until the next
 * element of the same sender takes it aboard.
 */
#include "pattern.h"

#include <stdio.h>

#define FLAGS       0xffu
#define EXACT_FLAGS (FIN | SYN | RST | ACK | URG) /* the others matter only when named */
#define SENDERS     4                             /* neither named, CLIENT, SERVER, both named */

struct matcher {
	const ws_pattern *pattern;
	size_t elements;
	const struct ws_entry *entries;
	size_t n;
	size_t best; /* most leading entries explained so far */
};

struct riders {
	ws_pattern of[SENDERS]; /* 0 = nobody waits */
};

static unsigned int sender(ws_pattern element)
{
	return (element & (CLIENT | SERVER)) / CLIENT;
}

static uint32_t bytes_of(ws_pattern element)
{
	return (uint32_t)(element >> 32);
}

static bool sender_matches(ws_pattern element, enum ws_side from)
{
	static const ws_pattern words[WS_SIDES] = {[WS_CLIENT] = CLIENT, [WS_SERVER] = SERVER};

	return !sender(element) || element & words[from];
}

static bool flags_match(ws_pattern element, uint16_t flags)
{
	unsigned int named = element & FLAGS;

	return (flags & EXACT_FLAGS) == (named & EXACT_FLAGS) && (flags & named) == named;
}

/* SOME_DATA with DATA(n) comes from merging: n bytes and at least one more. */
static bool length_matches(ws_pattern element, uint32_t length)
{
	if (element & SOME_DATA)
		return length > bytes_of(element);
	return length == bytes_of(element);
}

bool ws_pattern_matches(ws_pattern element, const struct ws_entry *entry)
{
	const struct ws_segment *segment = &entry->segment;

	if (!sender_matches(element, entry->from))
		return false;
	if (element & DROPPED && entry->fate != WS_DROPPED)
		return false;
	if (element & ICMP)
		return segment->protocol == WS_ICMP && segment->quotes_tcp;
	if (element & ANYTHING)
		return segment->protocol == WS_TCP;
	return segment->protocol == WS_TCP && flags_match(element, segment->flags) &&
	       length_matches(element, segment->length);
}

static bool is_repeat(const struct ws_entry *first, const struct ws_entry *again)
{
	const struct ws_segment *a = &first->segment, *b = &again->segment;

	return first->from == again->from && a->protocol == b->protocol && a->flags == b->flags &&
	       a->seq == b->seq && a->length == b->length;
}

/* One element for a rider and the element that takes it: bytes sent again may be sent again in
 * the merged segment too, and a rider must not go missing with an element that may. */
static ws_pattern aboard(ws_pattern rider, ws_pattern host)
{
	const ws_pattern united = FLAGS | MAY_REPEAT | DROPPED | SOME_DATA;

	return (rider & united) | (host & 0xffffffff & ~MAY_MISS) |
	       DATA(bytes_of(rider) + bytes_of(host));
}

/* May the element wait for a later one of the same sender? An ICMP error takes nobody aboard. */
static bool finds_host(const struct matcher *matcher, size_t i)
{
	for (size_t j = i + 1; j < matcher->elements; j++)
		if (sender(matcher->pattern[j]) == sender(matcher->pattern[i]))
			return !(matcher->pattern[j] & ICMP);
	return false;
}

static bool match_from(struct matcher *matcher, size_t i, size_t k, struct riders riders);

/* Let the element take the entry k, and its repeats when it may have some. */
static bool take(struct matcher *matcher, ws_pattern element, size_t next, size_t k,
		 struct riders riders)
{
	for (size_t taken = k; taken < matcher->n; taken++) {
		const struct ws_entry *entry = &matcher->entries[taken];

		if (taken > k && !(element & MAY_REPEAT && is_repeat(entry - 1, entry)))
			return false;
		if (!ws_pattern_matches(element, entry))
			return false;
		if (taken + 1 > matcher->best)
			matcher->best = taken + 1;
		if (match_from(matcher, next, taken + 1, riders))
			return true;
	}
	return false;
}

/* Can pattern[i..] explain entries[k..]? */
static bool match_from(struct matcher *matcher, size_t i, size_t k, struct riders riders)
{
	struct riders onward = riders;
	ws_pattern element;

	if (i == matcher->elements)
		return k == matcher->n;
	element = matcher->pattern[i];
	if (riders.of[sender(element)])
		element = aboard(riders.of[sender(element)], element);

	onward.of[sender(element)] = 0;
	if (take(matcher, element, i + 1, k, onward))
		return true;
	if (element & MAY_MISS && match_from(matcher, i + 1, k, riders))
		return true;
	if (!(element & MAY_MERGE) || !finds_host(matcher, i))
		return false;
	onward.of[sender(element)] = element;
	return match_from(matcher, i + 1, k, onward);
}

bool ws_patterns_match(const ws_pattern *pattern, size_t elements, const struct ws_entry *entries,
		       size_t n, size_t *partial)
{
	struct matcher matcher = {
		.pattern = pattern, .elements = elements, .entries = entries, .n = n};
	bool matched = match_from(&matcher, 0, 0, (struct riders){0});

	*partial = matcher.best;
	return matched;
}

/* --- text --- */

static const char *const sender_names[SENDERS] = {"either", "client", "server", "either"};

static const char *word(ws_pattern element, ws_pattern bit, const char *text)
{
	return (element & bit) ? text : "";
}

int ws_pattern_text(ws_pattern element, char *text, size_t size)
{
	char what[64];

	if (element & ICMP) {
		snprintf(what, sizeof(what), "ICMP error");
	} else if (element & ANYTHING) {
		snprintf(what, sizeof(what), "any segment");
	} else {
		char flags[12];

		snprintf(what, sizeof(what), "Flags [%s], length %s%u",
			 ws_flags_text(element & FLAGS, flags),
			 word(element, SOME_DATA, "more than "), bytes_of(element));
	}
	return snprintf(text, size, "%s: %s%s%s%s%s", sender_names[sender(element)], what,
			word(element, DROPPED, " (dropped)"),
			word(element, MAY_REPEAT, " (may repeat)"),
			word(element, MAY_MERGE, " (may merge)"),
			word(element, MAY_MISS, " (may be missing)"));
}
