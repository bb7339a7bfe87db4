/* SPDX-License-Identifier: MIT */
/* wirestate merge: one result of the parts that --shard made, or a baseline of a result. */
#include "runner/commands.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/atomic_file.h"
#include "runner/options.h"
#include "runner/outcome.h"
#include "runner/store.h"

/* What a baseline keeps of a result; the rest is about one run. */
static const char *const kept[] = {"id",       "name",     "outcome",    "reason",
				   "measured", "premises", "observation"};

static json_t *reduced(const json_t *result)
{
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		json_t *value = json_object_get(result, kept[i]);

		if (value && !json_is_null(value))
			json_object_set(object, kept[i], value);
	}
	if (!json_object_get(object, "observation"))
		json_object_set_new(object, "observation", store_observation(result));
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

static json_int_t order_of(const json_t *result)
{
	return json_integer_value(json_object_get(result, "order"));
}

static int by_order(const void *a, const void *b)
{
	json_int_t first = order_of(*(json_t *const *)a), second = order_of(*(json_t *const *)b);

	return (first > second) - (first < second);
}

/* Those of all parts in the order of the plan. */
static json_t *sorted_results(const struct store *stores, size_t count)
{
	json_t *all = json_array(), **sorted, *result;
	size_t total = 0, i;

	for (size_t s = 0; s < count; s++)
		total += json_array_size(stores[s].results);
	sorted = calloc(total + 1, sizeof(json_t *));
	total = 0;
	for (size_t s = 0; s < count && sorted; s++)
		json_array_foreach (stores[s].results, i, result)
			sorted[total++] = result;
	/* the parts have different places in the plan, so the sort need not be stable */
	if (sorted && count > 1)
		qsort(sorted, total, sizeof(json_t *), by_order);
	for (i = 0; i < total; i++)
		json_array_append(all, sorted[i]);
	free(sorted);
	return all;
}

static json_t *counts_of(const json_t *results)
{
	json_t *counts = json_object();
	const json_t *result;
	size_t i;

	for (int outcome = 0; outcome < RUN_OUTCOMES; outcome++)
		json_object_set_new(counts, run_outcome_names[outcome], json_integer(0));
	json_array_foreach (results, i, result) {
		const char *outcome = outcome_text(result, "outcome");
		json_int_t before = json_integer_value(json_object_get(counts, outcome));

		json_object_set_new(counts, outcome, json_integer(before + 1));
	}
	return counts;
}

static double largest(const struct store *stores, size_t count, const char *key)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, json_number_value(json_object_get(stores[i].root, key)));
	return most;
}

static double earliest(const struct store *stores, size_t count)
{
	double first = INFINITY;

	for (size_t i = 0; i < count; i++)
		first = fmin(first, json_number_value(json_object_get(stores[i].root, "started")));
	return first;
}

static json_t *merge(const struct store *stores, size_t count)
{
	json_t *results = sorted_results(stores, count), *counts = counts_of(results);

	return json_pack("{s:i, s:f, s:f, s:b, s:I, s:O, s:o, s:o}", "version", STORE_VERSION,
			 "started", earliest(stores, count), "seconds",
			 largest(stores, count, "seconds"), "interrupted",
			 (int)largest(stores, count, "interrupted"), "stalled",
			 (json_int_t)largest(stores, count, "stalled"), "facts", stores[0].facts,
			 "counts", counts, "instances", results);
}

static json_t *baseline(const json_t *whole)
{
	json_t *results = json_array();
	const json_t *result;
	size_t i;

	json_array_foreach (json_object_get(whole, "instances"), i, result)
		json_array_append_new(results, reduced(result));
	return json_pack("{s:i, s:o, s:O, s:o}", "version", STORE_VERSION, "facts",
			 reduced_facts(json_object_get(whole, "facts")), "counts",
			 json_object_get(whole, "counts"), "instances", results);
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

static int write_merged(const struct store *stores, size_t count, const struct run_options *options)
{
	const char *path = options->json ? options->json : "-";
	json_t *whole = merge(stores, count);
	json_t *document = options->observations ? baseline(whole) : json_incref(whole);
	int error = document ? atomic_file_write(path, print, document) : -ENOMEM;

	json_decref(document);
	json_decref(whole);
	if (!error)
		return EXIT_AS_EXPECTED;
	fprintf(stderr, "wirestate: cannot write %s: %s\n", path, strerror(-error));
	return EXIT_CANNOT_RUN;
}

int command_merge(int argc, char **argv)
{
	struct run_options options;
	struct store stores[RUN_LIST_MAX] = {{0}};
	size_t count = 0;
	int status = EXIT_CANNOT_RUN;

	options_read(&options, argc, argv);
	if (!options.filters.count)
		fputs("wirestate: merge what? as in: wirestate merge --output all.json part1.json "
		      "part2.json\n",
		      stderr);
	while (count < options.filters.count &&
	       store_read(&stores[count], options.filters.word[count]))
		count++;
	if (count && count == options.filters.count && fit_together(stores, count))
		status = write_merged(stores, count, &options);
	for (size_t i = 0; i < RUN_LIST_MAX; i++)
		store_clear(&stores[i]);
	return status;
}
