/* SPDX-License-Identifier: MIT */
/*
 * Reports that go into files. Each is made of runs (result.h) alone, whether they were run just now or come
 * out of a store, and never asks the kernel.
 */
#ifndef WIRESTATE_FORMATS_H
#define WIRESTATE_FORMATS_H

#include <stddef.h>
#include <stdio.h>

struct run;
struct matrix;

enum format {
	FORMAT_HTML,     /* a page: ledger, ladders, claim × kernel, plots, state diagram */
	FORMAT_JUNIT,    /* JUnit XML, strict or extended (struct run) */
	FORMAT_KTAP,     /* KTAP version 1 */
	FORMAT_MARKDOWN, /* a summary for a pull request or a job */
	FORMAT_JSON,     /* the result store, JSON lines: STORE.md */
	FORMATS,
};

/**
 * Write a report of some runs to `path`; "-" is standard output. The file is replaced whole or not at all
 * (atomic_file.h). A page and a Markdown summary tell all runs in one file. The others are about one: of several each
 * run gets a file of its own, its kernel in the name, report-6.12.118.xml.
 * @param count one at least
 * @return 0, or a negative errno: of writing the file; -ENOMEM; -EINVAL: several files on standard output
 */
int format_write(enum format format, const struct run *runs, size_t count, const char *path);

/* The writers behind it, one file each. They return 0 or a negative errno; errors of `out` are the caller's. */
int junit_print(FILE *out, const struct run *run);
int ktap_print(FILE *out, const struct run *run);
int json_print(FILE *out, const struct run *run);
int html_print(FILE *out, const struct matrix *matrix);
int markdown_print(FILE *out, const struct matrix *matrix);

#endif
