/* SPDX-License-Identifier: MIT */
/* Running a plan: many sandboxes at once. */
#include "runner/schedule.h"
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "asserts/scene.h"
#include "asserts/wait.h"
#include "runner/claim.h"
#include "runner/inbox.h"
#include "runner/outcome.h"
#include "runner/plan.h"

/* Built ahead of need, and alive at the same time: each costs about 30 descriptors in its own
 * process, four here. */
enum { AHEAD = 6, ALIVE = 96 };

/* How often what fails on a stalled machine is run again: each time the machine may be as busy still. */
enum { MOST_STALLS = 4 };

/* A build or an end that takes longer hangs: seconds. */
static const double build_timeout = 60;

enum phase { FREE, BUILDING, READY, RUNNING, ENDING };

/* What is started next: an instance, and how often it failed on a stalled machine before. */
struct attempt {
	size_t index;
	unsigned stalls;
};

struct place {
	enum phase phase;
	size_t index; /* of the instance */
	size_t turn;  /* the place in the order: lower ones are let go first */
	bool waits;   /* mostly for a timer */
	unsigned cpu;
	unsigned stalls; /* see struct attempt */
	bool timed_out;
	double given;                     /* seconds until the deadline, when it was set */
	int64_t deadline, started, ended; /* CLOCK_MONOTONIC */
	struct sandbox sandbox;
	struct inbox inbox;
};

struct schedule {
	struct run *run;
	const struct run_options *options;
	const struct report_style *style;
	FILE *console;
	schedule_ended ended;
	void *context;
	struct claim_job *jobs; /* one for each instance */
	size_t *order, next, turns;
	struct attempt again[ALIVE]; /* at most one for each place that ended */
	size_t again_count;
	unsigned round;
	struct place places[ALIVE];
	unsigned counts[ENDING + 1], quick_running;
	unsigned cpus[CPU_SETSIZE], cpu_count, cpu_load[CPU_SETSIZE];
	bool stop;
	int error;
	const char *newest;
};

static void set_phase(struct schedule *schedule, struct place *place, enum phase phase)
{
	schedule->counts[place->phase]--;
	schedule->counts[phase]++;
	place->phase = phase;
}

static void give_time(struct place *place, double seconds)
{
	place->given = seconds;
	place->deadline = ws_now() + (int64_t)(seconds * 1e9);
}

static double timeout_of(const struct schedule *schedule, const struct place *place)
{
	/* a timer may be late by an eighth, and 2·(T−60) is at most twice what was said */
	return schedule->options->timeout +
	       2.5 * plan_waits(&schedule->run->instances[place->index]);
}

/* What to start next; false when there is none (any more). */
static bool next_attempt(struct schedule *schedule, struct attempt *attempt)
{
	if (schedule->stop)
		return false;
	if (schedule->again_count) {
		*attempt = schedule->again[--schedule->again_count];
		return true;
	}
	if (schedule->next == schedule->run->count) {
		if (++schedule->round >= schedule->options->repeat)
			return false;
		schedule->next = 0;
		plan_order(schedule->run, schedule->options->shuffle,
			   schedule->options->seed + schedule->round, schedule->order);
	}
	*attempt = (struct attempt){.index = schedule->order[schedule->next++]};
	return true;
}

static bool busy(const struct schedule *schedule)
{
	return schedule->counts[FREE] < ALIVE;
}

static struct place *free_place(struct schedule *schedule)
{
	for (unsigned i = 0; i < ALIVE; i++)
		if (schedule->places[i].phase == FREE)
			return &schedule->places[i];
	return NULL;
}

static void put_back(struct schedule *schedule, struct attempt attempt)
{
	if (attempt.stalls)
		schedule->again[schedule->again_count++] = attempt;
	else
		schedule->next--;
}

static void start_some(struct schedule *schedule)
{
	unsigned ahead = AHEAD > schedule->options->jobs ? AHEAD : schedule->options->jobs;
	struct place *place;
	struct attempt next;

	while (schedule->counts[BUILDING] + schedule->counts[READY] < ahead &&
	       (place = free_place(schedule)) && next_attempt(schedule, &next)) {
		struct claim_job *job = &schedule->jobs[next.index];
		int error = sandbox_start(&place->sandbox, claim_body, job);

		if (error && busy(schedule)) {
			/* no descriptor, process or memory is left: when one ends, perhaps */
			put_back(schedule, next);
			return;
		}
		if (error) {
			schedule->error = error;
			schedule->stop = true;
			return;
		}
		place->index = next.index;
		place->stalls = next.stalls;
		place->turn = schedule->turns++;
		place->waits = false; /* until it says so: before that it computes */
		place->timed_out = false;
		place->started = place->ended = 0;
		give_time(place, build_timeout);
		inbox_open(&place->inbox);
		set_phase(schedule, place, BUILDING);
	}
}

static unsigned idlest_cpu(const struct schedule *schedule)
{
	unsigned best = 0;

	for (unsigned i = 1; i < schedule->cpu_count; i++)
		if (schedule->cpu_load[i] < schedule->cpu_load[best])
			best = i;
	return best;
}

