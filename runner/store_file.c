/* SPDX-License-Identifier: MIT */
/* Lines of a file, by number. */
#include "runner/store_file.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COMPLAINTS = 5, BUFFER = 1 << 18 };

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
	char *tail; /* of the lines that belong to the last result; NULL: that could not be read */
	size_t complaints;
	char buffer[BUFFER]; /* of the stream: glibc makes none of another size by itself */
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
	if (copy && (ferror(file) || ferror(copy) || fflush(copy) != 0)) {
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
	file->path = path;
	file->file = opened;
	setvbuf(opened, file->buffer, _IOFBF, BUFFER);
	errno = 0;
	if (read_line(file, &length))
		*head = json_loadb(file->line, length, 0, NULL);
	else if (ferror(opened)) {
		int error = errno; /* EISDIR and the like */

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
	static const char *const beginnings[] = {
		[STORE_OBSERVATION] = "{\"observation\":",
		[STORE_TRANSCRIPT] = "{\"transcript\":",
		[STORE_EVENTS] = "{\"events\":",
	};
	int kind = 0;

	while (kind < STORE_LATER && !begins(line, beginnings[kind]))
		kind++;
	return (enum store_line)kind;
}

/* Does the line that was read last end as one of the result before it has to? A line that was cut does not. */
static bool belongs(const struct store_file *file, size_t length)
{
	size_t tail = strlen(file->tail);

	while (length > 0 && (file->line[length - 1] == '\n' || file->line[length - 1] == '\r'))
		length--;
	return tail > 0 && length >= tail &&
	       memcmp(file->line + length - tail, file->tail, tail) == 0;
}

static void keep_place(struct store_file *file, enum store_line kind, size_t length)
{
	if (!file->count) {
		store_file_complain(file, file->number, "it belongs to no result");
		return;
	}
	if (file->tail && !belongs(file, length)) {
		store_file_complain(file, file->number,
				    "it is cut, or does not belong to the result before it");
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
	free(file->tail);
	file->tail = NULL;
	return true;
}

/* How the later lines of a result end: ,"of":"its name"} */
static void expect_tail(struct store_file *file, const json_t *result)
{
	char *name = json_dumps(json_object_get(result, "name"), JSON_ENCODE_ANY);

	if (!name || asprintf(&file->tail, "\"of\":%s}", name) < 0)
		file->tail = NULL;
	free(name);
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
		if (!add_result(file)) {
			store_file_complain(file, file->number, "out of memory");
			return NULL;
		}
		result = json_loadb(file->line, length, 0, &error);
		*index = file->count - 1;
		if (json_is_object(result)) {
			expect_tail(file, result);
			return result;
		}
		store_file_complain(file, file->number, "%s; the result is left out",
				    result ? "this is no object" : error.text);
		json_decref(result);
	}
	if (ferror(file->file))
		store_file_complain(file, 0, "%s", strerror(errno));
	return NULL;
}

size_t store_file_line(const struct store_file *file)
{
	return file->number;
}

/* Beside the stream, whose buffer is for reading on and on. */
static bool read_at(const struct store_file *file, const struct place *place, char *text)
{
	size_t done = 0;

	while (done < place->length) {
		ssize_t got = pread(fileno(file->file), text + done, place->length - done,
				    place->at + (off_t)done);

		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static const struct place *place_of(const struct store_file *file, size_t index,
				    enum store_line line)
{
	const struct place *place = index < file->count ? &file->results[index].later[line] : NULL;

	return place && place->length ? place : NULL;
}

bool store_file_has(const struct store_file *file, size_t index, enum store_line line)
{
	return place_of(file, index, line) != NULL;
}

/* To be freed; NULL when memory is out or the file is not what it was. */
static char *text_at(const struct store_file *file, const struct place *place)
{
	char *text = malloc(place->length);

	if (text && !read_at(file, place, text)) {
		free(text);
		text = NULL;
	}
	return text;
}

json_t *store_file_later(struct store_file *file, size_t index, enum store_line line)
{
	const struct place *place = place_of(file, index, line);
	json_error_t error = {.text = "it cannot be read any more"};
	char *text = place ? text_at(file, place) : NULL;
	json_t *object = text ? json_loadb(text, place->length, 0, &error) : NULL;

	free(text);
	if (place && !json_is_object(object)) {
		store_file_complain(file, place->number, "%s", error.text);
		json_decref(object);
		object = NULL;
	}
	return object;
}

int store_file_copy(struct store_file *file, size_t index, enum store_line line, FILE *out)
{
	const struct place *place = place_of(file, index, line);
	char *text = place ? text_at(file, place) : NULL;

	if (!text)
		return -ENOENT;
	fwrite(text, 1, place->length, out);
	if (text[place->length - 1] != '\n')
		fputc('\n', out);
	free(text);
	return 0;
}

void store_file_close(struct store_file *file)
{
	if (!file)
		return;
	fclose(file->file);
	free(file->line);
	free(file->results);
	free(file->tail);
	free(file);
}
