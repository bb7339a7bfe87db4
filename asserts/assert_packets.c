/* SPDX-License-Identifier: MIT */
/* Assertions about the transcript: which packets, and when. */
#include "asserts/assert.h"
#include "asserts/wait.h"
#include <stdio.h>

/* The kernel's own time stamps are compared: only a late timer interrupt widens a gap. */
static const double busy_machine = 0.25;

struct wanted {
	const ws_pattern *pattern;
	size_t count;
	size_t partial;
	bool matches;
};

static size_t seen_since_mark(const struct ws_entry **entries)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	*entries = transcript->entries + transcript->mark;
	return transcript->count - transcript->mark;
}

/* true when the answer cannot change any more: it matches, or what came cannot be explained */
static bool decided(void *context)
{
	struct wanted *wanted = context;
	const struct ws_entry *entries;
	size_t seen = seen_since_mark(&entries);

	wanted->matches =
		ws_patterns_match(wanted->pattern, wanted->count, entries, seen, &wanted->partial);
	return wanted->matches || wanted->partial < seen;
}

/* expected and seen, one above the other, in the same notation */
static void describe(const struct wanted *wanted, char *text, size_t size)
{
	const struct ws_entry *entries;
	size_t seen = seen_since_mark(&entries);
	FILE *out = fmemopen(text, size, "w");
	char line[512];

	if (!out)
		return;
	fprintf(out, "expected %zu packet%s, seen %zu", wanted->count,
		wanted->count == 1 ? "" : "s", seen);
	if (wanted->partial < seen)
		fprintf(out, "; number %zu does not fit", wanted->partial + 1);
	for (size_t i = 0; i < wanted->count; i++) {
		ws_pattern_text(wanted->pattern[i], line, sizeof(line));
		fprintf(out, "\n  expected %s", line);
	}
	for (size_t i = 0; i < seen; i++) {
		ws_entry_text(&ws_scene->transcript, &entries[i], line, sizeof(line));
		fprintf(out, "\n  seen %s", line);
	}
	fclose(out);
}

void ws_assert_packets(const ws_pattern *pattern, size_t count, const struct ws_place *place)
{
	struct wanted wanted = {.pattern = pattern, .count = count};
	char text[8192] = "";

	for (size_t i = 0; i < count; i++)
		ws_scene->open |= pattern[i] & (MAY_REPEAT | MAY_MERGE | MAY_MISS);
	if (!ws_scene->link) {
		ws_fail(place, "there is no link: no packet could have been seen");
		return;
	}
	/* it is decided behind a barrier: when it matches, no packet is on its way that would not */
	ws_wait(decided, &wanted, ws_deadline);
	if (!wanted.matches)
		describe(&wanted, text, sizeof(text));
	ws_judge(wanted.matches, place, "%s", text);
}

static double gap_after(const struct ws_entry *entry)
{
	return (double)(entry[1].at - entry[0].at) / 1e9;
}

/* "1 1 2 4 s", as much of it as there is room for. */
static void measure_gaps(const double *seconds, const struct ws_entry *entries, size_t count)
{
	char expected[160] = "", seen[160] = "";
	size_t used[2] = {0, 0};

	for (size_t i = 0; i < count && used[0] < 140 && used[1] < 140; i++) {
		used[0] += (size_t)snprintf(expected + used[0], sizeof(expected) - used[0], "%g ",
					    seconds[i]);
		used[1] += (size_t)snprintf(seen + used[1], sizeof(seen) - used[1], "%.2f ",
					    gap_after(&entries[i]));
	}
	ws_measured("packets apart", "%ss", seen);
	ws_expected("%ss", expected);
}

void ws_assert_gaps(const double *seconds, size_t count, const struct ws_place *place)
{
	double early = 2.0 / (double)ws_hz();
	const struct ws_entry *entries;
	size_t seen;

	ws_scene_settle();
	seen = seen_since_mark(&entries);
	if (seen != count + 1) {
		ws_fail(place, "%zu gaps need %zu packets, seen %zu", count, count + 1, seen);
		return;
	}
	measure_gaps(seconds, entries, count);
	for (size_t i = 0; i < count; i++) {
		double gap = gap_after(&entries[i]);
		double late = ws_timer_slack(seconds[i]) + busy_machine;

		ws_judge(gap >= seconds[i] - early && gap <= seconds[i] + late, place,
			 "expected %g s (-%.3f +%.3f) between packets %zu and %zu, seen %.6f s",
			 seconds[i], early, late, i + 1, i + 2, gap);
	}
}