static void let_go(struct schedule *schedule, struct place *place)
{
	place->cpu = idlest_cpu(schedule);
	/* one that computes weighs more than any number that wait */
	schedule->cpu_load[place->cpu] += place->waits ? 1 : ALIVE;
	schedule->quick_running += !place->waits;
	schedule->newest = schedule->run->instances[place->index].name;
	place->started = ws_now();
	give_time(place, timeout_of(schedule, place));
	set_phase(schedule, place, RUNNING);
	sandbox_let_go(&place->sandbox, schedule->cpus[place->cpu]);
}

/* In their order, whichever is built first: a seed means one order. */
static struct place *next_to_go(struct schedule *schedule)
{
	struct place *next = NULL;

	for (unsigned i = 0; i < ALIVE; i++) {
		struct place *place = &schedule->places[i];

		if ((place->phase == BUILDING || place->phase == READY) &&
		    (!next || place->turn < next->turn))
			next = place;
	}
	return next && next->phase == READY ? next : NULL;
}

static void let_some_go(struct schedule *schedule)
{
	struct place *place;

	/* only the end of the last tells whether there shall be another */
	if (schedule->options->fail_fast && schedule->counts[ENDING])
		return;
	while ((place = next_to_go(schedule)) &&
	       (place->waits || schedule->quick_running < schedule->options->jobs))
		let_go(schedule, place);
}

static void end_running(struct schedule *schedule, struct place *place)
{
	if (place->phase == RUNNING) {
		schedule->cpu_load[place->cpu] -= place->waits ? 1 : ALIVE;
		schedule->quick_running -= !place->waits;
		place->ended = ws_now();
	}
	set_phase(schedule, place, ENDING);
	if (!place->timed_out)
		give_time(place, build_timeout);
}

/* A claim that waits for a timer gets the time for it, and leaves its turn to others. */
static void let_wait(struct schedule *schedule, struct place *place)
{
	give_time(place, schedule->options->timeout + 1.25 * place->inbox.waits);
	place->inbox.waits = 0;
	if (place->waits)
		return;
	place->waits = true;
	schedule->cpu_load[place->cpu] -= ALIVE - 1;
	schedule->quick_running--;
}

static void read_events(struct schedule *schedule, struct place *place)
{
	inbox_read(&place->inbox, place->sandbox.events);
	if (place->phase == BUILDING && place->inbox.ready)
		set_phase(schedule, place, READY);
	if (place->phase == RUNNING && place->inbox.waits > 0)
		let_wait(schedule, place);
	if (place->phase < ENDING && place->inbox.done)
		end_running(schedule, place);
}

static void keep_result(struct schedule *schedule, struct place *place, const char *output,
			const struct rusage *usage)
{
	struct run_result *kept = &schedule->run->results[place->index];
	struct outcome_end end = {
		.timed_out = place->timed_out,
		.timeout = place->given,
		.output = output ? output : "",
		.seconds = place->started ? (double)(place->ended - place->started) / 1e9 : 0,
		.usage = *usage,
	};
	struct run_result result =
		outcome_of(&schedule->run->instances[place->index], place->inbox.events, &end);

	if (result.outcome == RUN_FAIL && result.stall > WS_STALL && place->stalls < MOST_STALLS &&
	    !schedule->stop) {
		/* the machine may be to blame, not the kernel: again, and count it apart */
		put_back(schedule, (struct attempt){place->index, place->stalls + 1});
		schedule->run->stalled += place->stalls == 0;
		outcome_clear(&result);
		return;
	}
	if (schedule->options->fail_fast && result.bad_runs)
		schedule->stop = true;
	if (kept->outcome == RUN_PENDING)
		*kept = result;
	else
		outcome_merge(kept, &result);
	if (schedule->ended)
		schedule->ended(schedule->run, place->index, schedule->context);
}

static void finish(struct schedule *schedule, struct place *place, bool count)
{
	struct rusage usage = {0};
	char *output;

	if (place->phase != ENDING)
		end_running(schedule, place);
	inbox_read(&place->inbox, place->sandbox.events);
	output = inbox_output(place->sandbox.output);
	sandbox_reap(&place->sandbox, &usage);
	if (count)
		keep_result(schedule, place, output, &usage);
	free(output);
	inbox_close(&place->inbox);
	set_phase(schedule, place, FREE);
}

static void kill_late_ones(struct schedule *schedule, int64_t now)
{
	for (unsigned i = 0; i < ALIVE; i++) {
		struct place *place = &schedule->places[i];

		if (place->phase == FREE || place->phase == READY || place->deadline > now ||
		    place->timed_out)
			continue;
		place->timed_out = true;
		sandbox_kill(&place->sandbox);
	}
}

