/* SPDX-License-Identifier: MIT */
/* The ledger: chapter by chapter in the article's order, what became of each claim. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "runner/html.h"
#include "runner/text.h"

static void print_mark(const struct html *page, const struct ws_claim *claim,
		       enum run_outcome outcome)
{
	static const char *const words[RUN_OUTCOMES] = {
		[RUN_PENDING] = "not run",
		[RUN_FAIL] = "differs",
		[RUN_ERROR] = "error",
		[RUN_SKIP] = "skipped",
	};

	html(page->out, "<p class=\"verdict\"><b>%s</b> %s</p>\n", html_mark(outcome),
	     words[outcome] ? words[outcome] : run_verdict_names[claim->verdict]);
}

/* The variants that one run has of a claim: in short where all passed, else those that did not by name. */
static void print_instances(const struct html *page, const struct run *run,
			    const struct matrix_cell *cell)
{
	char *where = run_where(run, cell->from, cell->end);

	html(page->out, "<li>%s%s</li>", where ? where : "",
	     where && isdigit((unsigned char)*where) && strchr(where, '/') ? " passed" : "");
	free(where);
	for (size_t i = cell->from; i < cell->end; i++) {
		const char *slash = strchr(run->instances[i].name, '/');

		if (run->results[i].outcome != RUN_PASS)
			html(page->out, "<li class=\"%s\">%s</li>",
			     run_outcome_names[run->results[i].outcome],
			     slash ? slash + 1 : run_outcome_names[run->results[i].outcome]);
	}
}

static void print_columns(const struct html *page, const struct matrix_row *row)
{
	const struct matrix *matrix = page->matrix;

	for (size_t r = 0; r < matrix->run_count; r++) {
		const struct matrix_cell *cell = &row->cells[r];

		if (cell->from == cell->end)
			continue;
		html(page->out, "<li class=\"%s\">%s %s", run_outcome_names[cell->outcome],
		     matrix->names[r], html_mark(cell->outcome));
		if (matrix_letter(cell))
			html(page->out, " %c", matrix_letter(cell));
		html(page->out, "</li>");
	}
}

/* Where it was shown: the variants of a single run, or the kernels. */
static void print_where(const struct html *page, const struct matrix_row *row)
{
	html(page->out, "<ul class=\"where\" aria-label=\"where\">");
	if (page->matrix->run_count == 1)
		print_instances(page, &page->matrix->runs[0], &row->cells[0]);
	else
		print_columns(page, row);
	html(page->out, "</ul>\n");
}

/* Why it cannot be shown: what the first run that has it says. */
static void print_skipped(const struct html *page, const struct matrix_row *row)
{
	size_t r = 0;
	const char *reason;

	while (row->cells[r].outcome != RUN_SKIP)
		r++;
	reason = run_reason(&page->matrix->runs[r].results[run_best(
		&page->matrix->runs[r], row->cells[r].from, row->cells[r].end)]);
	html(page->out, "<p class=\"but\"><b>Because</b> ");
	html_text(page->out, reason, text_line(reason));
	html(page->out, "</p>\n");
}

static void print_claim(struct html *page, size_t index)
{
	const struct matrix_row *row = &page->matrix->rows[index];
	const struct ws_claim *claim = row->claim;
	enum run_outcome outcome = matrix_outcome(page->matrix, index);

	html(page->out, "<article class=\"claim %s %s\" id=\"c-%s\">\n", run_outcome_names[outcome],
	     outcome == RUN_PASS ? run_verdict_names[claim->verdict] : "", claim->id);
	print_mark(page, claim, outcome);
	html(page->out,
	     "<div class=\"what\"><h4><a href=\"#c-%s\">%s</a></h4>\n<p class=\"says\">%s</p>\n",
	     claim->id, claim->id, claim->says);
	if (claim->but && *claim->but)
		html(page->out, "<p class=\"but\"><b>But</b> %s</p>\n", claim->but);
	if (outcome == RUN_SKIP)
		print_skipped(page, row);
	html(page->out, "</div>\n");
	print_where(page, row);
	html_details(page, index);
	html(page->out, "</article>\n");
}

static void print_chapter(struct html *page, size_t from, size_t end)
{
	const struct ws_claim *chapter = page->matrix->rows[from].chapter;

	html(page->out, "<section class=\"chapter\"><h3>%s</h3>\n",
	     chapter && chapter->says && *chapter->says ? chapter->says : "Claims");
	for (size_t i = from; i < end; i++)
		print_claim(page, i);
	html(page->out, "</section>\n");
}

/* Works with JavaScript only, and is not there without it. */
static void print_filter(const struct html *page)
{
	static const char *const kinds[][2] = {
		{"fail", "differs"},    {"error", "error"},     {"skip", "skipped"},
		{"holds", "holds"},     {"refuted", "refuted"}, {"qualified", "qualified"},
		{"extends", "extends"}, {"pending", "not run"},
	};

	html(page->out, "<form id=\"filter\" role=\"search\" hidden>\n"
			"<label class=\"search\">Filter <input type=\"search\" id=\"words\" "
			"placeholder=\"close, RST, TIME_WAIT …\" autocomplete=\"off\"></label>\n"
			"<fieldset><legend>Only</legend>\n");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		html(page->out,
		     "<label class=\"%s\"><input type=\"checkbox\" name=\"kind\" value=\"%s\"> "
		     "%s</label>\n",
		     kinds[i][0], kinds[i][0], kinds[i][1]);
	html(page->out, "</fieldset>\n<button type=\"button\" id=\"open-all\">Open all</button>\n"
			"<output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n");
}

void html_ledger(struct html *page)
{
	html(page->out, "<section id=\"ledger\"><h2>Ledger</h2>\n");
	print_filter(page);
	for (size_t from = 0, end; from < page->matrix->row_count; from = end) {
		end = matrix_chapter_end(page->matrix, from);
		print_chapter(page, from, end);
	}
	html(page->out, "</section>\n");
}
