/* SPDX-License-Identifier: MIT */
/* From the events of a sandbox to the result of an instance. */
#include "runner/outcome.h"
#include "runner/stream.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

json_t *outcome_event(const json_t *events, const char *kind)
{
	size_t i;
	json_t *event;

	json_array_foreach (events, i, event)
		if (strcmp(outcome_text(event, "event"), kind) == 0)
			return event;
	return NULL;
}

const char *outcome_text(const json_t *event, const char *member)
{
	const char *text = json_string_value(json_object_get(event, member));

	return text ? text : "";
}

static void __attribute__((format(printf, 3, 4)))
decide(struct run_result *result, enum run_outcome outcome, const char *format, ...)
{
	va_list args;

	result->outcome = outcome;
	free(result->reason);
	va_start(args, format);
	if (vasprintf(&result->reason, format, args) < 0)
		result->reason = NULL;
	va_end(args);
}

/* Without "done" and "closed" the claim did not end by itself: tell how it did. */
static void decide_died(struct run_result *result, const json_t *exited,
			const struct outcome_end *end)
{
	int status = (int)json_integer_value(json_object_get(exited, "status"));
	const char *colon = *end->output ? ":\n" : "";

	if (!exited)
		decide(result, RUN_ERROR, "the sandbox died without a word%s%s", colon,
		       end->output);
	else if (WIFSIGNALED(status))
		decide(result, RUN_ERROR, "killed by signal %d (%s)%s%s", WTERMSIG(status),
		       strsignal(WTERMSIG(status)), colon, end->output);
	else if (WEXITSTATUS(status) == STREAM_LOST)
		decide(result, RUN_ERROR,
		       "the claim could not tell what it saw: did it close a descriptor that is "
		       "not its own, or use up the memory?%s%s",
		       colon, end->output);
	else
		decide(result, RUN_ERROR, "the claim's process exited with status %d%s%s",
		       WEXITSTATUS(status), colon, end->output);
}

static const json_t *failed_check(const json_t *events, struct run_result *result)
{
	const json_t *failed = NULL, *event;
	size_t i;

	json_array_foreach (events, i, event) {
		if (strcmp(outcome_text(event, "event"), "check") != 0)
			continue;
		result->checks++;
		if (!failed && json_is_false(json_object_get(event, "passed")))
			failed = event;
	}
	return failed;
}

/* The events live as long as the result, so their file names do. */
static void decide_failed(struct run_result *result, const json_t *failure)
{
	decide(result, RUN_FAIL, "%s", outcome_text(failure, "text"));
	result->file = outcome_text(failure, "file");
	result->line = (int)json_integer_value(json_object_get(failure, "line"));
}

static void decide_cannot(struct run_result *result, const json_t *cannot)
{
	bool missing = json_is_true(json_object_get(cannot, "missing"));

	decide(result, missing ? RUN_SKIP : RUN_ERROR, "%s", outcome_text(cannot, "why"));
}

static void decide_done(struct run_result *result, const json_t *done, const json_t *events,
			const struct outcome_end *end)
{
	const json_t *exited = outcome_event(events, "exit");
	const json_t *failure = json_object_get(done, "failure");
	const json_t *closed = outcome_event(events, "closed");
	int descriptors = (int)json_integer_value(json_object_get(closed, "descriptors"));

	result->checks = (unsigned)json_integer_value(json_object_get(done, "checks"));
	if (json_is_object(failure))
		decide_failed(result, failure);
	else if (!closed || !json_is_true(json_object_get(exited, "through")))
		decide_died(result, exited, end);
	else if (descriptors > 0)
		decide(result, RUN_ERROR, "the claim left %d descriptor%s open", descriptors,
		       descriptors == 1 ? "" : "s");
	else if (json_is_true(json_object_get(exited, "left")))
		decide(result, RUN_ERROR, "the claim left a process behind");
	else if (result->checks == 0)
		decide(result, RUN_ERROR, "the claim checked nothing");
	else
		result->outcome = RUN_PASS;
}

