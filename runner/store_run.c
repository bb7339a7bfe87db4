/* SPDX-License-Identifier: MIT */
/* From a store to the run that wrote it. Texts stay where they are, in the store. */
#include <stdlib.h>
#include <string.h>
#include "runner/outcome.h"
#include "runner/store.h"

/* The reports only read; the structures say char * because a live run owns its texts. */
static char *text(const json_t *object, const char *key)
{
	return (char *)json_string_value(json_object_get(object, key));
}

static const char *word(const json_t *object, const char *key)
{
	return outcome_text(object, key);
}

/* What no clock has said is none. */
static double number(const json_t *object, const char *key)
{
	double value = json_number_value(json_object_get(object, key));

	return value > 0 && value < 1e12 ? value : 0;
}

static unsigned count(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 && value < INT32_MAX ? (unsigned)value : 0;
}

/* Baselines say no verdict. */
static enum ws_verdict verdict(const char *name)
{
	enum ws_verdict found = HOLDS;

	for (int i = HOLDS; i <= EXTENDS; i++)
		if (strcmp(run_verdict_names[i], name) == 0)
			found = (enum ws_verdict)i;
	return found;
}

static enum run_outcome outcome(const char *name)
{
	enum run_outcome found = RUN_PENDING;

	for (int i = 0; i < RUN_OUTCOMES; i++)
		if (strcmp(run_outcome_names[i], name) == 0)
			found = (enum run_outcome)i;
	return found;
}

/* What the claim of a result says: in the head, before version 4 in each result. */
static const json_t *said(const struct store *store, const json_t *object)
{
	const json_t *claim = json_object_get(store->claims, word(object, "id"));

	return claim ? claim : object;
}

/* Also a chapter, which is a claim without an id. */
static struct ws_claim *make_claim(const json_t *object, const char *id)
{
	struct ws_claim *claim = calloc(1, sizeof(*claim));

	if (!claim)
		return NULL;
	*claim = (struct ws_claim){.says = word(object, id ? "sentence" : "chapter")};
	if (!id)
		return claim;
	claim->id = id;
	claim->source = word(object, "source");
	claim->verdict = verdict(word(object, "verdict"));
	claim->file = word(object, "file");
	claim->line = (int)count(object, "line");
	claim->but = text(object, "but");
	claim->tags = text(object, "tags");
	return claim;
}

/* The instances of a claim follow each other and share it; so do the claims of a chapter. */
static bool set_claim(struct run_instance *instance, const struct run_instance *before,
		      const struct store *store, const json_t *object)
{
	const json_t *claim = said(store, object);
	const char *chapter = word(claim, "chapter"), *id = word(object, "id");

	instance->chapter = before ? before->chapter : NULL;
	if (!instance->chapter || strcmp(instance->chapter->says, chapter) != 0)
		instance->chapter = make_claim(claim, NULL);
	instance->claim = before ? before->claim : NULL;
	if (!instance->claim || strcmp(instance->claim->id, id) != 0)
		instance->claim = make_claim(claim, id);
	return instance->chapter && instance->claim;
}

static json_t *of_type(const json_t *object, const char *key, json_type type)
{
	json_t *value = json_object_get(object, key);

	return value && json_typeof(value) == type ? value : NULL;
}

static void set_instance(struct run_instance *instance, const json_t *object)
{
	const char *tags = instance->claim && instance->claim->tags ? instance->claim->tags : "";

	instance->family = word(object, "family");
	instance->link = word(object, "link");
	instance->sysctl = word(object, "sysctl");
	instance->value = word(object, "value");
	instance->slow = strstr(tags, "slow") != NULL;
	instance->order = count(object, "order");
	instance->name = text(object, "name");
}

static struct run_result result_of(const struct store *store, const json_t *object)
{
	return (struct run_result){
		.outcome = outcome(word(object, "outcome")),
		.file = text(object, "file"),
		.line = (int)count(object, "line"),
		.reason = text(object, "reason"),
		.seconds = number(object, "seconds"),
		.cpu = number(object, "cpu"),
		.checks = count(object, "checks"),
		.runs = count(object, "runs"),
		.bad_runs = count(object, "bad_runs"),
		.evidence = text(object, "evidence"),
		.measured = of_type(object, "measured", JSON_OBJECT),
		.premises = of_type(object, "premises", JSON_ARRAY),
		.pcap = text(object, "pcap"),
		.store = store,
	};
}

static bool set_facts(struct run *run, const struct store *store)
{
	json_t *value;
	const char *name;

	run->facts = calloc(json_object_size(store->facts) + 1, sizeof(*run->facts));
	if (!run->facts)
		return false;
	json_object_foreach(store->facts, name, value)
	{
		/* null is a fact that is not known */
		run->facts[run->fact_count++] =
			(struct run_fact){name, (char *)json_string_value(value)};
	}
	return true;
}

bool store_run(const struct store *store, struct run *run)
{
	size_t total = json_array_size(store->results), i;
	const json_t *object;
	bool complete = true;

	*run = (struct run){
		.instances = calloc(total + 1, sizeof(*run->instances)),
		.results = calloc(total + 1, sizeof(*run->results)),
		.started = number(store->root, "started"),
		.seconds = number(store->root, "seconds"),
		.stalled = count(store->root, "stalled"),
		.interrupted = json_is_true(json_object_get(store->root, "interrupted")),
		.explanations = json_incref(store->claims),
	};
	if (!run->instances || !run->results || !set_facts(run, store)) {
		store_run_clear(run);
		return false;
	}
	json_array_foreach (store->results, i, object) {
		struct run_instance *instance = &run->instances[i];

		if (!set_claim(instance, i ? instance - 1 : NULL, store, object))
			complete = false;
		set_instance(instance, object);
		run->results[i] = result_of(store, object);
		run->count++;
		if (!complete)
			break;
	}
	run->dealt = run->count;
	if (!complete)
		store_run_clear(run);
	return complete;
}

void store_run_clear(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct run_instance *instance = &run->instances[i];

		if (i == 0 || instance->claim != instance[-1].claim)
			free((void *)instance->claim);
		if (i == 0 || instance->chapter != instance[-1].chapter)
			free((void *)instance->chapter);
	}
	free(run->instances);
	free(run->results);
	free(run->facts);
	json_decref(run->explanations);
	*run = (struct run){0};
}
