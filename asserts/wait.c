/* SPDX-License-Identifier: MIT */
/* Waiting with deadlines, and how exact kernel timers are. */
#include "asserts/wait.h"
#include "asserts/judge.h"
#include <poll.h>
#include <time.h>

/* include/linux/timer.h and kernel/time/timer.c: 64 buckets a level, each level 8 times coarser */
enum { WHEEL_SIZE = 64, WHEEL_SHIFT = 3, WHEEL_LEVELS = 9 };

/*
 * Between two looks at sock_diag when no packet announces a change: nanoseconds, and what part of
 * the time waited so far. Minutes need not be looked at a hundred times a second: timers are not
 * that exact (see ws_timer_slack), and in an emulated machine looking is what a long wait costs.
 */
enum { FIRST_PAUSE = 500000, LONGEST_PAUSE = 10000000, PART = 128 };

/* Nanoseconds after which a wait is one for a timer, not for packets under way. */
enum { LONG = 20000000 };

double ws_deadline = 5.0;

int64_t ws_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void wait_for_packet(int64_t until)
{
	const struct ws_link *link = ws_scene ? ws_scene->link : NULL;
	struct pollfd polls[4];
	unsigned count = 0;
	int64_t left;

	if (link) {
		count = link->descriptors(ws_scene, polls, 4);
		if (link->alarm)
			until = earlier(until, link->alarm(ws_scene));
	}
	left = until - ws_now();
	if (left < 0)
		left = 0;
	ppoll(polls, count,
	      &(struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000}, NULL);
	if (ws_scene) /* the machine is to blame for what comes after this only */
		ws_scene->settled = later(ws_scene->settled, earlier(ws_now(), until));
}

/* The pause before the next look. Shortly before what is expected (a 32nd part, which is less than how
 * coarse timers are) the usual ones begin. */
static int64_t pause_after(int64_t last, int64_t waited, int64_t expected)
{
	int64_t usual = earlier(2 * last, later(LONGEST_PAUSE, waited / PART));

	return later(usual, (expected - expected / 32 - waited) / 2);
}

bool ws_wait_expecting(bool (*done)(void *context), void *context, double seconds, double expected)
{
	int64_t start = ws_now(), end = start + (int64_t)(seconds * 1e9);
	int64_t pause = FIRST_PAUSE / 2;
	bool told = !ws_observer || !ws_observer->waits;

	for (;;) {
		/* the time is taken first: whatever happened before `end` counts */
		int64_t now = ws_now();

		ws_scene_settle();
		if (done(context))
			return true;
		if (now >= end)
			return false;
		if (!told && (seconds > ws_deadline || now - start > LONG)) {
			ws_observer->waits(seconds);
			told = true;
		}
		pause = pause_after(pause, now - start, (int64_t)(expected * 1e9));
		wait_for_packet(earlier(end, now + pause));
	}
}

bool ws_wait(bool (*done)(void *context), void *context, double seconds)
{
	return ws_wait_expecting(done, context, seconds, 0);
}

long ws_hz(void)
{
	struct timespec tick;

	clock_getres(CLOCK_MONOTONIC_COARSE, &tick);
	return tick.tv_nsec ? (1000000000L + tick.tv_nsec / 2) / tick.tv_nsec : 1000;
}

double ws_timer_slack(double seconds)
{
	double hz = (double)ws_hz(), ticks = seconds * hz;
	double granularity = 1, starts = WHEEL_SIZE - 1;

	for (int level = 1; level < WHEEL_LEVELS && ticks >= starts; level++) {
		granularity *= 1 << WHEEL_SHIFT;
		starts *= 1 << WHEEL_SHIFT;
	}
	return (granularity + 2) / hz;
}
