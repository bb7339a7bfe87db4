/* SPDX-License-Identifier: MIT */
/* Which report is written by whom, and to which file. */
#include "runner/formats.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "runner/atomic_file.h"
#include "runner/matrix.h"

static const struct {
	int (*print)(FILE *out, const struct run *run);          /* one file a run */
	int (*together)(FILE *out, const struct matrix *matrix); /* all in one */
} writers[FORMATS] = {
	[FORMAT_HTML] = {.together = html_print}, [FORMAT_JUNIT] = {.print = junit_print},
	[FORMAT_KTAP] = {.print = ktap_print},    [FORMAT_MARKDOWN] = {.together = markdown_print},
	[FORMAT_JSON] = {.print = json_print},
};

struct job {
	enum format format;
	const struct run *runs;
	size_t count;
};

static int print(FILE *out, const void *argument)
{
	const struct job *job = argument;
	struct matrix matrix;
	int error;

	if (writers[job->format].print)
		return writers[job->format].print(out, job->runs);
	error = matrix_make(&matrix, job->runs, job->count);
	if (!error)
		error = writers[job->format].together(out, &matrix);
	matrix_clear(&matrix);
	return error;
}

/* "reports/junit.xml" for one of several runs: "reports/junit-6.12.118.xml". */
static char *path_of(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
	char *own = NULL;

	if (!dot || dot == path || (slash && dot <= slash + 1))
		dot = path + strlen(path);
	return asprintf(&own, "%.*s-%s%s", (int)(dot - path), path, name, dot) < 0 ? NULL : own;
}

static int write_each(enum format format, const struct run *runs, size_t count, const char *path)
{
	char **names = run_names(runs, count);
	int error = strcmp(path, "-") == 0 ? -EINVAL : 0;

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < count && !error; i++) {
		const struct job job = {format, &runs[i], 1};
		char *own = path_of(path, names[i]);

		error = own ? atomic_file_write(own, print, &job) : -ENOMEM;
		free(own);
	}
	run_names_free(names, count);
	return error;
}

int format_write(enum format format, const struct run *runs, size_t count, const char *path)
{
	const struct job job = {format, runs, count};

	if (count > 1 && writers[format].print)
		return write_each(format, runs, count, path);
	return atomic_file_write(path, print, &job);
}
