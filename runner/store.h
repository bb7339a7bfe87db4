/* SPDX-License-Identifier: MIT */
/*
 * Results on disk, see runner/STORE.md: JSON lines, a head and four lines for each result, of which the
 * three long ones are read when they are asked for. What is read here is checked, so that what reads it need
 * not be afraid of it.
 */
#ifndef WIRESTATE_STORE_H
#define WIRESTATE_STORE_H

#include <jansson.h>
#include <stdbool.h>
#include "runner/result.h"

/** The version of the file. Raised when a key changes its meaning or goes away. */
#define STORE_VERSION 4

/** Until then it was one JSON document. Baselines still are, for they are read by people. */
#define STORE_DOCUMENT_VERSION 2

/** Where `make matrix` leaves its results, one directory a kernel; $WIRESTATE_STORES says otherwise. */
#define STORE_DIRECTORY "build/matrix"

struct store {
	char *path;      /* of the file */
	json_t *root;    /* the head, or the document */
	json_t *facts;   /* object of texts; borrowed from root */
	json_t *claims;  /* object: id → what the claim says; borrowed; NULL before version 4 */
	json_t *results; /* array of objects, each with "id", "name", "outcome" */
	json_t *by_name; /* the same by name */
	struct store_file *file; /* what has the rest of them; NULL: a document has it all */
	json_t *places;          /* what the file knows a result by, by its name */
};

/**
 * Read a store: a file, a directory with a run.json, or the name of a kernel of the last matrix
 * ("6.12" means the newest of that series there is). Lines that are damaged are left out, after saying so
 * on stderr; see store_is_damaged().
 * @return true; false after saying on stderr what is wrong with it and where
 */
bool store_read(struct store *store, const char *name);

/** Something in it could not be read, here or later: whoever uses the rest ends with EXIT_CANNOT_RUN. */
bool store_is_damaged(const struct store *store);

void store_clear(struct store *store);

/** A fact of the run, "" when the store does not have it. */
const char *store_fact(const struct store *store, const char *name);

/** The kernel's release as a heading: "6.12.118". */
const char *store_release(const struct store *store);

/** The result with that name, NULL when there is none; borrowed. */
json_t *store_find(const struct store *store, const char *name);

/** What the claim of a result says, the object that has its "sentence"; borrowed. */
const json_t *store_claim(const struct store *store, const json_t *result);

/** What a result saw (observation.h). A new reference, never NULL but when memory is out. */
json_t *store_observation(const struct store *store, const json_t *result);

/** Did two results, each of its store, see the same? */
bool store_same(const struct store *a, const json_t *first, const struct store *b,
		const json_t *second);

/** Everything that happened in it (stream.h). A new reference; an empty array where it was not kept. */
json_t *store_events(const struct store *store, const json_t *result);

/** The story as text, "" where it was not kept. A new reference to a JSON string. */
json_t *store_transcript(const struct store *store, const json_t *result);

/**
 * Write the later lines of a result to `out` as they are in the file.
 * @return 0; -ENOENT when they are not all there, in the form of this version: nothing is written then; -EIO
 *         when the file is not any more what it was
 */
int store_copy_later(const struct store *store, const json_t *result, FILE *out);

/**
 * The run that wrote the store, for the reports. It borrows from the store, which has to stay; its
 * claims have no bodies.
 * @return true; false when memory is out. Free with store_run_clear().
 */
bool store_run(const struct store *store, struct run *run);
void store_run_clear(struct run *run);

#endif
