/* SPDX-License-Identifier: MIT */
/* wirestate show: the ladders of claims, run here or read from a store. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "runner/commands.h"
#include "runner/ladder.h"
#include "runner/options.h"
#include "runner/plan.h"
#include "runner/store.h"

/* Those of `run` that were asked for. The texts stay those of `run`. */
static bool choose(const struct run *run, const struct run_options *options, struct run *chosen)
{
	*chosen = *run;
	chosen->count = 0;
	chosen->instances = calloc(run->count + 1, sizeof(*run->instances));
	chosen->results = calloc(run->count + 1, sizeof(*run->results));
	if (!chosen->instances || !chosen->results)
		return false;
	for (size_t i = 0; i < run->count; i++) {
		const struct run_instance *before =
			chosen->count ? &chosen->instances[chosen->count - 1] : NULL;

		if (!plan_takes(&run->instances[i], before, options))
			continue;
		chosen->instances[chosen->count] = run->instances[i];
		chosen->results[chosen->count++] = run->results[i];
	}
	return true;
}

static int print(const struct run *run, const struct run_options *options)
{
	struct report_style style = report_style(STDOUT_FILENO, options->verbosity);

	style.explains = options->explain;
	report_ladders(run, &style, stdout);
	for (size_t i = 0; i < run->count; i++)
		report_instance(&run->instances[i], &run->results[i], "", &style, stdout);
	report_ledger(run, &style, stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fputs("wirestate: cannot write to standard output\n", stderr);
		return EXIT_CANNOT_RUN;
	}
	return run_count_bad(run) ? EXIT_DIFFERS : EXIT_AS_EXPECTED;
}

static int show(const struct store *store, const struct run_options *options)
{
	struct run run, chosen = {0};
	int status = EXIT_CANNOT_RUN;

	if (!store_run(store, &run)) {
		fputs("wirestate: out of memory\n", stderr);
		return EXIT_CANNOT_RUN;
	}
	if (!choose(&run, options, &chosen))
		fputs("wirestate: out of memory\n", stderr);
	else if (!chosen.count)
		fprintf(stderr, "wirestate: %s: no result matches; `jq -r .id` lists them\n",
			store->path);
	else
		status = print(&chosen, options);
	free(chosen.instances);
	free(chosen.results);
	store_run_clear(&run);
	return store_is_damaged(store) ? EXIT_CANNOT_RUN : status;
}

int command_show_stored(const struct run_options *options)
{
	struct store store;
	int status = EXIT_CANNOT_RUN;

	if (store_read(&store, options->from))
		status = show(&store, options);
	store_clear(&store);
	return status;
}

int command_show(int argc, char **argv)
{
	struct run_options options;

	options_read(&options, argc, argv);
	options.show = true;
	if (!options.filters.count) {
		fputs("wirestate: show which claim? as in: wirestate show close.client-only; "
		      "`wirestate list` has them all\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	return options.from ? command_show_stored(&options) : command_run_options(&options);
}
