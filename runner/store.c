/* SPDX-License-Identifier: MIT */
/* Reading results back. */
#include "runner/store.h"
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "runner/observation.h"
#include "runner/outcome.h"
#include "runner/store_file.h"

static bool __attribute__((format(printf, 2, 3))) wrong(const char *path, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "wirestate: %s: ", path);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return false;
}

/* "6.12" is a kernel of that series, "6.12.1" no "6.12.118" */
static bool is_kernel(const char *entry, const char *name)
{
	size_t length = strlen(name);

	return entry[0] != '.' && strncmp(entry, name, length) == 0 &&
	       strchr(".-", entry[length]) != NULL;
}

/* The newest kernel of the matrix that the name may mean: the last by version. */
static char *find_kernel(const char *name)
{
	const char *directory = getenv("WIRESTATE_STORES");
	struct dirent **entries;
	char *found = NULL;
	int count;

	if (!directory || !*directory)
		directory = STORE_DIRECTORY;
	count = scandir(directory, &entries, NULL, versionsort);
	for (int i = 0; i < count; i++) {
		char *path = NULL;

		if (is_kernel(entries[i]->d_name, name) &&
		    asprintf(&path, "%s/%s/run.json", directory, entries[i]->d_name) >= 0 &&
		    access(path, F_OK) == 0) {
			free(found);
			found = path;
			path = NULL;
		}
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return found;
}

static char *find(const char *name)
{
	struct stat there;
	char *path = NULL;

	if (stat(name, &there) < 0) {
		path = find_kernel(name);
		if (!path)
			wrong(name,
			      "there is no such file, and no such kernel in %s (`make matrix` "
			      "fills it)",
			      getenv("WIRESTATE_STORES") ? getenv("WIRESTATE_STORES")
							 : STORE_DIRECTORY);
		return path;
	}
	if (!S_ISDIR(there.st_mode))
		return strdup(name);
	return asprintf(&path, "%s/run.json", name) < 0 ? NULL : path;
}

static bool has_text(const json_t *object, const char *key)
{
	return json_is_string(json_object_get(object, key));
}

static bool is_outcome(const char *text)
{
	for (int i = 0; i < RUN_OUTCOMES; i++)
		if (strcmp(run_outcome_names[i], text) == 0)
			return true;
	return false;
}

/* An integer of a version that this program knows. */
static bool check_head(const struct store *store)
{
	json_int_t version = json_integer_value(json_object_get(store->root, "version"));

	if (!json_is_object(store->root) || version < 1)
		return wrong(store->path, "this is no result of wirestate (it has no \"version\")");
	if (version > STORE_VERSION)
		return wrong(store->path,
			     "its version is %lld, this wirestate knows up to %d; take a newer one",
			     (long long)version, STORE_VERSION);
	if (!json_is_object(store->facts))
		return wrong(store->path, "\"facts\" is missing");
	return true;
}

/* NULL: it is valid and now in by_name. */
static const char *add_name(struct store *store, json_t *result)
{
	const char *name = outcome_text(result, "name");

	if (!has_text(result, "id") || !*name || !is_outcome(outcome_text(result, "outcome")))
		return "no valid \"id\", \"name\" or \"outcome\"";
	if (json_object_get(store->by_name, name))
		return "a \"name\" that is there twice";
	json_object_set(store->by_name, name, result);
	return NULL;
}

static bool read_document(struct store *store)
{
	json_t *result;
	size_t i;

	store->results = json_incref(json_object_get(store->root, "instances"));
	if (!json_is_array(store->results))
		return wrong(store->path, "\"instances\" is missing");
	json_array_foreach (store->results, i, result) {
		const char *why = add_name(store, result);

		if (why)
			return wrong(store->path, "instance %zu has %s", i + 1, why);
	}
	return true;
}

static json_int_t announced(const struct store *store)
{
	const json_t *count;
	json_int_t sum = 0;
	const char *name;

	/* more than that can only be a mistake */
	json_object_foreach(json_object_get(store->root, "counts"), name,
			    count) if (json_integer_value(count) > 0 &&
				       json_integer_value(count) < INT32_MAX) sum +=
		json_integer_value(count);
	return sum;
}

static bool read_lines(struct store *store)
{
	json_t *result;
	size_t index, count;

	store->results = json_array();
	store->places = json_object();
	while ((result = store_file_next(store->file, &index))) {
		const char *why = add_name(store, result);

		if (why) {
			store_file_complain(store->file, store_file_line(store->file),
					    "the result has %s; it is left out", why);
		} else {
			json_object_set_new(store->places, outcome_text(result, "name"),
					    json_integer((json_int_t)index));
			json_array_append(store->results, result);
		}
		json_decref(result);
	}
	count = json_array_size(store->results);
	if ((json_int_t)count < announced(store))
		store_file_complain(store->file, 0, "only %zu of %lld results can be read", count,
				    (long long)announced(store));
	return true;
}

/* jansson says "unable to open …" itself; else where the text is wrong */
static bool no_json(const struct store *store, const json_error_t *error)
{
	if (error->line > 0)
		return wrong(store->path, "line %d: %s", error->line, error->text);
	return wrong(store->path, "%s", error->text);
}

bool store_read(struct store *store, const char *name)
{
	json_error_t error;
	bool lines;

	*store = (struct store){.path = find(name)};
	if (!store->path)
		return false;
	store->file = store_file_open(store->path, &store->root);
	if (!store->file)
		return wrong(store->path, "%s", strerror(errno));
	store->by_name = json_object();
	lines = store->root && !json_object_get(store->root, "instances");
	if (!lines) {
		json_decref(store->root);
		store->root = store_file_document(store->file, &error);
		store_file_close(store->file);
		store->file = NULL;
		if (!store->root)
			return no_json(store, &error);
	}
	store->facts = json_object_get(store->root, "facts");
	store->claims = json_object_get(store->root, "claims");
	return check_head(store) && (lines ? read_lines(store) : read_document(store));
}

bool store_is_damaged(const struct store *store)
{
	return store->file && store_file_is_damaged(store->file);
}

void store_clear(struct store *store)
{
	store_file_close(store->file);
	free(store->path);
	json_decref(store->by_name);
	json_decref(store->places);
	json_decref(store->results);
	json_decref(store->root);
	*store = (struct store){0};
}

const char *store_fact(const struct store *store, const char *name)
{
	return outcome_text(store->facts, name);
}

const char *store_release(const struct store *store)
{
	const char *release = store_fact(store, "release");

	return *release ? release : store_fact(store, "kernel");
}

json_t *store_find(const struct store *store, const char *name)
{
	return json_object_get(store->by_name, name);
}

const json_t *store_claim(const struct store *store, const json_t *result)
{
	const json_t *claim = json_object_get(store->claims, outcome_text(result, "id"));

	/* before version 4 each result said it */
	return claim ? claim : result;
}

static size_t index_of(const struct store *store, const json_t *result)
{
	const json_t *index = json_object_get(store->places, outcome_text(result, "name"));

	return (size_t)json_integer_value(index);
}

/* A key of a result: of the document, or of one of its later lines. A new reference or NULL. */
static json_t *later(const struct store *store, const json_t *result, enum store_line line,
		     const char *key)
{
	json_t *object, *value;

	if (!store->file)
		return json_incref(json_object_get(result, key));
	object = store_file_later(store->file, index_of(store, result), line);
	value = json_incref(json_object_get(object, key));
	json_decref(object);
	return value;
}

json_t *store_events(const struct store *store, const json_t *result)
{
	json_t *events = later(store, result, STORE_EVENTS, "events");

	if (json_is_array(events))
		return events;
	json_decref(events);
	return json_array();
}

json_t *store_transcript(const struct store *store, const json_t *result)
{
	/* version 3 had it beside the observation */
	enum store_line line = store->claims ? STORE_TRANSCRIPT : STORE_OBSERVATION;
	json_t *transcript = later(store, result, line, "transcript");

	if (json_is_string(transcript))
		return transcript;
	json_decref(transcript);
	return json_string("");
}

json_t *store_observation(const struct store *store, const json_t *result)
{
	json_t *observation = later(store, result, STORE_OBSERVATION, "observation"), *events;

	if (json_is_array(observation))
		return observation;
	json_decref(observation);
	/* version 1 had the events only */
	events = store_events(store, result);
	observation = observation_make(events, outcome_text(result, "link"));
	json_decref(events);
	return observation;
}

int store_copy_later(const struct store *store, const json_t *result, FILE *out)
{
	size_t index = index_of(store, result);

	/* an older one has other lines; and each is asked for first, so that none is left out half way */
	if (!store->file || !store->claims)
		return -ENOENT;
	for (int line = 0; line < STORE_LATER; line++)
		if (!store_file_has(store->file, index, (enum store_line)line))
			return -ENOENT;
	for (int line = 0; line < STORE_LATER; line++)
		if (store_file_copy(store->file, index, (enum store_line)line, out) < 0)
			return -EIO;
	return 0;
}

bool store_same(const struct store *a, const json_t *first, const struct store *b,
		const json_t *second)
{
	json_t *of_a = store_observation(a, first), *of_b = store_observation(b, second);
	bool same = observation_equals(of_a, of_b);

	json_decref(of_a);
	json_decref(of_b);
	return same;
}
