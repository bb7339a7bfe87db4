/* SPDX-License-Identifier: MIT */
/* wirestate run: check claims on this kernel and report. */
#include "runner/commands.h"
#include "asserts/wait.h"
#include "runner/claim.h"
#include "runner/facts.h"
#include "runner/capture.h"
#include "runner/ladder.h"
#include "runner/outcome.h"
#include "runner/plan.h"
#include "runner/sandbox.h"
#include "runner/schedule.h"
#include "runner/text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A report is rewritten while claims end, so that even a killed run leaves one; not more often, and
 * with no more than this part of the run's time: it grows, and a processor may be slow. */
static const double rewrite_seconds = 1, rewrite_part = 1.0 / 32;

struct session {
	const struct run_options *options;
	struct report_style style;
	FILE *console;     /* stderr when standard output carries a report */
	bool tells_events; /* of every claim */
	int64_t began, written;
	double rewrite_after;      /* seconds from `written` */
	const char *failed_report; /* which could not be written, or NULL */
	int report_error;
};

/* A file, or nothing yet; what is sent to a terminal or into a pipe cannot be taken back. */
static bool is_rewritable(const char *path)
{
	struct stat there;

	if (!path || strcmp(path, "-") == 0)
		return false;
	return stat(path, &there) < 0 ? errno == ENOENT : S_ISREG(there.st_mode);
}

/* Write the reports that were asked for; `again`: while the run goes on, those that can be written over. That is
 * what remains of one that is killed, so it says that it was not finished. */
static void write_reports(struct session *session, struct run *run, bool again)
{
	bool interrupted = run->interrupted;

	run->interrupted |= again;
	for (int format = 0; format < FORMATS; format++) {
		const char *path = session->options->reports[format];
		int error;

		if (!path || (again && !is_rewritable(path)))
			continue;
		error = format_write((enum format)format, run, 1, path);
		if (!error || session->failed_report)
			continue;
		session->failed_report = path;
		session->report_error = error;
	}
	run->interrupted = interrupted;
}

static void save_capture(const struct session *session, struct run *run, size_t index)
{
	const struct run_options *options = session->options;
	struct run_result *result = &run->results[index];
	const char *directory = options->keep ? options->keep : "wirestate-failed";
	char *path;
	int error;

	if (result->pcap || !outcome_event(result->events, "segment") ||
	    (!options->keep && !result->bad_runs))
		return;
	error = capture_save(run, index, directory, options->pcap, &path);
	if (!error) {
		result->pcap = path;
		return;
	}
	if (asprintf(&result->pcap, "not saved: %s: %s", path ? path : directory,
		     strerror(-error)) < 0)
		result->pcap = NULL;
	free(path);
}

static void print_instance(const struct session *session, const struct run *run, size_t index)
{
	char *again = claim_again(&run->instances[index], session->options);

	report_progress_clear(&session->style, session->console);
	report_instance(&run->instances[index], &run->results[index], again ? again : "",
			&session->style, session->console);
	fflush(session->console);
	free(again);
}

static void instance_ended(struct run *run, size_t index, void *context)
{
	struct session *session = context;
	int64_t now = ws_now();

	run->seconds = (double)(now - session->began) / 1e9;
	save_capture(session, run, index);
	if (run->results[index].runs == session->options->repeat)
		print_instance(session, run, index);
	if (!session->tells_events && run->results[index].outcome == RUN_PASS) {
		json_decref(run->results[index].events);
		run->results[index].events = NULL;
	}
	if ((double)(now - session->written) / 1e9 < session->rewrite_after)
		return;
	write_reports(session, run, true);
	session->written = ws_now();
	session->rewrite_after = (double)(session->written - now) / 1e9 / rewrite_part;
	if (session->rewrite_after < rewrite_seconds)
		session->rewrite_after = rewrite_seconds;
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
	if (run_count_bad(run))
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

	/* those that were to be repeated and were not, because the run was stopped */
	for (size_t i = 0; i < run->count; i++)
		if (run->results[i].runs && run->results[i].runs < options->repeat)
			print_instance(session, run, i);
	write_reports(session, run, false);
	if (options->show)
		report_ladders(run, &session->style, session->console);
	if (options->sweep)
		report_sweep(run, &session->style, session->console);
	else
		report_ledger(run, &session->style, session->console);
	if (!options->show)
		report_summary(run, &session->style, session->console);
	if (fflush(session->console) != 0 || ferror(session->console)) {
		fprintf(stderr, "wirestate: cannot write to standard %s\n",
			session->console == stdout ? "output" : "error");
		return EXIT_CANNOT_RUN;
	}
	return status_of(run, session);
}

static bool is_written(const char *path, int error)
{
	if (error)
		fprintf(stderr, "wirestate: cannot write %s: %s\n", path, strerror(-error));
	return !error;
}

static int make_directory(const char *path)
{
	struct stat there;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno != EEXIST || stat(path, &there) < 0)
		return -errno;
	if (!S_ISDIR(there.st_mode))
		return -ENOTDIR;
	return access(path, W_OK | X_OK) < 0 ? -errno : 0;
}

