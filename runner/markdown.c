/* SPDX-License-Identifier: MIT */
/*
 * A summary in GitHub's and GitLab's Markdown, never longer than a comment may be (65,536 characters): the
 * counts, what failed and why, and where kernels differ.
 */
#include <stdbool.h>
#include <string.h>
#include "runner/formats.h"
#include "runner/matrix.h"
#include "runner/text.h"

enum {
	FAILURES_MOST = 16,
	REASON_MOST = 1600,
	TABLE_MOST = 24000, /* characters, about */
	NAME_MOST = 160,
};

/* A line in which Markdown sees nothing but text. */
static void print_text(const char *text, FILE *out)
{
	static const char special[] = "\\`*_~|[]@:$#!";
	size_t length = text_line(text);
	const char *end = text + text_fit(text, length, NAME_MOST);
	bool cut = end < text + length;

	while (text < end) {
		size_t plain = strcspn(text, special);

		if (plain > (size_t)(end - text))
			plain = (size_t)(end - text);
		text_xml(text, plain, TEXT_XML_ATTRIBUTE, out);
		text += plain;
		if (text < end)
			fprintf(out, "&#%d;", *text++);
	}
	if (cut)
		fputs("…", out);
}

/* As code, where nobody is mentioned either; GitHub takes this element as it is. */
static void print_code(const char *text, FILE *out)
{
	fputs("<code>", out);
	print_text(text, out);
	fputs("</code>", out);
}

/* A text of several lines as code: indented, for a fence could be closed by what is in it. */
static void print_block(const char *text, FILE *out)
{
	size_t length = text_fit(text, strlen(text), REASON_MOST);

	for (size_t done = 0; done < length; done++) {
		size_t line = text_line(text + done);

		if (line > length - done)
			line = length - done;
		fputs("    ", out);
		text_print(text + done, line, out);
		fputc('\n', out);
		done += line;
	}
	if (text[length])
		fputs("    …\n", out);
}

static void print_failure(const struct run *run, size_t index, FILE *out)
{
	const struct run_result *result = &run->results[index];
	char place[32];

	fputs("<details><summary>", out);
	print_code(run->instances[index].name, out);
	fprintf(out, " %s: ", result->outcome == RUN_ERROR ? "error" : "differs");
	print_code(run->instances[index].claim->says, out);
	fputs("</summary>\n\n", out);
	print_block(run_reason(result), out);
	fputc('\n', out);
	if (result->file) {
		snprintf(place, sizeof(place), ":%d", result->line);
		print_code(result->file, out);
		fprintf(out, "%s\n\n", place);
	}
	fputs("</details>\n\n", out);
}

static void print_failures(const struct matrix *matrix, FILE *out)
{
	size_t told = 0, all = 0;

	for (size_t r = 0; r < matrix->run_count; r++) {
		const struct run *run = &matrix->runs[r];
		bool first = true;

		for (size_t i = 0; i < run->count; i++) {
			if (!run_is_bad(run->results[i].outcome))
				continue;
			all++;
			if (told == FAILURES_MOST)
				continue;
			told++;
			if (first && matrix->run_count > 1) {
				fputs("\n#### On ", out);
				print_code(matrix->names[r], out);
				fputs("\n\n", out);
			}
			first = false;
			print_failure(run, i, out);
		}
	}
	if (told < all)
		fprintf(out, "… and %zu more.\n\n", all - told);
}

static void print_counts(const struct matrix *matrix, FILE *out)
{
	fputs("| kernel | passed | failed | errors | skipped | not run "
	      "|\n|---|--:|--:|--:|--:|--:|\n",
	      out);
	for (size_t i = 0; i < matrix->run_count; i++) {
		const struct run *run = &matrix->runs[i];

		fputs("| ", out);
		print_code(matrix->names[i], out);
		fprintf(out, " | %zu | %zu | %zu | %zu | %zu |\n", run_count(run, RUN_PASS),
			run_count(run, RUN_FAIL), run_count(run, RUN_ERROR),
			run_count(run, RUN_SKIP), run_count(run, RUN_PENDING));
	}
	fputc('\n', out);
}

