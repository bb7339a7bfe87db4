/* SPDX-License-Identifier: MIT */
/* wirestate merge: one result of the parts that --shard made, or a baseline of a result. */
#include "runner/commands.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/atomic_file.h"
#include "runner/outcome.h"
#include "runner/store_set.h"

/* What a baseline keeps of a result; the rest is about one run, and its order is that of the lines. */
static const char *const kept[] = {"id", "name", "outcome", "reason", "measured", "premises"};

static json_t *reduced(const struct store *store, const json_t *result)
{
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		json_t *value = json_object_get(result, kept[i]);

		if (value && !json_is_null(value))
			json_object_set(object, kept[i], value);
	}
	json_object_set_new(object, "observation", store_observation(store, result));
	return object;
}

/* The kernel and its sysctls; not when, where and by which command. */
static json_t *reduced_facts(const json_t *facts)
{
	static const char *const names[] = {"kernel", "release", "kernel build", "arch", "hz"};
	json_t *object = json_object(), *value;
	const char *name;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_get(facts, names[i]))
			json_object_set(object, names[i], json_object_get(facts, names[i]));
	json_object_foreach((json_t *)facts, name, value) if (strncmp(name, "net.", 4) == 0)
		json_object_set(object, name, value);
	return object;
}

/* An instance and its result move together. */
struct part {
	struct run_instance instance;
	struct run_result result;
	size_t place; /* before the sort */
};

static int by_order(const void *a, const void *b)
{
	const struct part *first = a, *second = b;

	if (first->instance.order != second->instance.order)
		return first->instance.order > second->instance.order ? 1 : -1;
	return (first->place > second->place) - (first->place < second->place);
}

/* Put the instances into the order of the plan; those of a baseline, which has none, stay as they are. */
static bool sort(struct run *run)
{
	struct part *parts = calloc(run->count + 1, sizeof(*parts));

	for (size_t i = 0; i < run->count && parts; i++)
		parts[i] = (struct part){run->instances[i], run->results[i], i};
	if (parts)
		qsort(parts, run->count, sizeof(*parts), by_order);
	for (size_t i = 0; i < run->count && parts; i++) {
		run->instances[i] = parts[i].instance;
		run->results[i] = parts[i].result;
	}
	free(parts);
	return parts != NULL;
}

/* Append what `part` has; both keep their own claims. */
static bool append(struct run *whole, const struct run *part)
{
	size_t count = whole->count + part->count;
	struct run_instance *instances =
		reallocarray(whole->instances, count + 1, sizeof(*instances));
	struct run_result *results;

	if (!instances)
		return false;
	whole->instances = instances;
	results = reallocarray(whole->results, count + 1, sizeof(*results));
	if (!results)
		return false;
	whole->results = results;
	memcpy(instances + whole->count, part->instances, part->count * sizeof(*instances));
	memcpy(results + whole->count, part->results, part->count * sizeof(*results));
	whole->count = count;
	json_object_update(whole->explanations, part->explanations);
	whole->started = fmin(whole->started, part->started);
	whole->seconds = fmax(whole->seconds, part->seconds);
	whole->stalled += part->stalled;
	whole->interrupted |= part->interrupted;
	return true;
}

/* The parts stay the owners of what the whole points to. */
static bool merge(struct run *whole, const struct run *parts, size_t count)
{
	bool merged = true;

	*whole = (struct run){.facts = parts[0].facts,
			      .fact_count = parts[0].fact_count,
			      .started = parts[0].started,
			      .explanations = json_object()};
	for (size_t i = 0; i < count && merged; i++)
		merged = append(whole, &parts[i]);
	return merged && (count == 1 || sort(whole));
}

static json_t *counts_of(const struct run *run)
{
	json_t *counts = json_object();

	for (int i = 0; i < RUN_OUTCOMES; i++)
		json_object_set_new(counts, run_outcome_names[i],
				    json_integer((json_int_t)run_count(run, (enum run_outcome)i)));
	return counts;
}

static json_t *baseline(const struct run *run, const struct store *first)
{
	json_t *results = json_array();

	for (size_t i = 0; i < run->count; i++) {
		const struct store *store = run->results[i].store;

		json_array_append_new(results,
				      reduced(store, store_find(store, run->instances[i].name)));
	}
	return json_pack("{s:i, s:o, s:o, s:o}", "version", STORE_DOCUMENT_VERSION, "facts",
			 reduced_facts(first->facts), "counts", counts_of(run), "instances",
			 results);
}

static bool fit_together(const struct store *stores, size_t count)
{
	const json_t *result;
	size_t i;

	for (size_t s = 1; s < count; s++) {
		if (strcmp(store_fact(&stores[0], "kernel build"),
			   store_fact(&stores[s], "kernel build")) != 0 ||
		    strcmp(store_fact(&stores[0], "kernel"), store_fact(&stores[s], "kernel")) !=
			    0) {
			fprintf(stderr,
				"wirestate: %s is of Linux %s, %s of %s: the parts of one result "
				"are of "
				"one kernel (see `wirestate table`)\n",
				stores[0].path, store_fact(&stores[0], "kernel"), stores[s].path,
				store_fact(&stores[s], "kernel"));
			return false;
		}
		for (size_t before = 0; before < s; before++)
			json_array_foreach (stores[s].results, i, result) {
				const char *name = outcome_text(result, "name");

				if (!store_find(&stores[before], name))
					continue;
				fprintf(stderr, "wirestate: %s is in %s and in %s\n", name,
					stores[before].path, stores[s].path);
				return false;
			}
	}
	return true;
}

static int print(FILE *out, const void *document)
{
	if (json_dumpf(document, out, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) < 0)
		return -EIO;
	return fputc('\n', out) == EOF ? -EIO : 0;
}

static int write_baseline(const struct run *run, const struct store *first, const char *path)
{
	json_t *document = baseline(run, first);
	int error = document ? atomic_file_write(path, print, document) : -ENOMEM;

	json_decref(document);
	return error;
}

static int write_merged(const struct store_set *set, const struct run_options *options)
{
	const char *path = options->reports[FORMAT_JSON] ? options->reports[FORMAT_JSON] : "-";
	struct run whole = {0};
	int error = -ENOMEM;

	if (merge(&whole, set->runs, set->count))
		error = options->observations ? write_baseline(&whole, &set->stores[0], path)
					      : format_write(FORMAT_JSON, &whole, 1, path);
	free(whole.instances);
	free(whole.results);
	json_decref(whole.explanations);
	if (!error)
		return EXIT_AS_EXPECTED;
	fprintf(stderr, "wirestate: cannot write %s: %s\n", path, strerror(-error));
	return EXIT_CANNOT_RUN;
}

int command_merge(int argc, char **argv)
{
	struct run_options options;
	struct store_set *set;
	int status = EXIT_CANNOT_RUN;

	options_read(&options, argc, argv);
	if (!options.filters.count) {
		fputs("wirestate: merge what? as in: wirestate merge --output all.json part1.json "
		      "part2.json\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	set = store_set_read(&options.filters);
	if (!set)
		return EXIT_CANNOT_RUN;
	if (fit_together(set->stores, set->count))
		status = write_merged(set, &options);
	return store_set_free(set) ? status : EXIT_CANNOT_RUN;
}
