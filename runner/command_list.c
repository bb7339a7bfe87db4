/* SPDX-License-Identifier: MIT */
/* wirestate list: what would be run. */
#include "runner/commands.h"
#include "runner/plan.h"
#include "runner/report.h"
#include <unistd.h>

int command_list(int argc, char **argv)
{
	struct run_options options;
	struct report_style style;
	struct run run = {0};
	int status = EXIT_AS_EXPECTED;

	options_read(&options, argc, argv);
	style = report_style(STDOUT_FILENO, options.verbosity);
	if (!plan_make(&run, &options) ||
	    (options.reports[FORMAT_JSON] && report_list_json(&run, stdout) < 0))
		status = EXIT_CANNOT_RUN;
	else if (!options.reports[FORMAT_JSON])
		report_list(&run, &style, stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("wirestate: cannot write to standard output\n", stderr);
		status = EXIT_CANNOT_RUN;
	}
	plan_clear(&run);
	return status;
}