/* A report that cannot be written should be known before the run, not after it. */
static bool can_write(const struct run_options *options, struct run *run)
{
	struct stat there;

	if (options->keep && !is_written(options->keep, make_directory(options->keep)))
		return false;
	/* nothing has been run yet */
	run->interrupted = true;
	for (int format = 0; format < FORMATS; format++) {
		const char *path = options->reports[format];

		if (!path || strcmp(path, "-") == 0)
			continue;
		if (stat(path, &there) < 0 && errno != ENOENT)
			return is_written(path, -errno);
		if (is_rewritable(path) &&
		    !is_written(path, format_write((enum format)format, run, 1, path)))
			return false;
		if (!is_rewritable(path) && !is_written(path, access(path, W_OK) < 0   ? -errno
							      : S_ISDIR(there.st_mode) ? -EISDIR
										       : 0))
			return false;
	}
	run->interrupted = false;
	return true;
}

/* What the machine does not offer is a skip, also when it is what every claim needs: the reports then
 * say so, and none is left that is older. */
static void skip_all(struct run *run, struct session *session, const char *reason)
{
	for (size_t i = 0; reason && i < run->count; i++) {
		run->results[i].outcome = RUN_SKIP;
		run->results[i].reason = strdup(reason);
	}
	write_reports(session, run, false);
}

/* Two hours are a surprise that a word before takes away. */
static void tell_of_hours(const struct run *run, const struct session *session)
{
	static const double surprise = 600;
	const struct run_instance *longest = NULL;
	char time[TEXT_TIME_SIZE];
	double most = 0;

	for (size_t i = 0; i < run->count; i++) {
		double waits = plan_waits_with(&run->instances[i], session->options);

		if (waits <= most)
			continue;
		longest = &run->instances[i];
		most = waits;
	}
	if (!longest || most < surprise || !session->style.terminal || session->style.verbosity < 0)
		return;
	fprintf(session->console, "%s waits for %s.\n", longest->name, text_wait(most, time));
	if (plan_has_tag(longest, "hours"))
		fputs("--exclude hours leaves out what takes that long, --exclude slow what takes "
		      "minutes.\n",
		      session->console);
	fputc('\n', session->console);
}

static bool goes_to_stdout(const struct run_options *options)
{
	for (int i = 0; i < FORMATS; i++)
		if (options->reports[i] && strcmp(options->reports[i], "-") == 0)
			return true;
	return false;
}

static int run_all(struct run *run, const struct run_options *options, int signals)
{
	bool to_stdout = goes_to_stdout(options);
	struct session session = {
		.options = options,
		.style =
			report_style(to_stdout ? STDERR_FILENO : STDOUT_FILENO, options->verbosity),
		.console = to_stdout ? stderr : stdout,
		/* else only the explanation of what went wrong is worth the memory */
		.tells_events = options->show || options->reports[FORMAT_JSON] ||
				options->reports[FORMAT_HTML],
		.began = ws_now(),
	};
	struct timespec now;
	char *missing = NULL;
	int error, status;
	bool can;

	session.style.explains = options->explain;
	can = facts_collect(run, options, &missing);
	if (!plan_make(run, options) || !can_write(options, run))
		can = false;
	else if (!can)
		skip_all(run, &session, missing);
	free(missing);
	if (!can)
		return EXIT_CANNOT_RUN;
	tell_of_hours(run, &session);
	clock_gettime(CLOCK_REALTIME, &now);
	run->started = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
	error = schedule_run(run, options, &session.style, session.console, signals, instance_ended,
			     &session);
	run->seconds = (double)(ws_now() - session.began) / 1e9;
	if (error)
		fprintf(stderr, "wirestate: cannot run%s: %s\n",
			run_count(run, RUN_PENDING) < run->count ? " any more" : "",
			fx_namespace_problem(error));
	if (error && run_count(run, RUN_PENDING) == run->count)
		return EXIT_CANNOT_RUN;
	status = report(run, &session);
	return error ? EXIT_CANNOT_RUN : status;
}

int command_run_options(const struct run_options *options)
{
	struct run run = {.label = options->label, .extended = options->extended};
	int status, signals = schedule_signals();

	if (signals < 0) {
		fprintf(stderr, "wirestate: cannot run: signalfd: %s\n", strerror(errno));
		return EXIT_CANNOT_RUN;
	}
	status = run_all(&run, options, signals);
	close(signals);
	for (size_t i = 0; i < run.count; i++)
		outcome_clear(&run.results[i]);
	plan_clear(&run);
	facts_clear(&run);
	return status;
}

int command_run(int argc, char **argv)
{
	struct run_options options;

	options_read(&options, argc, argv);
	return command_run_options(&options);
}

int command_sweep(int argc, char **argv)
{
	struct run_options options;

	options_read(&options, argc, argv);
	return options_take_sweep(&options) ? command_run_options(&options) : EXIT_CANNOT_RUN;
}
