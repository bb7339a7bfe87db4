/* SPDX-License-Identifier: MIT */
/* wirestate run: check claims on this kernel and report. */
#include "runner/commands.h"
#include "asserts/wait.h"
#include "runner/claim.h"
#include "runner/facts.h"
#include "runner/outcome.h"
#include "runner/plan.h"
#include "runner/sandbox.h"
#include "runner/schedule.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A report is rewritten while claims end, so that even a killed run leaves one; not more often. */
static const double rewrite_seconds = 1;

struct session {
	const struct run_options *options;
	struct report_style style;
	FILE *console; /* stderr when standard output carries a report */
	int64_t began, written;
	const char *failed_report; /* which could not be written, or NULL */
	int report_error;
};

static void write_report(struct session *session, const char *path, int (*write)(const struct run *run,
										 const char *path),
			 const struct run *run)
{
	int error = path ? write(run, path) : 0;

	if (!error || session->failed_report)
		return;
	session->failed_report = path;
	session->report_error = error;
}

static void save_pcap(const struct session *session, struct run *run, size_t index)
{
	const struct run_options *options = session->options;
	struct run_result *result = &run->results[index];
	const char *directory = options->keep, *name = run->instances[index].name;
	char *path = NULL;

	if (result->pcap || !outcome_event(result->events, "segment"))
		return;
	if (!directory && !result->bad_runs)
		return;
	if (!directory)
		directory = "wirestate-failed";
	if (mkdir(directory, 0777) < 0 && errno != EEXIST)
		return;
	if (asprintf(&path, "%s/%s.pcap", directory, name) < 0)
		return;
	for (char *slash = path + strlen(directory) + 1; (slash = strchr(slash, '/'));)
		*slash = '_';
	if (outcome_pcap(result->events, run->started, path) == 0)
		result->pcap = path;
	else
		free(path);
}

static void instance_ended(struct run *run, size_t index, void *context)
{
	struct session *session = context;
	char *again = claim_again(&run->instances[index], session->options);
	int64_t now = ws_now();

	run->seconds = (double)(now - session->began) / 1e9;
	save_pcap(session, run, index);
	report_progress_clear(&session->style, session->console);
	report_instance(&run->instances[index], &run->results[index], again ? again : "",
			&session->style, session->console);
	free(again);
	/* only the explanation of what went wrong is worth the memory, unless JSON was asked for */
	if (!session->options->json) {
		struct run_result *result = &run->results[index];

		if (result->outcome == RUN_PASS) {
			json_decref(result->events);
			result->events = NULL;
		}
	}
	if ((double)(now - session->written) / 1e9 < rewrite_seconds)
		return;
	session->written = now;
	write_report(session, session->options->junit, report_junit, run);
}

static int status_of(const struct run *run, const struct session *session)
{
	if (session->failed_report) {
		fprintf(stderr, "wirestate: cannot write %s: %s\n", session->failed_report,
			strerror(-session->report_error));
		return EXIT_CANNOT_RUN;
	}
	if (run->interrupted)
		return EXIT_INTERRUPTED;
	if (run_count(run, RUN_FAIL) + run_count(run, RUN_ERROR))
		return EXIT_DIFFERS;
	/* all skipped: nothing was shown, so nothing is as expected */
	if (run_count(run, RUN_PASS) == 0) {
		fputs("wirestate: no claim could be run here; the reasons are above\n", stderr);
		return EXIT_CANNOT_RUN;
	}
	return EXIT_AS_EXPECTED;
}

static int report(struct run *run, struct session *session)
{
	const struct run_options *options = session->options;

	write_report(session, options->junit, report_junit, run);
	write_report(session, options->json, report_json, run);
	report_ledger(run, &session->style, session->console);
	report_summary(run, &session->style, session->console);
	fflush(session->console);
	return status_of(run, session);
}

/* A report that cannot be written should be known before the run, not after it. */
static bool can_write(const struct run_options *options, const struct run *run)
{
	const char *const paths[] = {options->junit, options->json, options->keep};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int error = 0;

		if (!paths[i] || strcmp(paths[i], "-") == 0)
			continue;
		if (paths[i] == options->keep)
			error = mkdir(paths[i], 0777) < 0 && errno != EEXIST ? -errno : 0;
		else if (paths[i] == options->junit)
			error = report_junit(run, paths[i]);
		if (error) {
			fprintf(stderr, "wirestate: cannot write %s: %s\n", paths[i],
				strerror(-error));
			return false;
		}
	}
	return true;
}

static int run_all(struct run *run, const struct run_options *options, int argc, char **argv)
{
	bool to_stdout = (options->json && strcmp(options->json, "-") == 0) ||
			 (options->junit && strcmp(options->junit, "-") == 0);
	struct session session = {
		.options = options,
		.style = report_style(to_stdout ? STDERR_FILENO : STDOUT_FILENO, options->verbosity),
		.console = to_stdout ? stderr : stdout,
		.began = ws_now(),
	};
	struct timespec now;
	int error;

	if (!plan_make(run, options) || !facts_collect(run, options, argc, argv) ||
	    !can_write(options, run))
		return EXIT_CANNOT_RUN;
	clock_gettime(CLOCK_REALTIME, &now);
	run->started = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	error = schedule_run(run, options, &session.style, instance_ended, &session);
	run->seconds = (double)(ws_now() - session.began) / 1e9;
	if (error) {
		fprintf(stderr, "wirestate: cannot run: %s\n", sandbox_problem(error));
		return EXIT_CANNOT_RUN;
	}
	return report(run, &session);
}

int command_run(int argc, char **argv)
{
	struct run_options options;
	struct run run = {0};
	int status;

	options_read(&options, argc, argv);
	status = run_all(&run, &options, argc, argv);
	for (size_t i = 0; i < run.count; i++)
		outcome_clear(&run.results[i]);
	plan_clear(&run);
	facts_clear(&run);
	return status;
}
