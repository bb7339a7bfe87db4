/* SPDX-License-Identifier: MIT */
/* wirestate explain: what happens in a claim, and why. */
#include "runner/commands.h"
#include <stdio.h>
#include <unistd.h>
#include "runner/options.h"
#include "runner/plan.h"
#include "runner/report.h"

static void add(struct run_words *words, const char *word)
{
	if (words->count < RUN_LIST_MAX)
		words->word[words->count++] = word;
}

/* The words alone, for claims that are not run. */
static int explain_only(const struct run_options *options)
{
	struct report_style style = report_style(STDOUT_FILENO, options->verbosity);
	struct run run = {0};
	bool planned = plan_make(&run, options);

	style.explains = true;
	if (planned)
		report_ledger(&run, &style, stdout);
	plan_clear(&run);
	if (planned && fflush(stdout) == 0 && !ferror(stdout))
		return EXIT_AS_EXPECTED;
	return EXIT_CANNOT_RUN;
}

/* Who asks why does not want to wait long: what is quick is run and drawn, the rest is told. */
static int explain(const struct run_options *options)
{
	struct run_options quick = *options, slow = *options;
	struct run run = {0};
	int status = EXIT_AS_EXPECTED;
	bool planned = plan_make(&run, options), any_slow = false, any_quick = false;

	add(&quick.excludes, "slow");
	add(&slow.tags, "slow");
	/* with `show` there is one instance of a claim: the first, a quick one where there is any */
	for (size_t i = 0; i < run.count; i++) {
		any_quick |= !run.instances[i].slow;
		any_slow |= run.instances[i].slow;
		if (!run.instances[i].slow)
			add(&slow.excludes, run.instances[i].claim->id);
	}
	plan_clear(&run);
	if (!planned)
		return EXIT_CANNOT_RUN;
	/* a filter may be about slow claims alone */
	quick.loose = slow.loose = true;
	if (any_quick)
		status = command_run_options(&quick);
	if (status == EXIT_INTERRUPTED)
		return status;
	if (any_quick && status == EXIT_CANNOT_RUN)
		explain_only(&quick);
	if (any_slow && explain_only(&slow) != EXIT_AS_EXPECTED)
		status = EXIT_CANNOT_RUN;
	if (any_slow)
		puts("\nNot run, for it waits long: `wirestate show` does it, and "
		     "ci/vm in virtual time.");
	return status;
}

int command_explain(int argc, char **argv)
{
	struct run_options options;

	options_read(&options, argc, argv);
	options.show = options.explain = true;
	if (!options.filters.count) {
		fputs("wirestate: explain which claim? as in: wirestate explain close.client-only; "
		      "`wirestate list` has them all\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	return options.from ? command_show_stored(&options) : explain(&options);
}
