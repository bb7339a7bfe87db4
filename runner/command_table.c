/* SPDX-License-Identifier: MIT */
/* wirestate table: claim × kernel. */
#include "runner/commands.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "runner/matrix.h"
#include "runner/page.h"
#include "runner/store_set.h"
#include "runner/text.h"

enum { COLUMN = 10, MARGIN = 2 };

static void print_cell(const struct page *page, const struct matrix_cell *cell, bool last)
{
	static const struct {
		const char *utf8, *ascii;
		enum paint paint;
	} marks[RUN_OUTCOMES] = {
		[RUN_PENDING] = {"", "", PAINT_DIM},
		[RUN_PASS] = {"✓", "ok", PAINT_GREEN},
		[RUN_FAIL] = {"✗ differs", "DIFFERS", PAINT_RED},
		[RUN_ERROR] = {"✗ error", "ERROR", PAINT_RED},
		[RUN_SKIP] = {"– skipped", "skipped", PAINT_YELLOW},
	};
	char text[32] = "";
	int used;

	snprintf(text, sizeof(text), "%s",
		 page->style->utf8 ? marks[cell->outcome].utf8 : marks[cell->outcome].ascii);
	if (matrix_letter(cell))
		text_append(text, sizeof(text), " %c", matrix_letter(cell));
	used = page_string(page, matrix_letter(cell) ? PAINT_YELLOW : marks[cell->outcome].paint,
			   text);
	if (!last)
		page_spaces(page, COLUMN - used);
}

static int id_width(const struct matrix *matrix)
{
	size_t widest = 0;

	for (size_t i = 0; i < matrix->row_count; i++)
		if (strlen(matrix->rows[i].claim->id) > widest)
			widest = strlen(matrix->rows[i].claim->id);
	return (int)widest;
}

static void print(const struct page *page, const struct matrix *matrix)
{
	int width = id_width(matrix) + MARGIN;

	page_spaces(page, width);
	for (size_t i = 0; i < matrix->run_count; i++)
		page_spaces(page, COLUMN - page_string(page, PAINT_BOLD, matrix->names[i]));
	fputc('\n', page->out);
	for (size_t i = 0; i < matrix->row_count; i++) {
		const struct matrix_row *row = &matrix->rows[i];

		page_spaces(page, width - page_string(page, PAINT_PLAIN, row->claim->id));
		for (size_t k = 0; k < matrix->run_count; k++)
			print_cell(page, &row->cells[k], k + 1 == matrix->run_count);
		fputc('\n', page->out);
	}
	fputs("\nA letter: that kernel passes in another way than those before it; `wirestate "
	      "diff` "
	      "tells how.\n",
	      page->out);
}

int command_table(int argc, char **argv)
{
	struct run_options options;
	struct report_style style;
	struct matrix matrix;
	struct store_set *set;
	int status = EXIT_CANNOT_RUN;

	options_read(&options, argc, argv);
	style = report_style(STDOUT_FILENO, 0);
	if (!options.filters.count) {
		fputs("wirestate: a table of what? as in: wirestate table 5.10 6.12\n", stderr);
		return EXIT_CANNOT_RUN;
	}
	set = store_set_read(&options.filters);
	if (!set)
		return EXIT_CANNOT_RUN;
	if (matrix_make(&matrix, set->runs, set->count) < 0) {
		fputs("wirestate: out of memory\n", stderr);
	} else {
		print(&(struct page){&style, stdout}, &matrix);
		if (fflush(stdout) == 0 && !ferror(stdout))
			status = EXIT_AS_EXPECTED;
	}
	matrix_clear(&matrix);
	return store_set_free(set) ? status : EXIT_CANNOT_RUN;
}
