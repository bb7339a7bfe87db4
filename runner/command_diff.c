/* SPDX-License-Identifier: MIT */
/* wirestate diff: what is different in another run, on another kernel, with another sysctl? */
#include "runner/commands.h"
#include <stdio.h>
#include <unistd.h>
#include "runner/diff.h"
#include "runner/options.h"

static int say(const json_t *diff, const struct run_options *options)
{
	struct report_style style = report_style(STDOUT_FILENO, options->verbosity);

	/* two columns want room where no window sets a limit */
	if (!style.terminal)
		style.width = 120;

	if (options->reports[FORMAT_JSON]) {
		json_dumpf(diff, stdout, JSON_INDENT(1));
		putchar('\n');
	} else if (options->verbosity >= 0) {
		diff_print(diff, options->unexplained, &style, stdout);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("wirestate: cannot write to standard output\n", stderr);
		return EXIT_CANNOT_RUN;
	}
	return diff_count(diff, options->unexplained) ? EXIT_DIFFERS : EXIT_AS_EXPECTED;
}

int command_diff(int argc, char **argv)
{
	struct run_options options;
	struct store a = {0}, b = {0};
	int status = EXIT_CANNOT_RUN;
	json_t *diff;

	options_read(&options, argc, argv);
	if (options.filters.count != 2) {
		fputs("wirestate: diff compares two results, as in: wirestate diff 5.10 6.12\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	if (store_read(&a, options.filters.word[0]) && store_read(&b, options.filters.word[1])) {
		diff = diff_make(&a, &b);
		if (diff)
			status = say(diff, &options);
		else
			fputs("wirestate: out of memory\n", stderr);
		json_decref(diff);
	}
	if (store_is_damaged(&a) || store_is_damaged(&b))
		status = EXIT_CANNOT_RUN;
	store_clear(&a);
	store_clear(&b);
	return status;
}
