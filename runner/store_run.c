/* SPDX-License-Identifier: MIT */
/* From a store to the run that wrote it. Texts stay where they are, in the store. */
#include <stdlib.h>
#include <string.h>
#include "runner/explain.h"
#include "runner/outcome.h"
#include "runner/plan.h"
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

static void say(struct ws_claim *claim, const json_t *object)
{
	claim->says = word(object, "sentence");
	claim->source = word(object, "source");
	claim->verdict = verdict(word(object, "verdict"));
	claim->file = word(object, "file");
	claim->line = (int)count(object, "line");
	claim->but = text(object, "but");
	claim->tags = text(object, "tags");
}

/* The claim of a result. A baseline does not have what it says: this program may know it. */
static struct ws_claim *make_claim(const struct store *store, const json_t *result)
{
	const json_t *object = store_claim(store, result);
	const struct ws_claim *known = plan_claim(word(result, "id"), NULL);
	struct ws_claim *claim = calloc(1, sizeof(*claim));

	if (!claim)
		return NULL;
	if (!*word(object, "sentence") && known)
		*claim = *known;
	else
		say(claim, object);
	claim->id = word(result, "id");
	claim->sysctl = text(result, "sysctl");
	return claim;
}

static const char *chapter_of(const struct store *store, const json_t *result)
{
	const char *chapter = word(store_claim(store, result), "chapter");
	const struct ws_claim *known = NULL;

	if (!*chapter)
		plan_claim(word(result, "id"), &known);
	return known ? known->says : chapter;
}

/* The instances of a claim follow each other and share it; so do the claims of a chapter. */
static bool set_claim(struct run_instance *instance, const struct run_instance *before,
		      const struct store *store, const json_t *result)
{
	const char *chapter = chapter_of(store, result);
	struct ws_claim *own;

	instance->chapter = before ? before->chapter : NULL;
	if (!instance->chapter || strcmp(instance->chapter->says, chapter) != 0) {
		own = calloc(1, sizeof(*own));
		if (own)
			own->says = chapter;
		instance->chapter = own;
	}
	instance->claim = before ? before->claim : NULL;
	if (!instance->claim || strcmp(instance->claim->id, word(result, "id")) != 0)
		instance->claim = make_claim(store, result);
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

/* The results so that those of a claim follow each other, in the order of their first appearance: parts of a
 * plan need not have been put together in its order. A new reference. */
static json_t *by_claim(const json_t *results)
{
	json_t *groups = json_object(), *sorted = json_array(), *result;
	const char *id;
	size_t i;

	json_array_foreach (results, i, result) {
		json_t *group;

		id = word(result, "id");
		group = json_object_get(groups, id);
		if (!group) {
			group = json_array();
			json_object_set_new(groups, id, group);
		}
		json_array_append(group, result);
	}
	json_object_foreach(groups, id, result) json_array_extend(sorted, result);
	json_decref(groups);
	return sorted;
}

static bool set_instances(struct run *run, const struct store *store, const json_t *results)
{
	const json_t *object;
	size_t i;

	json_array_foreach (results, i, object) {
		struct run_instance *instance = &run->instances[i];
		bool made = set_claim(instance, i ? instance - 1 : NULL, store, object);

		set_instance(instance, object);
		run->results[i] = result_of(store, object);
		run->count++;
		if (!made)
			return false;
	}
	run->dealt = run->count;
	return true;
}

bool store_run(const struct store *store, struct run *run)
{
	json_t *results = by_claim(store->results);
	size_t total = json_array_size(results);
	bool complete;

	*run = (struct run){
		.instances = calloc(total + 1, sizeof(*run->instances)),
		.results = calloc(total + 1, sizeof(*run->results)),
		.started = number(store->root, "started"),
		.seconds = number(store->root, "seconds"),
		.stalled = count(store->root, "stalled"),
		.interrupted = json_is_true(json_object_get(store->root, "interrupted")),
		.explanations = json_incref(store->claims),
	};
	complete = run->instances && run->results && total == json_array_size(store->results) &&
		   set_facts(run, store) && set_instances(run, store, results);
	/* older versions do not say why; what this program knows is still so */
	if (complete && !run->explanations)
		run->explanations = explain_claims(run);
	if (!complete)
		store_run_clear(run);
	json_decref(results);
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
