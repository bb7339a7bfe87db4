/* SPDX-License-Identifier: MIT */
/* wirestate report: what stored results say, as files for people and CI systems. */
#include "runner/commands.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runner/capture.h"
#include "runner/report.h"
#include "runner/store_set.h"

static bool wrong(const char *path, int error)
{
	if (error == -EINVAL)
		fprintf(stderr,
			"wirestate: several results cannot go to standard output in that format; "
			"name a file: each kernel gets its own\n");
	else
		fprintf(stderr, "wirestate: cannot write %s: %s\n", path, strerror(-error));
	return false;
}

static bool write_files(const struct store_set *set, const struct run_options *options)
{
	for (int format = 0; format < FORMATS; format++) {
		const char *path = options->reports[format];
		int error =
			path ? format_write((enum format)format, set->runs, set->count, path) : 0;

		if (error)
			return wrong(path, error);
	}
	return true;
}

/* Captures of what was not captured when it was run; several kernels get a directory each. */
static bool save_captures(const struct run *run, const char *directory, bool classic)
{
	size_t saved = 0;
	int error = 0;

	for (size_t i = 0; i < run->count && !error; i++) {
		char *path = NULL;

		if (!*run->instances[i].link)
			continue; /* it had no hosts */
		error = capture_save(run, i, directory, classic, &path);
		if (error)
			fprintf(stderr, "wirestate: cannot write %s: %s\n", path ? path : directory,
				strerror(-error));
		saved += !error;
		free(path);
	}
	if (!error && !saved)
		fprintf(stderr, "wirestate: nothing to capture: the result has no packets\n");
	return !error;
}

static bool keep(const struct store_set *set, const struct run_options *options, char **names)
{
	bool kept = true;

	for (size_t i = 0; i < set->count && kept; i++) {
		char *directory = NULL;

		if (set->count == 1)
			return save_captures(&set->runs[i], options->keep, options->pcap);
		if (asprintf(&directory, "%s-%s", options->keep, names[i]) < 0)
			return false;
		kept = save_captures(&set->runs[i], directory, options->pcap);
		free(directory);
	}
	return kept;
}

/* What `run` says at its end. */
static bool print_console(const struct store_set *set)
{
	struct report_style style = report_style(STDOUT_FILENO, 0);

	for (size_t i = 0; i < set->count; i++) {
		report_ledger(&set->runs[i], &style, stdout);
		report_summary(&set->runs[i], &style, stdout);
	}
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	fputs("wirestate: cannot write to standard output\n", stderr);
	return false;
}

/* Names in JUnit are unique across kernels: the kernel is part of them where there are several. */
static bool set_labels(struct store_set *set, const struct run_options *options, char **names,
		       char **labels)
{
	for (size_t i = 0; i < set->count; i++) {
		set->runs[i].extended = options->extended;
		set->runs[i].label = options->label;
		if (set->count == 1)
			continue;
		if (asprintf(&labels[i], "%s-%s", options->label ? options->label : "linux",
			     names[i]) < 0)
			return false;
		set->runs[i].label = labels[i];
	}
	return true;
}

static bool report(struct store_set *set, const struct run_options *options)
{
	char **names = run_names(set->runs, set->count), *labels[RUN_LIST_MAX] = {NULL};
	bool any = options->keep != NULL, done;

	for (int i = 0; i < FORMATS; i++)
		any |= options->reports[i] != NULL;
	if (!names) {
		fputs("wirestate: out of memory\n", stderr);
		return false;
	}
	done = set_labels(set, options, names, labels) && (any || print_console(set)) &&
	       write_files(set, options) && (!options->keep || keep(set, options, names));
	run_names_free(names, set->count);
	for (size_t i = 0; i < RUN_LIST_MAX; i++)
		free(labels[i]);
	return done;
}

int command_report(int argc, char **argv)
{
	struct run_options options;
	struct store_set *set;
	bool done;

	options_read(&options, argc, argv);
	if (!options.filters.count) {
		fputs("wirestate: report what? as in: wirestate report --html report.html "
		      "run.json; "
		      "`wirestate run --json run.json` makes a result\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	set = store_set_read(&options.filters);
	if (!set)
		return EXIT_CANNOT_RUN;
	done = report(set, &options);
	return store_set_free(set) && done ? EXIT_AS_EXPECTED : EXIT_CANNOT_RUN;
}
