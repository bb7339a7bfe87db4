/* SPDX-License-Identifier: MIT */
/* Lines of a file, by number. */
#include "runner/store_file.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPLAINTS = 5 };

/* Where a line is. Its number is kept for complaints. */
struct place {
	off_t at;
	size_t length, number; /* 0: there is none */
};

struct results {
	struct place later[STORE_LATER];
};

struct store_file {
	const char *path; /* the caller's */
	FILE *file;
	char *line;
	size_t room;   /* of line */
	off_t at;      /* where the next line begins */
	size_t number; /* of the last line that was read */
	struct results *results;
	size_t count, results_room;
	size_t complaints;
};

void store_file_complain(struct store_file *file, size_t line, const char *format, ...)
{
	va_list args;

	if (file->complaints++ == COMPLAINTS)
		fprintf(stderr, "wirestate: %s: more is wrong with it\n", file->path);
	if (file->complaints > COMPLAINTS)
		return;
	fprintf(stderr, "wirestate: %s: ", file->path);
	if (line)
		fprintf(stderr, "line %zu: ", line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

bool store_file_is_damaged(const struct store_file *file)
{
	return file->complaints > 0;
}

/* What cannot be read twice, a pipe, is copied to a file without a name. */
static FILE *seekable(FILE *file)
{
	char buffer[65536];
	FILE *copy;
	size_t length;

	if (fseeko(file, 0, SEEK_SET) == 0)
		return file;
	copy = tmpfile();
	while (copy && (length = fread(buffer, 1, sizeof(buffer), file)) > 0)
		fwrite(buffer, 1, length, copy);
	if (copy && (ferror(copy) || fflush(copy) != 0)) {
		fclose(copy);
		copy = NULL;
	}
	fclose(file);
	if (copy)
		rewind(copy);
	return copy;
}

/* The next line, its length in `length`; false at the end. */
static bool read_line(struct store_file *file, size_t *length)
{
	ssize_t got = getline(&file->line, &file->room, file->file);

	if (got <= 0)
		return false;
	*length = (size_t)got;
	file->at += got;
	file->number++;
	return true;
}

struct store_file *store_file_open(const char *path, json_t **head)
{
	struct store_file *file = calloc(1, sizeof(*file));
	FILE *opened = file ? fopen(path, "re") : NULL;
	size_t length = 0;

	*head = NULL;
	if (opened)
		opened = seekable(opened);
	if (!opened) {
		free(file);
		return NULL;
	}
	*file = (struct store_file){.path = path, .file = opened};
	if (read_line(file, &length))
		*head = json_loadb(file->line, length, 0, NULL);
	if (ferror(opened)) {
		int error = errno; /* EISDIR and the like */

		json_decref(*head);
		store_file_close(file);
		errno = error;
		return NULL;
	}
	return file;
}

json_t *store_file_document(struct store_file *file, json_error_t *error)
{
	rewind(file->file);
	return json_loadf(file->file, 0, error);
}

static bool begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* Which of the later lines it is; `wirestate` writes their first key first. */
static enum store_line kind_of(const char *line)
{
	if (begins(line, "{\"events\":"))
		return STORE_EVENTS;
	if (begins(line, "{\"observation\":"))
		return STORE_STORY;
	return STORE_LATER;
}

static void keep_place(struct store_file *file, enum store_line kind, size_t length)
{
	if (!file->count) {
		store_file_complain(file, file->number, "it belongs to no result");
		return;
	}
	file->results[file->count - 1].later[kind] =
		(struct place){file->at - (off_t)length, length, file->number};
}

static bool add_result(struct store_file *file)
{
	if (file->count == file->results_room) {
		size_t room = file->results_room ? 2 * file->results_room : 256;
		struct results *larger =
			reallocarray(file->results, room, sizeof(file->results[0]));

		if (!larger)
			return false;
		file->results = larger;
		file->results_room = room;
	}
	file->results[file->count++] = (struct results){0};
	return true;
}

json_t *store_file_next(struct store_file *file, size_t *index)
{
	json_error_t error;
	size_t length;

	while (read_line(file, &length)) {
		enum store_line kind = kind_of(file->line);
		json_t *result;

		if (kind != STORE_LATER) {
			keep_place(file, kind, length);
			continue;
		}
		/* also for one that cannot be read: the lines that follow are its own */
		if (!add_result(file))
			break;
		result = json_loadb(file->line, length, 0, &error);
		*index = file->count - 1;
		if (json_is_object(result))
			return result;
		store_file_complain(file, file->number, "%s; the result is left out",
				    result ? "this is no object" : error.text);
		json_decref(result);
	}
	return NULL;
}

size_t store_file_line(const struct store_file *file)
{
	return file->number;
}

static bool read_at(struct store_file *file, const struct place *place, char *text)
{
	return fseeko(file->file, place->at, SEEK_SET) == 0 &&
	       fread(text, 1, place->length, file->file) == place->length;
}

json_t *store_file_later(struct store_file *file, size_t index, enum store_line line)
{
	const struct place *place;
	json_error_t error = {.text = "it cannot be read any more"};
	json_t *object = NULL;
	char *text;

	if (index >= file->count || !file->results[index].later[line].length)
		return NULL;
	place = &file->results[index].later[line];
	text = malloc(place->length);
	if (text && read_at(file, place, text))
		object = json_loadb(text, place->length, 0, &error);
	free(text);
	if (!json_is_object(object)) {
		store_file_complain(file, place->number, "%s", error.text);
		json_decref(object);
		object = NULL;
	}
	return object;
}

void store_file_close(struct store_file *file)
{
	if (!file)
		return;
	fclose(file->file);
	free(file->line);
	free(file->results);
	free(file);
}
