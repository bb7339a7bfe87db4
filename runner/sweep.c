/* SPDX-License-Identifier: MIT */
/* What a sysctl does: a table for each claim that follows it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/outcome.h"
#include "runner/page.h"
#include "runner/text.h"

enum { INDENT = 4, COLUMNS = 4 };

struct row {
	const char *cell[COLUMNS]; /* value, documented, expected, measured */
	const struct run_instance *instance;
	const struct run_result *result;
};

static const char *const headings[COLUMNS] = {"value", "documented", "expected", "measured"};

static struct row row_of(const struct run *run, size_t i)
{
	const json_t *measured = run->results[i].measured;

	return (struct row){
		.cell = {run->instances[i].value, outcome_text(measured, "documented"),
			 outcome_text(measured, "expected"), outcome_text(measured, "seen")},
		.instance = &run->instances[i],
		.result = &run->results[i],
	};
}

/* How wide each column is; one that is empty in all rows is left out. */
static void measure(const struct run *run, size_t from, size_t end, int widths[COLUMNS])
{
	for (int column = 0; column < COLUMNS; column++)
		widths[column] = 0;
	for (size_t i = from; i < end; i++) {
		struct row row = row_of(run, i);

		for (int column = 0; column < COLUMNS; column++) {
			int width = text_print(row.cell[column], strlen(row.cell[column]), NULL);

			if (width && width < (int)strlen(headings[column]))
				width = (int)strlen(headings[column]);
			if (width > widths[column])
				widths[column] = width;
		}
	}
}

static void print_cells(const struct page *page, const char *const *cells, const enum paint *paints,
			const int widths[COLUMNS])
{
	page_spaces(page, INDENT);
	for (int column = 0; column < COLUMNS; column++)
		if (widths[column])
			page_spaces(page, 2 + widths[column] -
						  page_string(page, paints[column], cells[column]));
}

/* What was documented and is not what was expected of the kernel. */
static bool is_contradicted(const struct row *row)
{
	return *row->cell[1] && strcmp(row->cell[1], row->cell[2]) != 0;
}

/* The same value, promise, expectation and outcome: what was measured differs by chance only. */
static bool same_row(const struct row *a, const struct row *b)
{
	bool same = a->result->outcome == b->result->outcome;

	for (int column = 0; column < COLUMNS - 1 && same; column++)
		same = strcmp(a->cell[column], b->cell[column]) == 0;
	return same;
}

/* "ipv4/wire ipv6/wire": every variant that this row stands for. */
static void print_variants(const struct page *page, const struct run *run, size_t first, size_t end)
{
	struct row told = row_of(run, first);

	for (size_t i = first; i < end; i++) {
		struct row row = row_of(run, i);

		if (!same_row(&told, &row))
			continue;
		page_string(page, PAINT_DIM, row.instance->family);
		page_string(page, PAINT_DIM, *row.instance->link ? "/" : "");
		page_string(page, PAINT_DIM, row.instance->link);
		page_spaces(page, 1);
	}
}

static void print_row(const struct page *page, const struct run *run, size_t first, size_t end,
		      const int widths[COLUMNS])
{
	struct row row = row_of(run, first);
	bool passed = row.result->outcome == RUN_PASS;
	enum paint paints[COLUMNS] = {
		PAINT_BOLD,
		is_contradicted(&row) ? PAINT_MAGENTA : PAINT_PLAIN,
		PAINT_PLAIN,
		passed ? PAINT_GREEN : PAINT_RED,
	};

	print_cells(page, row.cell, paints, widths);
	print_variants(page, run, first, end);
	if (passed && is_contradicted(&row))
		page_string(page, PAINT_MAGENTA, " the documentation is wrong");
	if (!passed) {
		const char *reason = run_reason(row.result);

		page_string(page, PAINT_RED, run_outcome_names[row.result->outcome]);
		page_string(page, PAINT_RED, ": ");
		page_text(page, PAINT_PLAIN, reason, text_line(reason));
	}
	fputc('\n', page->out);
}

static bool is_told(const struct run *run, size_t from, size_t i)
{
	struct row row = row_of(run, i);

	for (size_t j = from; j < i; j++) {
		struct row before = row_of(run, j);

		if (same_row(&before, &row))
			return true;
	}
	return false;
}

/* The rows by value, in the order in which the values were given. */
static void print_values(const struct page *page, const struct run *run, size_t from, size_t end,
			 const int widths[COLUMNS])
{
	for (size_t first = from; first < end; first++) {
		const char *value = run->instances[first].value;
		bool repeated = false;

		for (size_t i = from; i < first && !repeated; i++)
			repeated = strcmp(run->instances[i].value, value) == 0;
		for (size_t i = first; i < end && !repeated; i++) {
			struct row row = row_of(run, i);

			if (strcmp(row.cell[0], value) == 0 && !is_told(run, from, i))
				print_row(page, run, i, end, widths);
		}
	}
}

static const char *what_of(const struct run *run, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		if (run->results[i].measured)
			return outcome_text(run->results[i].measured, "what");
	return "";
}

static void print_claim(const struct page *page, const struct run *run, size_t from, size_t end)
{
	static const enum paint paints[COLUMNS] = {PAINT_DIM, PAINT_DIM, PAINT_DIM, PAINT_DIM};
	const struct ws_claim *claim = run->instances[from].claim;
	const char *what = what_of(run, from, end);
	int widths[COLUMNS];

	fputc('\n', page->out);
	page_paragraph(page, &(struct page_paragraph){.text = claim->id, .paint = PAINT_BOLD});
	page_paragraph(page, &(struct page_paragraph){.indent = INDENT, .text = claim->says});
	if (claim->but)
		page_paragraph(page, &(struct page_paragraph){.indent = INDENT,
							      .label = "but:  ",
							      .label_paint = PAINT_MAGENTA,
							      .text = claim->but});
	if (*what)
		page_paragraph(page, &(struct page_paragraph){.indent = INDENT,
							      .label = "measured: ",
							      .label_paint = PAINT_DIM,
							      .text = what});
	fputc('\n', page->out);
	measure(run, from, end, widths);
	print_cells(page, headings, paints, widths);
	fputc('\n', page->out);
	print_values(page, run, from, end, widths);
}

void report_sweep(const struct run *run, const struct report_style *style, FILE *out)
{
	struct page page = {.style = style, .out = out};

	if (run->count)
		fprintf(out, "%s\n", run->instances[0].sysctl);
	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_claim_end(run, from);
		print_claim(&page, run, from, end);
	}
	fputc('\n', out);
}
