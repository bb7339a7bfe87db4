/* SPDX-License-Identifier: MIT */
/* Questions about a run that more than one report asks. */
#include "runner/result.h"
#include <stdlib.h>
#include <string.h>
#include "runner/observation.h"
#include "runner/outcome.h"
#include "runner/store.h"
#include "runner/text.h"

const char *const run_outcome_names[RUN_OUTCOMES] = {
	[RUN_PENDING] = "pending", [RUN_PASS] = "pass", [RUN_FAIL] = "fail",
	[RUN_ERROR] = "error",     [RUN_SKIP] = "skip",
};

const char *const run_verdict_names[] = {
	[HOLDS] = "holds",
	[REFUTED] = "refuted",
	[QUALIFIED] = "qualified",
	[EXTENDS] = "extends",
};

size_t run_count(const struct run *run, enum run_outcome outcome)
{
	size_t found = 0;

	for (size_t i = 0; i < run->count; i++)
		found += run->results[i].outcome == outcome;
	return found;
}

bool run_is_bad(enum run_outcome outcome)
{
	return outcome == RUN_FAIL || outcome == RUN_ERROR;
}

size_t run_count_bad(const struct run *run)
{
	return run_count(run, RUN_FAIL) + run_count(run, RUN_ERROR);
}

const char *run_fact(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->fact_count; i++) {
		if (strcmp(run->facts[i].name, name) == 0)
			return run->facts[i].value;
	}
	return NULL;
}

const char *run_release(const struct run *run)
{
	const char *release = run_fact(run, "release");

	if (!release)
		release = run_fact(run, "kernel");
	return release ? release : "";
}

static bool is_taken(char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* The release, as it is where it can be part of a file name, and a number where others have it. */
static char *new_name(const struct run *run, char *const *names, size_t count)
{
	const char *release = run_release(run);
	char *name = NULL;

	if (!*release || strchr(release, '/'))
		release = "unknown";
	for (size_t number = 1; number <= count + 1; number++) {
		int length = number == 1 ? asprintf(&name, "%s", release)
					 : asprintf(&name, "%s-%zu", release, number);

		if (length < 0)
			return NULL;
		if (!is_taken(names, count, name))
			return name;
		free(name);
	}
	return NULL;
}

char **run_names(const struct run *runs, size_t count)
{
	char **names = calloc(count + 1, sizeof(char *));

	for (size_t i = 0; names && i < count; i++) {
		names[i] = new_name(&runs[i], names, i);
		if (!names[i]) {
			run_names_free(names, i);
			names = NULL;
		}
	}
	return names;
}

void run_names_free(char **names, size_t count)
{
	for (size_t i = 0; names && i < count; i++)
		free(names[i]);
	free(names);
}

const char *run_reason(const struct run_result *result)
{
	const char *reason = result->reason ? result->reason : "";

	reason += strspn(reason, " \t\r\n");
	if (*reason)
		return reason;
	/* A report written while the run goes on is what remains if the runner is killed. */
	return result->outcome == RUN_PENDING ? "not run: interrupted" : "no reason was given";
}

size_t run_chapter_end(const struct run *run, size_t from)
{
	size_t end = from;

	while (end < run->count && run->instances[end].chapter == run->instances[from].chapter)
		end++;
	return end;
}

size_t run_claim_end(const struct run *run, size_t from)
{
	size_t end = from;

	while (end < run->count && run->instances[end].claim == run->instances[from].claim)
		end++;
	return end;
}

const char *run_chapter_title(const struct run_instance *instance)
{
	const struct ws_claim *chapter = instance->chapter;

	return chapter && chapter->says && *chapter->says ? chapter->says : "claims";
}

enum run_outcome run_worst(const size_t counts[RUN_OUTCOMES])
{
	static const enum run_outcome weight[] = {RUN_FAIL, RUN_ERROR, RUN_PASS, RUN_SKIP};

	for (size_t i = 0; i < sizeof(weight) / sizeof(weight[0]); i++) {
		if (counts[weight[i]])
			return weight[i];
	}
	return RUN_PENDING;
}

enum run_outcome run_fold(const struct run *run, size_t from, size_t end,
			  size_t counts[RUN_OUTCOMES])
{
	memset(counts, 0, RUN_OUTCOMES * sizeof(counts[0]));
	for (size_t i = from; i < end; i++)
		counts[run->results[i].outcome]++;
	return run_worst(counts);
}

int run_rank(const struct run_instance *instance)
{
	return 2 * (strcmp(instance->family, "ipv4") == 0) + (strcmp(instance->link, "wire") == 0);
}

size_t run_best(const struct run *run, size_t from, size_t end)
{
	size_t counts[RUN_OUTCOMES], best = end;
	enum run_outcome outcome = run_fold(run, from, end, counts);

	for (size_t i = from; i < end; i++)
		if (run->results[i].outcome == outcome &&
		    (best == end || run_rank(&run->instances[i]) > run_rank(&run->instances[best])))
			best = i;
	return best;
}

const char *run_explanation(const struct run *run, size_t index, const char *what)
{
	return outcome_text(json_object_get(run->explanations, run->instances[index].claim->id),
			    what);
}

static const json_t *stored(const struct run *run, size_t index)
{
	return store_find(run->results[index].store, run->instances[index].name);
}

json_t *run_events(const struct run *run, size_t index)
{
	const struct run_result *result = &run->results[index];

	if (result->store)
		return store_events(result->store, stored(run, index));
	return result->events ? json_incref(result->events) : json_array();
}

json_t *run_transcript(const struct run *run, size_t index)
{
	const struct run_result *result = &run->results[index];
	json_t *transcript;
	char *clean;

	if (result->store)
		return store_transcript(result->store, stored(run, index));
	/* jansson takes valid UTF-8 only, and a transcript may hold a packet's bytes */
	clean = text_clean(result->transcript);
	transcript = clean ? json_string(clean) : NULL;
	free(clean);
	return transcript;
}

json_t *run_observation(const struct run *run, size_t index)
{
	const struct run_result *result = &run->results[index];

	if (result->store)
		return store_observation(result->store, stored(run, index));
	return observation_make(result->events, run->instances[index].link);
}
