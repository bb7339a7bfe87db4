/* SPDX-License-Identifier: MIT */
/* Assertions about something that is sent again and again, and given up. */
#include "asserts/assert.h"
#include "asserts/wait.h"
#include <stdio.h>

/* A timer interrupt may be late, and a packet or the end of a socket seen late: seconds. */
static const double busy_machine = 0.25;

/* The packets since the mark. */
struct seen {
	const struct ws_entry *entries;
	size_t count;
};

static struct seen seen_since_mark(void)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	return (struct seen){transcript->entries + transcript->mark,
			     transcript->count - transcript->mark};
}

void ws_schedule_add(struct ws_schedule *schedule, double gap)
{
	if (schedule->packets >= WS_SCHEDULE_MAX)
		ws_fail(WS_HERE, "a schedule has at most %d packets", WS_SCHEDULE_MAX);
	schedule->gaps[schedule->packets++] = gap;
}

/* Of the first `count` gaps, with what each may be late. */
static double latest(const struct ws_schedule *schedule, size_t count)
{
	double sum = busy_machine;

	for (size_t i = 0; i < count; i++)
		sum += schedule->gaps[i] + ws_timer_slack(schedule->gaps[i]);
	return sum;
}

double ws_schedule_total(const struct ws_schedule *schedule)
{
	double sum = 0;

	for (size_t i = 0; i < schedule->packets; i++)
		sum += schedule->gaps[i];
	return sum;
}

/* "3 SYNs, 7 s": the seconds with one digit where that is not 0, or where it is chance */
static const char *story(const struct ws_schedule *schedule, size_t packets, double seconds,
			 char text[64])
{
	size_t count = packets > schedule->others ? packets - schedule->others : 0;
	double rounded = (double)(int64_t)(seconds * 10 + 0.5) / 10;

	snprintf(text, 64, schedule->measured ? "%zu %s%s, %.1f s" : "%zu %s%s, %.10g s", count,
		 schedule->what, count == 1 ? "" : "s", rounded);
	return text;
}

static double between(int64_t from, int64_t to)
{
	return (double)(to - from) / 1e9;
}

static void say(const char *what, const struct ws_schedule *schedule, double expected,
		const struct seen *seen, double lasted)
{
	char text[64];

	ws_measured(what, "%s", story(schedule, seen->count, lasted, text));
	ws_expected("%s", story(schedule, schedule->packets, expected, text));
}

/* One timer: never early, and no later than timers are. */
static void judge_gap(double expected, double shortest, double longest, size_t number,
		      const char *until, const struct ws_place *place)
{
	double early = 2.0 / (double)ws_hz(), late = ws_timer_slack(expected) + busy_machine;

	ws_judge(longest >= expected - early && shortest <= expected + late, place,
		 "expected %g s (-%.3f +%.3f) between packet %zu and %s, seen %.3f s", expected,
		 early, late, number, until, longest);
}

static void judge_packets(const struct ws_schedule *schedule, const struct seen *seen,
			  const struct ws_place *place)
{
	char text[2][64];
	double lasted =
		seen->count ? between(seen->entries[0].at, seen->entries[seen->count - 1].at) : 0;

	ws_judge(seen->count == schedule->packets, place,
		 "expected %zu packets (%s), seen %zu (the last one at %.3f s)", schedule->packets,
		 story(schedule, schedule->packets, ws_schedule_total(schedule), text[0]),
		 seen->count, lasted);
	for (size_t i = 0; i + 1 < seen->count; i++) {
		double gap = between(seen->entries[i].at, seen->entries[i + 1].at);

		snprintf(text[1], sizeof(text[1]), "packet %zu", i + 2);
		judge_gap(schedule->gaps[i], gap, gap, i + 1, text[1], place);
	}
}

static void must_have_link(const struct ws_schedule *schedule, const struct ws_place *place)
{
	if (!ws_scene->link)
		ws_fail(place, "there is no link: no packet could have been seen");
	if (!schedule->packets)
		ws_fail(place, "the schedule is empty");
}

struct wanted {
	struct ws_endpoint *endpoint;
	size_t packets;
};

