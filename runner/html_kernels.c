/* SPDX-License-Identifier: MIT */
/* What failed, and claim × kernel. */
#include <string.h>
#include "runner/html.h"
#include "runner/text.h"

/* Of a reason that the list repeats; the claim's details have more. */
enum { FAILURES_MOST = 200, REASON_MOST = 300 };

static void print_failure(struct html *page, size_t row, size_t column)
{
	const struct matrix *matrix = page->matrix;
	const struct run *run = &matrix->runs[column];
	const struct matrix_cell *cell = &matrix->rows[row].cells[column];
	const struct run_result *result = &run->results[run_best(run, cell->from, cell->end)];
	const char *reason = run_reason(result);

	html(page->out, "<li class=\"%s\">", run_outcome_names[cell->outcome]);
	html_claim_link(page, row);
	if (matrix->run_count > 1)
		html(page->out, " <span class=\"kernel\">%s</span>", matrix->names[column]);
	html(page->out, " <span class=\"count\">%s in %zu of %zu</span><p class=\"says\">%s</p><p>",
	     cell->outcome == RUN_ERROR ? "error" : "differs",
	     cell->counts[RUN_FAIL] + cell->counts[RUN_ERROR], cell->end - cell->from,
	     matrix->rows[row].claim->says);
	html_text(page->out, reason, text_fit(reason, text_line(reason), REASON_MOST));
	html(page->out, "</p></li>\n");
}

void html_failures(struct html *page)
{
	const struct matrix *matrix = page->matrix;
	size_t told = 0, all = 0;

	for (size_t i = 0; i < matrix->row_count; i++)
		for (size_t r = 0; r < matrix->run_count; r++) {
			if (!run_is_bad(matrix->rows[i].cells[r].outcome))
				continue;
			if (all++ == 0)
				html(page->out, "<section id=\"failed\"><h2>Failed</h2>\n"
						"<ul class=\"failures\">\n");
			if (told < FAILURES_MOST) {
				told++;
				print_failure(page, i, r);
			}
		}
	if (!all)
		return;
	html(page->out, "</ul>\n");
	if (told < all)
		html(page->out, "<p>… and %zu more.</p>\n", all - told);
	html(page->out, "</section>\n");
}

static void print_cell(const struct html *page, const struct matrix_cell *cell)
{
	if (cell->from == cell->end) {
		html(page->out, "<td><span class=\"unseen\">not there</span></td>");
		return;
	}
	html(page->out, "<td class=\"%s%s\">%s", run_outcome_names[cell->outcome],
	     matrix_letter(cell) ? " other" : "", html_mark(cell->outcome));
	if (matrix_letter(cell))
		html(page->out, " %c", matrix_letter(cell));
	else if (cell->outcome != RUN_PASS)
		html(page->out, " %s", run_outcome_names[cell->outcome]);
	html(page->out, "</td>");
}

static void print_rows(const struct html *page, bool alike)
{
	const struct matrix *matrix = page->matrix;

	html(page->out, "<thead><tr><th scope=\"col\">claim</th>");
	for (size_t r = 0; r < matrix->run_count; r++)
		html(page->out, "<th scope=\"col\">%s</th>", matrix->names[r]);
	html(page->out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < matrix->row_count; i++) {
		if (matrix_is_alike(matrix, i) != alike)
			continue;
		html(page->out, "<tr><th scope=\"row\">");
		html_claim_link(page, i);
		html(page->out, "</th>");
		for (size_t r = 0; r < matrix->run_count; r++)
			print_cell(page, &matrix->rows[i].cells[r]);
		html(page->out, "</tr>\n");
	}
	html(page->out, "</tbody>\n");
}

static void print_table(const struct html *page, bool alike, const char *label)
{
	html(page->out,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
	     "<table class=\"matrix\">\n",
	     label);
	print_rows(page, alike);
	html(page->out, "</table></div>\n");
}

void html_kernels(struct html *page)
{
	const struct matrix *matrix = page->matrix;
	size_t alike = 0;

	if (matrix->run_count < 2)
		return;
	for (size_t i = 0; i < matrix->row_count; i++)
		alike += matrix_is_alike(matrix, i);
	html(page->out,
	     "<section id=\"kernels\"><h2>Kernels</h2>\n"
	     "<p>%zu of %zu claims do the same on all %zu kernels. Below are the others: a letter "
	     "marks a kernel that passes in another way than those before it; the claim shows both "
	     "side by side.</p>\n",
	     alike, matrix->row_count, matrix->run_count);
	if (alike < matrix->row_count)
		print_table(page, false, "Claims that differ between kernels");
	if (alike) {
		html(page->out, "<details><summary>The %zu that do the same</summary>\n", alike);
		print_table(page, true, "Claims that do the same on all kernels");
		html(page->out, "</details>\n");
	}
	html(page->out, "</section>\n");
}
