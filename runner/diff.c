/* SPDX-License-Identifier: MIT */
/* Comparing two results, instance by instance. */
#include "runner/diff.h"
#include <string.h>
#include "runner/observation.h"
#include "runner/outcome.h"
#include "runner/text.h"

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static const char *value_of(const json_t *premises, const char *name)
{
	const json_t *item;
	size_t i;

	json_array_foreach (premises, i, item)
		if (strcmp(outcome_text(item, "name"), name) == 0)
			return outcome_text(item, "value");
	return NULL;
}

/* What only one of them came to ask proves nothing. */
json_t *diff_reasons(const json_t *a, const json_t *b, const char *a_name, const char *b_name)
{
	json_t *reasons = json_array();
	const json_t *item;
	size_t i;

	json_array_foreach (a, i, item) {
		const char *name = outcome_text(item, "name"), *since = outcome_text(item, "since");
		const char *first = outcome_text(item, "value"), *second = value_of(b, name);
		json_t *text;

		if (!second || strcmp(first, second) == 0)
			continue;
		if (*since)
			text = json_sprintf("\"%s\" is in %s only (in %s and later)", name,
					    strcmp(first, "yes") == 0 ? a_name : b_name, since);
		else
			text = json_sprintf("%s is %s in %s, %s in %s", name, first, a_name, second,
					    b_name);
		json_array_append_new(reasons, text);
	}
	return reasons;
}

static bool went_wrong(const json_t *result)
{
	const char *outcome = outcome_text(result, "outcome");

	return strcmp(outcome, run_outcome_names[RUN_FAIL]) == 0 ||
	       strcmp(outcome, run_outcome_names[RUN_ERROR]) == 0;
}

static json_t *side(const struct store *store, const json_t *result)
{
	if (!result)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "outcome", outcome_text(result, "outcome"), "reason",
			 text_or_null(outcome_text(result, "reason")), "observation",
			 store_observation(store, result));
}

static const char *kind_of(const json_t *a, const json_t *b)
{
	if (!a)
		return "appeared";
	if (!b)
		return "vanished";
	return strcmp(outcome_text(a, "outcome"), outcome_text(b, "outcome")) == 0 ? "observation"
										   : "outcome";
}

/* A baseline does not have it. */
static const char *sentence_of(const struct store *first, const json_t *a,
			       const struct store *second, const json_t *b)
{
	const char *sentence = outcome_text(b ? store_claim(second, b) : NULL, "sentence");

	return *sentence ? sentence : outcome_text(a ? store_claim(first, a) : NULL, "sentence");
}

static json_t *difference(const struct store *first, const json_t *a, const struct store *second,
			  const json_t *b)
{
	const json_t *known = a ? a : b;
	json_t *reasons;

	/* a kernel that does what is not expected of it is not explained by what is */
	if (!a || !b || went_wrong(a) || went_wrong(b))
		reasons = json_array();
	else
		reasons = diff_reasons(json_object_get(a, "premises"),
				       json_object_get(b, "premises"), "A", "B");
	return json_pack("{s:s, s:o, s:[s], s:s, s:o, s:o, s:o}", "id", outcome_text(known, "id"),
			 "sentence", text_or_null(sentence_of(first, a, second, b)), "names",
			 outcome_text(known, "name"), "change", kind_of(a, b), "because", reasons,
			 "a", side(first, a), "b", side(second, b));
}

/* The mss differs with link and family. */
static bool all_alike(const json_t *a, const json_t *b)
{
	size_t count = json_array_size(a);

	for (size_t i = 0; i < count; i++)
		if (!text_alike(observation_text(json_array_get(a, i)),
				observation_text(json_array_get(b, i))))
			return false;
	return count == json_array_size(b);
}

static bool same_side(const json_t *first, const json_t *second, const char *key)
{
	const json_t *a = json_object_get(first, key), *b = json_object_get(second, key);

	return strcmp(outcome_text(a, "outcome"), outcome_text(b, "outcome")) == 0 &&
	       all_alike(json_object_get(a, "observation"), json_object_get(b, "observation"));
}

static bool differs_alike(const json_t *known, const json_t *more)
{
	return strcmp(outcome_text(known, "change"), outcome_text(more, "change")) == 0 &&
	       json_equal(json_object_get(known, "because"), json_object_get(more, "because")) &&
	       same_side(known, more, "a") && same_side(known, more, "b");
}

/* The differences that were found, in order, and those of each claim. */
struct found {
	json_t *differences;
	json_t *of_claim; /* id: array of the same objects */
};

