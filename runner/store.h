/* SPDX-License-Identifier: MIT */
/*
 * Results on disk: the JSON documents that `wirestate run --json` writes (json.c) and `wirestate merge`
 * joins. What is read here is checked, so that what reads it need not be afraid of it.
 */
#ifndef WIRESTATE_STORE_H
#define WIRESTATE_STORE_H

#include <jansson.h>
#include <stdbool.h>

/** The version of the document. Raised when a key changes its meaning or goes away. */
#define STORE_VERSION 2

/** Where `make matrix` leaves its results, one directory a kernel; $WIRESTATE_STORES says otherwise. */
#define STORE_DIRECTORY "build/matrix"

struct store {
	char *path;      /* of the file */
	json_t *root;    /* the document */
	json_t *facts;   /* object of texts; borrowed from root */
	json_t *results; /* array of objects, each with "id", "name", "outcome"; borrowed */
	json_t *by_name; /* the same by name */
};

/**
 * Read a store: a file, a directory with a run.json, or the name of a kernel of the last matrix
 * ("6.12" means the newest of that series there is).
 * @return true; false after saying on stderr what is wrong with it and where
 */
bool store_read(struct store *store, const char *name);

void store_clear(struct store *store);

/** A fact of the run, "" when the store does not have it. */
const char *store_fact(const struct store *store, const char *name);

/** The kernel's release as a heading: "6.12.118". */
const char *store_release(const struct store *store);

/** The result with that name, NULL when there is none; borrowed. */
json_t *store_find(const struct store *store, const char *name);

/** What a result saw (observation.h). A new reference, never NULL but when memory is out. */
json_t *store_observation(const json_t *result);

#endif