/* Kill all sandboxes in a phase up to `last`. */
static void stop_until(struct schedule *schedule, enum phase last)
{
	schedule->stop = true;
	for (unsigned i = 0; i < ALIVE; i++)
		if (schedule->places[i].phase != FREE && schedule->places[i].phase <= last)
			sandbox_kill(&schedule->places[i].sandbox);
	for (unsigned i = 0; i < ALIVE; i++)
		if (schedule->places[i].phase != FREE && schedule->places[i].phase <= last)
			finish(schedule, &schedule->places[i], false);
}

/* Milliseconds until there is something to do besides events: a deadline, or the line on a terminal that
 * says how long it goes on. An emulated machine sleeps through all of it at no cost. */
static int next_look(const struct schedule *schedule)
{
	int64_t now = ws_now(), next = schedule->style->terminal ? now + 500000000 : INT64_MAX;

	for (unsigned i = 0; i < ALIVE; i++) {
		const struct place *place = &schedule->places[i];

		if (place->phase != FREE && place->phase != READY && !place->timed_out &&
		    place->deadline < next)
			next = place->deadline;
	}
	if (next == INT64_MAX)
		return -1;
	return next <= now ? 0 : (int)((next - now) / 1000000 + 1);
}

/* Wait for events, ends, deadlines or a signal; false when the run was interrupted. */
static bool wait_once(struct schedule *schedule, int signals)
{
	struct pollfd polls[2 * ALIVE + 1] = {{signals, POLLIN, 0}};
	struct signalfd_siginfo signal;
	unsigned of[2 * ALIVE + 1], count = 1;

	for (unsigned i = 0; i < ALIVE; i++) {
		struct place *place = &schedule->places[i];

		if (place->phase == FREE)
			continue;
		of[count] = i;
		polls[count++] = (struct pollfd){place->sandbox.events, POLLIN, 0};
		of[count] = i;
		polls[count++] = (struct pollfd){place->sandbox.pidfd, POLLIN, 0};
	}
	poll(polls, count, next_look(schedule));
	if (polls[0].revents) {
		/* taken away, or it would end us before the report as soon as it is let through */
		while (read(signals, &signal, sizeof(signal)) > 0)
			;
		return false;
	}
	for (unsigned i = 1; i < count; i += 2) {
		struct place *place = &schedule->places[of[i]];

		if (polls[i].revents & POLLIN)
			read_events(schedule, place);
		if (polls[i + 1].revents)
			finish(schedule, place, true);
	}
	kill_late_ones(schedule, ws_now());
	return true;
}

static void find_cpus(struct schedule *schedule)
{
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			schedule->cpus[schedule->cpu_count++] = cpu;
}

int schedule_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Until the last timer that is waited for: seconds. The longest are started first. */
static double seconds_to_go(const struct schedule *schedule)
{
	int64_t now = ws_now();
	double longest = 0;

	for (unsigned i = 0; i < ALIVE; i++) {
		const struct place *place = &schedule->places[i];
		double left;

		if (place->phase != RUNNING)
			continue;
		left = plan_waits_with(&schedule->run->instances[place->index], schedule->options) -
		       (double)(now - place->started) / 1e9;
		if (left > longest)
			longest = left;
	}
	return longest;
}

static void loop(struct schedule *schedule, int signals)
{
	for (;;) {
		start_some(schedule);
		let_some_go(schedule);
		if (!busy(schedule))
			return;
		report_progress(schedule->run, schedule->counts[RUNNING], seconds_to_go(schedule),
				schedule->newest, schedule->style, schedule->console);
		if (!wait_once(schedule, signals)) {
			/* what has its verdict is let end; who cannot wait for it asks again */
			stop_until(schedule, schedule->run->interrupted ? ENDING : RUNNING);
			schedule->run->interrupted = true;
		}
		if (schedule->stop)
			stop_until(schedule, READY); /* what runs may come to its end */
	}
}

static void clear(struct schedule *schedule)
{
	claim_jobs_clear(schedule->jobs, schedule->run->count);
	free(schedule->order);
	free(schedule);
}

int schedule_run(struct run *run, const struct run_options *options,
		 const struct report_style *style, FILE *console, int signals, schedule_ended ended,
		 void *context)
{
	struct schedule *schedule = calloc(1, sizeof(*schedule));
	int error;

	if (!schedule)
		return -ENOMEM;
	*schedule = (struct schedule){
		.run = run,
		.options = options,
		.style = style,
		.console = console,
		.ended = ended,
		.context = context,
		.jobs = calloc(run->count, sizeof(*schedule->jobs)),
		.order = calloc(run->count, sizeof(*schedule->order)),
		.counts = {[FREE] = ALIVE},
	};
	if (!schedule->jobs || !schedule->order) {
		clear(schedule);
		return -ENOMEM;
	}
	find_cpus(schedule);
	plan_order(run, options->shuffle, options->seed, schedule->order);
	error = claim_jobs_make(schedule->jobs, run, options);
	if (!error)
		loop(schedule, signals);
	report_progress_clear(style, console);
	error = error ? error : schedule->error;
	clear(schedule);
	return error;
}
