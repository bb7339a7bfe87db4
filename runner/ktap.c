/* SPDX-License-Identifier: MIT */
/*
 * KTAP version 1 (Documentation/dev-tools/ktap.rst): a test a chapter, in it a subtest an instance. Names
 * keep to what LAVA takes; "time=12ms" is what netdev's CI looks for.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include "runner/formats.h"
#include "runner/result.h"
#include "runner/text.h"

/* Of an explanation; the JSON report has the rest. */
enum { DIAGNOSIS_MOST = 64 * 1024, REASON_MOST = 500 };

/* What is no letter, digit, dot or dash becomes one `stand_in`. */
static void print_name(const char *name, char stand_in, FILE *out)
{
	bool pending = false, any = false;

	for (; *name; name++) {
		unsigned char byte = (unsigned char)*name;

		if (byte >= 0x80 || !(isalnum(byte) || strchr("._-", byte))) {
			pending = true;
			continue;
		}
		if (pending && any)
			fputc(stand_in, out);
		fputc(tolower(byte), out);
		pending = false;
		any = true;
	}
	if (!any)
		fputs("unnamed", out);
}

/* One line, cleaned; a reason must not begin another directive. */
static void print_line(const char *text, int most, FILE *out)
{
	size_t length = text_fit(text, text_line(text), most);

	text_print(text, length, out);
}

static void print_diagnosis(const char *text, FILE *out)
{
	const char *end = text + text_fit(text, strlen(text), DIAGNOSIS_MOST);

	while (text < end) {
		size_t length = text_line(text);

		if (length > (size_t)(end - text))
			length = (size_t)(end - text);
		fputs(length ? "  # " : "  #", out);
		text_print(text, length, out);
		fputc('\n', out);
		text += length;
		text += *text == '\n';
	}
}

static void print_test(const struct run *run, size_t index, size_t number, FILE *out)
{
	const struct ws_claim *claim = run->instances[index].claim;
	const struct run_result *result = &run->results[index];
	bool skipped = result->outcome == RUN_SKIP, bad = run_is_bad(result->outcome);

	if (bad) {
		fputs("  # ", out);
		print_line(result->file ? result->file : claim->file, REASON_MOST, out);
		fprintf(out, ":%d\n", result->file ? result->line : claim->line);
		print_diagnosis(run_reason(result), out);
	}
	/* what was not run is no pass, nor skipped for a reason */
	fprintf(out, "  %s %zu ", bad || result->outcome == RUN_PENDING ? "not ok" : "ok", number);
	print_name(run->instances[index].name, '_', out);
	if (skipped || result->outcome == RUN_PENDING) {
		fputs(skipped ? " # SKIP " : " # ERROR ", out);
		print_line(run_reason(result), REASON_MOST, out);
	} else {
		fprintf(out, " # %stime=%.0fms", result->outcome == RUN_ERROR ? "ERROR " : "",
			result->seconds * 1e3);
	}
	fputc('\n', out);
}

static void print_chapter(const struct run *run, size_t from, size_t end, size_t number, FILE *out)
{
	const char *title = run_chapter_title(&run->instances[from]);
	size_t counts[RUN_OUTCOMES];
	enum run_outcome outcome = run_fold(run, from, end, counts);

	fputs("  KTAP version 1\n  # Subtest: ", out);
	print_name(title, '-', out);
	fprintf(out, "\n  1..%zu\n", end - from);
	for (size_t i = from; i < end; i++)
		print_test(run, i, i - from + 1, out);
	fprintf(out, "%s %zu ", run_is_bad(outcome) || counts[RUN_PENDING] ? "not ok" : "ok",
		number);
	print_name(title, '-', out);
	fputs(outcome == RUN_SKIP && !counts[RUN_PENDING] ? " # SKIP all of it\n" : "\n", out);
}

static void print_fact(const struct run *run, const char *name, FILE *out)
{
	const char *value = run_fact(run, name);

	fprintf(out, "# %s: ", name);
	print_line(value ? value : "", REASON_MOST, out);
	fputc('\n', out);
}

int ktap_print(FILE *out, const struct run *run)
{
	size_t chapters = 0, number = 0;

	for (size_t from = 0; from < run->count; from = run_chapter_end(run, from))
		chapters++;
	fprintf(out, "KTAP version 1\n1..%zu\n", chapters);
	print_fact(run, "wirestate", out);
	print_fact(run, "kernel", out);
	print_fact(run, "command", out);
	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_chapter_end(run, from);
		print_chapter(run, from, end, ++number, out);
	}
	fprintf(out, "# Totals: pass:%zu fail:%zu xfail:0 xpass:0 skip:%zu error:%zu\n",
		run_count(run, RUN_PASS), run_count(run, RUN_FAIL), run_count(run, RUN_SKIP),
		run_count(run, RUN_ERROR) + run_count(run, RUN_PENDING));
	return 0;
}