/* Variants of a claim that differ in the same way are told once. Takes over `more`. */
static void add_difference(struct found *found, json_t *more)
{
	const char *id = outcome_text(more, "id");
	json_t *its, *known;
	size_t i;

	if (!json_object_get(found->of_claim, id))
		json_object_set_new(found->of_claim, id, json_array());
	its = json_object_get(found->of_claim, id);
	json_array_foreach (its, i, known) {
		if (!differs_alike(known, more))
			continue;
		json_array_extend(json_object_get(known, "names"), json_object_get(more, "names"));
		json_decref(more);
		return;
	}
	json_array_append(its, more);
	json_array_append_new(found->differences, more);
}

static size_t compare(const struct store *a, const struct store *b, json_t *differences)
{
	struct found found = {differences, json_object()};
	const json_t *result, *other;
	size_t i, same = 0;

	json_array_foreach (a->results, i, result) {
		other = store_find(b, outcome_text(result, "name"));
		if (other &&
		    strcmp(outcome_text(result, "outcome"), outcome_text(other, "outcome")) == 0 &&
		    store_same(a, result, b, other))
			same++;
		else
			add_difference(&found, difference(a, result, b, other));
	}
	json_array_foreach (b->results, i, result)
		if (!store_find(a, outcome_text(result, "name")))
			add_difference(&found, difference(a, NULL, b, result));
	json_decref(found.of_claim);
	return same;
}

static json_t *header(const struct store *store)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "path", store->path, "release",
			 store_release(store), "kernel", store_fact(store, "kernel"), "arch",
			 store_fact(store, "arch"), "hz", store_fact(store, "hz"));
}

static bool is_sysctl(const char *fact)
{
	return strncmp(fact, "net.", 4) == 0;
}

/* Of the kernel's configuration a baseline keeps nothing; only what both have can be compared. */
static bool is_setting(const char *fact)
{
	return is_sysctl(fact) || strncmp(fact, "CONFIG_", strlen("CONFIG_")) == 0;
}

/* "only B has net.ipv4.tcp_rto_max_ms …" */
static void add_only(json_t *texts, const struct store *here, const struct store *there,
		     const char *letter)
{
	json_t *value, *text = NULL;
	const char *name;

	json_object_foreach(here->facts, name, value)
	{
		if (!is_sysctl(name) || *store_fact(there, name))
			continue;
		json_t *longer = text ? json_sprintf("%s, %s", json_string_value(text), name)
				      : json_sprintf("only %s has %s", letter, name);

		json_decref(text);
		text = longer;
	}
	if (text)
		json_array_append_new(texts, text);
}

static json_t *settings(const struct store *a, const struct store *b)
{
	json_t *texts = json_array(), *value;
	const char *name;

	json_object_foreach(a->facts, name, value)
	{
		const char *first = store_fact(a, name), *second = store_fact(b, name);

		if (is_setting(name) && *second && strcmp(first, second) != 0)
			json_array_append_new(
				texts, json_sprintf("%s is %s in A, %s in B", name, first, second));
	}
	add_only(texts, a, b, "A");
	add_only(texts, b, a, "B");
	return texts;
}

static bool is(const json_t *difference, const char *change)
{
	return strcmp(outcome_text(difference, "change"), change) == 0;
}

static bool is_explained(const json_t *difference)
{
	return json_array_size(json_object_get(difference, "because")) > 0;
}

enum kind { EXPLAINED, UNEXPLAINED, APPEARED, VANISHED, KINDS };

static json_int_t count(const json_t *differences, enum kind kind)
{
	json_int_t sum = 0;
	const json_t *item;
	size_t i;

	json_array_foreach (differences, i, item) {
		enum kind its = is(item, "appeared")   ? APPEARED
				: is(item, "vanished") ? VANISHED
				: is_explained(item)   ? EXPLAINED
						       : UNEXPLAINED;

		if (its == kind)
			sum += (json_int_t)json_array_size(json_object_get(item, "names"));
	}
	return sum;
}

json_t *diff_make(const struct store *a, const struct store *b)
{
	json_t *differences = json_array();
	size_t same = compare(a, b, differences);

	return json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o}", "a", header(a), "b",
			 header(b), "sysctls", settings(a, b), "same", (json_int_t)same,
			 "explained", count(differences, EXPLAINED), "unexplained",
			 count(differences, UNEXPLAINED), "appeared", count(differences, APPEARED),
			 "vanished", count(differences, VANISHED), "differences", differences);
}

size_t diff_count(const json_t *diff, bool unexplained)
{
	static const char *const kinds[] = {"unexplained", "vanished", "explained", "appeared"};
	size_t sum = 0;

	for (size_t i = 0; i < (unexplained ? 2 : 4); i++)
		sum += (size_t)json_integer_value(json_object_get(diff, kinds[i]));
	return sum;
}
