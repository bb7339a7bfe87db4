/* SPDX-License-Identifier: MIT */
/*
 * The lines of a store: which there are, and those that are long only when somebody asks for them. Ten
 * thousand results are some sixty megabytes of events, of which a report needs a few.
 */
#ifndef WIRESTATE_STORE_FILE_H
#define WIRESTATE_STORE_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** What stands in a line besides the head: a result, or what belongs to the one before. */
enum store_line { STORE_OBSERVATION, STORE_TRANSCRIPT, STORE_EVENTS, STORE_LATER };

struct store_file;

/**
 * Open `path` and read its first line.
 * @param head set to that line's object; NULL when it is none, as in a document of many lines
 * @return NULL with errno set when it cannot be read
 */
struct store_file *store_file_open(const char *path, json_t **head);

/** The whole file as one JSON document, or NULL with `error` filled. */
json_t *store_file_document(struct store_file *file, json_error_t *error);

/**
 * The next result. Lines that cannot be read and those that belong to no result are left out after saying
 * so.
 * @param index set to what store_file_later() knows it by
 * @return a new reference to an object, NULL at the end of the file
 */
json_t *store_file_next(struct store_file *file, size_t *index);

/** The number of the line that was read last, from 1. */
size_t store_file_line(const struct store_file *file);

/** One of the later lines of a result. A new reference to an object, NULL when it is not there or, after
 *  saying so, damaged. */
json_t *store_file_later(struct store_file *file, size_t index, enum store_line line);

/** Is there such a line? */
bool store_file_has(const struct store_file *file, size_t index, enum store_line line);

/**
 * Write such a line to `out` as it is, with its line feed.
 * @return 0; -ENOENT when it is not there or cannot be read any more
 */
int store_file_copy(struct store_file *file, size_t index, enum store_line line, FILE *out);

/** Say on stderr what is wrong with a line (0: with the file), the first few times, and remember it. */
void store_file_complain(struct store_file *file, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

bool store_file_is_damaged(const struct store_file *file);

void store_file_close(struct store_file *file);

#endif
