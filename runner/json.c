/* SPDX-License-Identifier: MIT */
/* The whole run as JSON lines (STORE.md), or the plan of one. */
#include <errno.h>
#include <stdlib.h>
#include "runner/formats.h"
#include "runner/report.h"
#include "runner/store.h"
#include "runner/text.h"

/* 15 digits are what a double keeps: 0.0062 and not 0.0061999999999999998. */
#define LINE_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))
#define PLAN_FLAGS (JSON_INDENT(1) | JSON_REAL_PRECISION(15))

struct named_text {
	const char *key, *text; /* NULL and "" are none */
};

/* jansson refuses text that is not UTF-8, and a claim's text may hold a packet's bytes. */
static json_t *clean_string(const char *text)
{
	char *clean = text_clean(text);
	json_t *string = clean ? json_string(clean) : NULL;

	free(clean);
	return string;
}

/* What there is none of is left out. Returns 0, or -1 when memory runs out, as jansson's own functions do. */
static int set_texts(json_t *object, const struct named_text *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (texts[i].text && *texts[i].text &&
		    json_object_set_new(object, texts[i].key, clean_string(texts[i].text)) < 0)
			return -1;
	}
	return 0;
}

#define SET_TEXTS(object, ...)                                                                     \
	set_texts(object, (const struct named_text[]){__VA_ARGS__},                                \
		  sizeof((const struct named_text[]){__VA_ARGS__}) / sizeof(struct named_text))

static int set_place(json_t *object, const char *file, int line)
{
	if (SET_TEXTS(object, {"file", file}) < 0)
		return -1;
	return json_object_set_new(object, "line", json_integer(line));
}

/* What a claim says, and why it is so. */
static int set_claim(json_t *object, const struct run *run, size_t index)
{
	const struct run_instance *instance = &run->instances[index];
	const struct ws_claim *claim = instance->claim;

	if (SET_TEXTS(object, {"chapter", run_chapter_title(instance)}, {"sentence", claim->says},
		      {"but", claim->but}, {"source", claim->source},
		      {"verdict", run_verdict_names[claim->verdict]}, {"tags", claim->tags}) < 0 ||
	    set_place(object, claim->file, claim->line) < 0)
		return -1;
	return SET_TEXTS(object, {"why", run_explanation(run, index, "why")},
			 {"kernel", run_explanation(run, index, "kernel")},
			 {"advice", run_explanation(run, index, "advice")});
}

static int set_numbers(json_t *object, const struct run_instance *instance,
		       const struct run_result *result)
{
	json_t *numbers = json_pack(
		"{s:I, s:f, s:f, s:I, s:I, s:I}", "order", (json_int_t)instance->order, "seconds",
		result->seconds, "cpu", result->cpu, "checks", (json_int_t)result->checks, "runs",
		(json_int_t)result->runs, "bad_runs", (json_int_t)result->bad_runs);
	int error = numbers ? json_object_update(object, numbers) : -1;

	json_decref(numbers);
	return error;
}

static int set_json(json_t *object, const char *key, json_t *value)
{
	return value ? json_object_set(object, key, value) : 0;
}

static int fill_instance(json_t *object, const struct run_instance *instance,
			 const struct run_result *result)
{
	bool passed = result->outcome == RUN_PASS;

	if (SET_TEXTS(object, {"id", instance->claim->id}, {"name", instance->name},
		      {"family", instance->family}, {"link", instance->link},
		      {"sysctl", instance->sysctl}, {"value", instance->value},
		      {"outcome", run_outcome_names[result->outcome]},
		      {"reason", passed ? NULL : run_reason(result)}) < 0 ||
	    set_numbers(object, instance, result) < 0 ||
	    SET_TEXTS(object, {"evidence", result->evidence}, {"pcap", result->pcap}) < 0 ||
	    set_json(object, "measured", result->measured) < 0 ||
	    set_json(object, "premises", result->premises) < 0)
		return -1;
	return passed || !result->file ? 0 : set_place(object, result->file, result->line);
}

static json_t *make_claims(const struct run *run)
{
	json_t *claims = json_object();

	for (size_t from = 0; from < run->count && claims; from = run_claim_end(run, from)) {
		json_t *claim = json_object();

		if (set_claim(claim, run, from) < 0 ||
		    json_object_set(claims, run->instances[from].claim->id, claim) < 0) {
			json_decref(claims);
			claims = NULL;
		}
		json_decref(claim);
	}
	return claims;
}

