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

static bool check(struct store *store)
{
	json_int_t version = json_integer_value(json_object_get(store->root, "version"));
	json_t *result;
	size_t i;

	if (!json_is_object(store->root) || version < 1)
		return wrong(store->path, "this is no result of wirestate (it has no \"version\")");
	if (version > STORE_VERSION)
		return wrong(store->path,
			     "its version is %lld, this wirestate knows up to %d; take a newer one",
			     (long long)version, STORE_VERSION);
	if (!json_is_object(store->facts) || !json_is_array(store->results))
		return wrong(store->path, "\"facts\" or \"instances\" is missing");
	store->by_name = json_object();
	json_array_foreach (store->results, i, result) {
		const char *name = outcome_text(result, "name");

		if (!has_text(result, "id") || !*name ||
		    !is_outcome(outcome_text(result, "outcome")))
			return wrong(store->path,
				     "instance %zu has no valid \"id\", \"name\" or \"outcome\"",
				     i + 1);
		if (json_object_get(store->by_name, name))
			return wrong(store->path, "instance %zu, %s, is there twice", i + 1, name);
		json_object_set(store->by_name, name, result);
	}
	return true;
}

bool store_read(struct store *store, const char *name)
{
	json_error_t error;

	*store = (struct store){.path = find(name)};
	if (!store->path)
		return false;
	store->root = json_load_file(store->path, 0, &error);
	if (!store->root) {
		/* jansson says "unable to open …" itself; else where the text is wrong */
		if (error.line > 0)
			wrong(store->path, "line %d: %s", error.line, error.text);
		else
			wrong(store->path, "%s", error.text);
		return false;
	}
	store->facts = json_object_get(store->root, "facts");
	store->results = json_object_get(store->root, "instances");
	return check(store);
}

void store_clear(struct store *store)
{
	free(store->path);
	json_decref(store->by_name);
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

json_t *store_observation(const json_t *result)
{
	json_t *observation = json_object_get(result, "observation");

	/* version 1 had the events only */
	return json_is_array(observation) ? json_incref(observation)
					  : observation_make(json_object_get(result, "events"),
							     outcome_text(result, "link"));
}