static bool are_sent(void *context)
{
	const struct wanted *wanted = context;

	return seen_since_mark().count >= wanted->packets;
}

void ws_assert_sends(const struct ws_schedule *schedule, const struct ws_place *place)
{
	struct wanted wanted = {.packets = schedule->packets};
	struct seen seen;
	double total;

	must_have_link(schedule, place);
	total = ws_schedule_total(schedule) - schedule->gaps[schedule->packets - 1];
	ws_wait_expecting(are_sent, &wanted, latest(schedule, schedule->packets - 1) + ws_deadline,
			  total);
	seen = seen_since_mark();
	say("sent", schedule, total, &seen,
	    seen.count ? between(seen.entries[0].at, seen.entries[seen.count - 1].at) : 0);
	judge_packets(schedule, &seen, place);
}

/* ws_wait() looks at client and server; another endpoint is looked at here. */
static bool is_gone(void *context)
{
	struct ws_endpoint *endpoint = context;

	if (endpoint != &ws_scene->client && endpoint != &ws_scene->server)
		ws_must_look(endpoint);
	return endpoint->last.state == WS_GONE;
}

static bool are_sent_or_gone(void *context)
{
	const struct wanted *wanted = context;

	return are_sent(context) || is_gone(wanted->endpoint);
}

static double latest_of(double gap)
{
	return gap + ws_timer_slack(gap) + busy_machine + ws_deadline;
}

/* Packet by packet: between two of them the end is looked for as exactly as the gap is long. */
static bool wait_until_gone(struct ws_endpoint *endpoint, const struct ws_schedule *schedule)
{
	struct wanted wanted = {.endpoint = endpoint};
	double last = schedule->gaps[schedule->packets - 1];

	for (wanted.packets = 2; wanted.packets <= schedule->packets; wanted.packets++) {
		double gap = schedule->gaps[wanted.packets - 2];

		ws_wait_expecting(are_sent_or_gone, &wanted, latest_of(gap), gap);
	}
	return ws_wait_expecting(is_gone, endpoint, latest_of(last), last);
}

/* Timers that fired late may have used the time up earlier than the kernel's arithmetic says. */
static void shorten(struct ws_schedule *schedule, const struct seen *seen, int64_t end)
{
	if (schedule->enough <= 0 || seen->count >= schedule->packets ||
	    seen->count <= schedule->clock)
		return;
	if (between(seen->entries[schedule->clock].at - ws_scene->realtime, end) >=
	    schedule->enough)
		schedule->packets = seen->count;
}

void ws_assert_gives_up(struct ws_endpoint *endpoint, const struct ws_schedule *schedule,
			const struct ws_place *place)
{
	struct ws_schedule model = *schedule;
	const struct ws_stay *end;
	char what[64], text[64];
	struct seen seen;
	int64_t first, last;
	bool over;

	must_have_link(&model, place);
	if (ws_must_look(endpoint) == WS_GONE && endpoint->path_length < 2)
		ws_fail(place, "the %s was never anything but gone", endpoint->name);
	over = wait_until_gone(endpoint, &model);
	seen = seen_since_mark();
	if (!seen.count)
		ws_fail(place, "expected %zu packets, seen none", model.packets);
	first = seen.entries[0].at - ws_scene->realtime;
	last = seen.entries[seen.count - 1].at - ws_scene->realtime;

	/* the end lies between two looks, the one before it and the one after */
	end = &endpoint->path[endpoint->path_length - 1];
	if (over)
		shorten(&model, &seen, end->first);
	snprintf(what, sizeof(what), "%s gave up after", endpoint->name);
	say(what, &model, ws_schedule_total(&model), &seen,
	    between(first, over ? end->first : end->last));
	ws_judge(over, place, "expected the %s to give up (%s), it is still in %s after %.3f s",
		 endpoint->name, story(&model, model.packets, ws_schedule_total(&model), text),
		 ws_state_name(endpoint->last.state), between(first, end->last));
	judge_packets(&model, &seen, place);
	judge_gap(model.gaps[model.packets - 1], between(last, end->before),
		  between(last, end->first), seen.count, "the end", place);
}