static json_t *make_facts(const struct run *run)
{
	json_t *facts = json_object();

	for (size_t i = 0; i < run->fact_count; i++) {
		if (SET_TEXTS(facts, {run->facts[i].name, run->facts[i].value}) < 0) {
			json_decref(facts);
			return NULL;
		}
	}
	return facts;
}

static json_t *make_counts(const struct run *run)
{
	json_t *counts = json_object();

	for (int i = 0; i < RUN_OUTCOMES; i++) {
		json_int_t count = (json_int_t)run_count(run, (enum run_outcome)i);

		if (json_object_set_new(counts, run_outcome_names[i], json_integer(count)) < 0) {
			json_decref(counts);
			return NULL;
		}
	}
	return counts;
}

static int dump(const json_t *document, size_t flags, FILE *out)
{
	if (!document)
		return -ENOMEM;
	if (json_dumpf(document, out, flags) < 0)
		return -EIO;
	return fputc('\n', out) == EOF ? -EIO : 0;
}

/* Takes over the object, which may be NULL: memory is out. */
static int dump_line(json_t *object, FILE *out)
{
	int error = dump(object, LINE_FLAGS, out);

	json_decref(object);
	return error;
}

static int print_head(const struct run *run, FILE *out)
{
	/* "o" takes over the parts, also when it fails */
	return dump_line(json_pack("{s:i, s:f, s:f, s:b, s:I, s:o, s:o, s:o}", "version",
				   STORE_VERSION, "started", run->started, "seconds", run->seconds,
				   "interrupted", run->interrupted, "stalled",
				   (json_int_t)run->stalled, "facts", make_facts(run), "counts",
				   make_counts(run), "claims", make_claims(run)),
			 out);
}

/* One of the lines that are long: its first key says which it is, see store_file.c. Takes over the value. */
static int print_later(FILE *out, const char *key, json_t *value, const char *name)
{
	return dump_line(json_pack("{s:o, s:o}", key, value, "of", clean_string(name)), out);
}

static int print_instance(const struct run *run, size_t index, FILE *out)
{
	const struct store *store = run->results[index].store;
	const char *name = run->instances[index].name;
	json_t *object = json_object();
	int error = 0;

	if (fill_instance(object, &run->instances[index], &run->results[index]) < 0)
		error = -ENOMEM;
	if (!error)
		error = dump(object, LINE_FLAGS, out);
	json_decref(object);
	if (error || !store)
		; /* it was run here */
	else if ((error = store_copy_later(store, store_find(store, name), out)) != -ENOENT)
		return error;
	else
		error = 0;
	if (!error)
		error = print_later(out, "observation", run_observation(run, index), name);
	if (!error)
		error = print_later(out, "transcript", run_transcript(run, index), name);
	if (!error)
		error = print_later(out, "events", run_events(run, index), name);
	return error;
}

int json_print(FILE *out, const struct run *run)
{
	int error = print_head(run, out);

	for (size_t i = 0; i < run->count && !error; i++)
		error = print_instance(run, i, out);
	return error;
}

/* ------------------------------------------------------------------------------- the plan */

static json_t *make_names(const struct run *run, size_t from, size_t end)
{
	json_t *names = json_array();

	for (size_t i = from; i < end; i++) {
		if (json_array_append_new(names, clean_string(run->instances[i].name)) < 0) {
			json_decref(names);
			return NULL;
		}
	}
	return names;
}

static int fill_claim(json_t *object, const struct run *run, size_t from, size_t end)
{
	if (SET_TEXTS(object, {"id", run->instances[from].claim->id}) < 0 ||
	    set_claim(object, run, from) < 0)
		return -1;
	return json_object_set_new(object, "instances", make_names(run, from, end));
}

int report_list_json(const struct run *run, FILE *out)
{
	json_t *claims = json_array();
	int error = claims ? 0 : -ENOMEM;

	for (size_t from = 0, end; from < run->count && !error; from = end) {
		json_t *object = json_object();

		end = run_claim_end(run, from);
		if (fill_claim(object, run, from, end) < 0 || json_array_append(claims, object) < 0)
			error = -ENOMEM;
		json_decref(object);
	}
	if (!error)
		error = dump(claims, PLAN_FLAGS, out);
	json_decref(claims);
	return error;
}
