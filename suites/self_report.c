/* SPDX-License-Identifier: MIT */
/* Self-tests of what is said on the console. */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include "runner/report.h"
#include "suites/claim.h"
#include "suites/self_hostile.h"

CHAPTER("self-tests: the console");

static const struct report_style plain_style = {.width = 80, .utf8 = true, .verbosity = 1};
static const struct report_style rich_style = {
	.colour = true, .terminal = true, .utf8 = true, .width = 80};

/* What a report for people prints. To be freed. */
static char *printed(void (*report)(const struct run *, const struct report_style *, FILE *),
		     const struct report_style *style)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	report(given_hostile_run(), style, out);
	fclose(out);
	return text;
}

static void print_instances(const struct run *run, const struct report_style *style, FILE *out)
{
	for (size_t i = 0; i < run->count; i++)
		report_instance(&run->instances[i], &run->results[i], HOSTILE, style, out);
}

static void print_progress(const struct run *run, const struct report_style *style, FILE *out)
{
	report_progress(run, 3, 7875, self_long_line, style, out);
}

CLAIM("self.console.hostile", HOLDS, "no text a claim saw can drive the terminal",
      "runner/console.c, ledger.c, list.c", PURE)
{
	static void (*const reports[])(const struct run *, const struct report_style *, FILE *) = {
		print_instances, report_ledger, report_summary, report_list, print_progress,
	};

	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		char *plain = printed(reports[i], &plain_style);
		bool safe = self_is_safe(plain, false);

		free(plain);
		CU_ASSERT_TRUE_FATAL(safe);
	}
}

CLAIM("self.console.colour", HOLDS, "colour is all that a terminal gets more", "runner/page.c",
      PURE)
{
	char *rich = printed(report_ledger, &rich_style);
	bool safe = self_is_safe(rich, true), coloured = strstr(rich, "\x1b[1;31mDIFFERS\x1b[0m");

	free(rich);
	CU_ASSERT_TRUE_FATAL(safe);
	CU_ASSERT_TRUE_FATAL(coloured);
}

CLAIM("self.console.progress-fits", HOLDS, "the progress line never wraps", "runner/console.c",
      PURE)
{
	char *line = printed(print_progress, &rich_style);
	size_t shown = self_occurrences(line, "x");
	bool begins = strstr(line, "[6/7] 3 failed, 3 running, 131 min to go  xxx");

	free(line);
	CU_ASSERT_TRUE_FATAL(begins);
	CU_ASSERT_EQUAL_FATAL(shown, 79 - strlen("[6/7] 3 failed, 3 running, 131 min to go  "));
}

CLAIM("self.console.quiet", HOLDS, "quietly, only what went wrong and one line is printed",
      "runner/console.c", PURE)
{
	static const struct report_style quiet = {.width = 80, .verbosity = -1};
	char *ledger = printed(report_ledger, &quiet), *summary = printed(report_summary, &quiet);
	char *each = printed(print_instances, &quiet);
	bool silent = *ledger == '\0', one_line = self_occurrences(summary, "\n") == 1;
	bool bad_only = strstr(each, "hostile/fail") && !strstr(each, "skip ") &&
			!strstr(each, "hostile/pass");

	free(ledger);
	free(summary);
	free(each);
	CU_ASSERT_TRUE_FATAL(silent);
	CU_ASSERT_TRUE_FATAL(one_line);
	CU_ASSERT_TRUE_FATAL(bad_only);
}