/* How many claims say what of the article: of those that passed. */
static void print_verdicts(const struct matrix *matrix, FILE *out)
{
	static const char *const words[RUN_OUTCOMES] = {[RUN_FAIL] = "differ",
							[RUN_ERROR] = "errors",
							[RUN_SKIP] = "skipped",
							[RUN_PENDING] = "not run"};
	size_t counts[EXTENDS + 1] = {0}, others[RUN_OUTCOMES] = {0};
	const char *separator = ": ";

	for (size_t i = 0; i < matrix->row_count; i++)
		if (matrix_outcome(matrix, i) == RUN_PASS)
			counts[matrix->rows[i].claim->verdict]++;
		else
			others[matrix_outcome(matrix, i)]++;
	fprintf(out, "%zu claim%s", matrix->row_count, matrix->row_count == 1 ? "" : "s");
	for (int verdict = HOLDS; verdict <= EXTENDS; verdict++) {
		if (!counts[verdict])
			continue;
		fprintf(out, "%s%zu %s", separator, counts[verdict], run_verdict_names[verdict]);
		separator = ", ";
	}
	for (int outcome = 0; outcome < RUN_OUTCOMES; outcome++) {
		if (!others[outcome])
			continue;
		fprintf(out, "%s%zu %s", separator, others[outcome], words[outcome]);
		separator = ", ";
	}
	fputs(".\n\n", out);
}

static void print_cell(const struct matrix_cell *cell, FILE *out)
{
	static const char *const words[RUN_OUTCOMES] = {
		[RUN_PENDING] = "",          [RUN_PASS] = "✓",       [RUN_FAIL] = "**✗ differs**",
		[RUN_ERROR] = "**✗ error**", [RUN_SKIP] = "skipped",
	};

	fprintf(out, " %s", cell->from < cell->end ? words[cell->outcome] : "");
	if (matrix_letter(cell))
		fprintf(out, " %c", matrix_letter(cell));
	fputs(" |", out);
}

static void print_differences(const struct matrix *matrix, FILE *out)
{
	size_t told = 0, all = 0, most = TABLE_MOST / (NAME_MOST + 20 * matrix->run_count);

	for (size_t i = 0; i < matrix->row_count; i++)
		all += !matrix_is_alike(matrix, i);
	fprintf(out, "%zu of %zu claims do the same on all of them.\n\n", matrix->row_count - all,
		matrix->row_count);
	if (!all)
		return;
	fputs("| claim |", out);
	for (size_t r = 0; r < matrix->run_count; r++) {
		fputc(' ', out);
		print_code(matrix->names[r], out);
		fputs(" |", out);
	}
	fputs("\n|---|", out);
	for (size_t r = 0; r < matrix->run_count; r++)
		fputs("---|", out);
	fputc('\n', out);
	for (size_t i = 0; i < matrix->row_count && told < most; i++) {
		if (matrix_is_alike(matrix, i))
			continue;
		told++;
		fputs("| ", out);
		print_code(matrix->rows[i].claim->id, out);
		fputs(" |", out);
		for (size_t r = 0; r < matrix->run_count; r++)
			print_cell(&matrix->rows[i].cells[r], out);
		fputc('\n', out);
	}
	if (told < all)
		fprintf(out, "\n… and %zu more.\n", all - told);
	fputs("\nA letter: passes in another way than the kernels before it; `wirestate diff` "
	      "tells how.\n\n",
	      out);
}

int markdown_print(FILE *out, const struct matrix *matrix)
{
	size_t bad = matrix_count_bad(matrix);
	const char *mark = bad ? "✗" : matrix_is_whole(matrix) ? "✓" : "·";
	char headline[512];

	matrix_headline(matrix, headline, sizeof(headline));
	fprintf(out, "### %s wirestate: ", mark);
	print_text(headline, out);
	fputs("\n\n", out);
	print_counts(matrix, out);
	print_verdicts(matrix, out);
	if (bad)
		print_failures(matrix, out);
	if (matrix->run_count > 1)
		print_differences(matrix, out);
	return 0;
}