static char *copy(const char *text)
{
	return *text ? strdup(text) : NULL;
}

/* A claim that died could not tell its story: the segments it had seen are at least something. */
static char *segments_of(const json_t *events)
{
	char *text = NULL;
	size_t size, i;
	json_t *event;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	json_array_foreach (events, i, event)
		if (strcmp(outcome_text(event, "event"), "segment") == 0)
			fprintf(out, "%11.6f %s: %s\n",
				json_real_value(json_object_get(event, "at")),
				outcome_text(event, "from"), outcome_text(event, "text"));
	fclose(out);
	return text;
}

static json_t *measured_of(const json_t *done)
{
	json_t *measured = json_object_get(done, "measured");

	return *outcome_text(measured, "what") ? json_incref(measured) : NULL;
}

static json_t *premises_of(const json_t *events)
{
	json_t *premises = json_array(), *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (strcmp(outcome_text(event, "event"), "premise") == 0)
			json_array_append_new(premises,
					      json_pack("{s:O, s:O, s:O}", "name",
							json_object_get(event, "name"), "value",
							json_object_get(event, "value"), "since",
							json_object_get(event, "since")));
	if (json_array_size(premises))
		return premises;
	json_decref(premises);
	return NULL;
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

struct run_result outcome_of(const struct run_instance *instance, json_t *events,
			     const struct outcome_end *end)
{
	json_t *cannot = outcome_event(events, "cannot"), *skip = outcome_event(events, "skip");
	json_t *done = outcome_event(events, "done"), *exited = outcome_event(events, "exit");
	struct run_result result = {
		.file = instance->claim->file,
		.line = instance->claim->line,
		.seconds = end->seconds,
		.stall = json_number_value(json_object_get(done, "stall")),
		.cpu = seconds_of(end->usage.ru_utime) + seconds_of(end->usage.ru_stime),
		.runs = 1,
		.evidence = copy(outcome_text(done, "evidence")),
		.measured = measured_of(done),
		.premises = premises_of(events),
		.transcript = done ? copy(outcome_text(done, "transcript")) : segments_of(events),
		.events = json_incref(events),
	};
	const json_t *failed = failed_check(events, &result);

	/* it is long, and the result has it */
	json_object_del(done, "transcript");

	if (skip)
		decide(&result, RUN_SKIP, "%s", outcome_text(skip, "why"));
	else if (failed)
		decide_failed(&result, failed);
	else if (cannot)
		decide_cannot(&result, cannot);
	else if (end->timed_out)
		decide(&result, RUN_ERROR, "did not end within %g s and was killed", end->timeout);
	else if (!done)
		decide_died(&result, exited, end);
	else
		decide_done(&result, done, events, end);
	result.bad_runs = run_is_bad(result.outcome);
	return result;
}

void outcome_clear(struct run_result *result)
{
	free(result->reason);
	free(result->evidence);
	json_decref(result->measured);
	json_decref(result->premises);
	free(result->transcript);
	free(result->pcap);
	json_decref(result->events);
	*result = (struct run_result){.outcome = RUN_PENDING};
}

static int badness(enum run_outcome outcome)
{
	static const int order[RUN_OUTCOMES] = {
		[RUN_PENDING] = 0, [RUN_PASS] = 1, [RUN_SKIP] = 2, [RUN_FAIL] = 3, [RUN_ERROR] = 4,
	};

	return order[outcome];
}

void outcome_merge(struct run_result *kept, struct run_result *newer)
{
	unsigned runs = kept->runs + newer->runs, bad = kept->bad_runs + newer->bad_runs;
	struct run_result better;

	if (badness(newer->outcome) > badness(kept->outcome)) {
		better = *newer;
		*newer = *kept;
		*kept = better;
	}
	outcome_clear(newer);
	kept->runs = runs;
	kept->bad_runs = bad;
}
