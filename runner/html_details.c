/* SPDX-License-Identifier: MIT */
/*
 * What a claim's details have: for each way in which kernels behave a ladder, side by side; why a failure is
 * one; what suites/explain.h says of it.
 */
#include <string.h>
#include "runner/diff.h"
#include "runner/html.h"
#include "runner/observation.h"
#include "runner/outcome.h"
#include "runner/text.h"

enum {
	VIEWS_MOST = 6, /* kinds of behaviour, and failures, of one claim that are drawn */
	REASON_MOST = 6000,
};

/* An instance that stands for all kernels that saw the same. */
struct view {
	size_t run, instance;
};

/* The instance of a run with this name; `end` of its cell when there is none. */
static size_t find(const struct run *run, const struct matrix_cell *cell, const char *name)
{
	size_t i = cell->from;

	while (i < cell->end && strcmp(run->instances[i].name, name) != 0)
		i++;
	return i;
}

static bool sees_the_same(const struct run *a, size_t i, const struct run *b, size_t k)
{
	json_t *first = run_observation(a, i), *second = run_observation(b, k);
	bool same = observation_equals(first, second);

	json_decref(first);
	json_decref(second);
	return same;
}

/* An instance in which a run differs from another: the one that is easiest to follow. */
static size_t pick_different(const struct matrix *matrix, const struct matrix_row *row, size_t base,
			     size_t other)
{
	const struct run *a = &matrix->runs[base], *b = &matrix->runs[other];
	const struct matrix_cell *cell = &row->cells[other];
	size_t best = run_best(b, cell->from, cell->end), picked = cell->end;

	for (size_t i = cell->from; i < cell->end; i++) {
		size_t k = find(a, &row->cells[base], b->instances[i].name);

		if (k == row->cells[base].end || a->results[k].outcome != RUN_PASS ||
		    b->results[i].outcome != RUN_PASS || sees_the_same(a, k, b, i))
			continue;
		if (i == best)
			return best;
		if (picked == cell->end ||
		    run_rank(&b->instances[i]) > run_rank(&b->instances[picked]))
			picked = i;
	}
	return picked < cell->end ? picked : best;
}

static bool is_new_kind(const struct matrix_row *row, size_t column)
{
	for (size_t r = 0; r < column; r++)
		if (row->cells[r].outcome == RUN_PASS &&
		    row->cells[r].kind == row->cells[column].kind)
			return false;
	return true;
}

/* Is that view there already? */
static bool is_chosen(const struct view *views, size_t count, struct view view)
{
	for (size_t i = 0; i < count; i++)
		if (views[i].run == view.run && views[i].instance == view.instance)
			return true;
	return false;
}

static bool has_events(const struct run *run, size_t index)
{
	json_t *events = run_events(run, index);
	bool any = json_array_size(events) > 0;

	json_decref(events);
	return any;
}

/* The run that stands for the way in which a run passes: the first of its kind that kept what happened. */
static size_t stand_in(const struct matrix *matrix, const struct matrix_row *row, size_t column)
{
	const struct matrix_cell *own = &row->cells[column];

	for (size_t r = column; r < matrix->run_count; r++) {
		const struct matrix_cell *cell = &row->cells[r];

		if (cell->from < cell->end && cell->outcome == RUN_PASS &&
		    cell->kind == own->kind &&
		    has_events(&matrix->runs[r], run_best(&matrix->runs[r], cell->from, cell->end)))
			return r;
	}
	return column;
}

/* A view of the first way in the instance that another shows, so that one can be held against the other. In place
 * of the only one there is; else, if there is room, besides those that are there. Returns how many there are. */
static size_t add_beside(const struct matrix *matrix, const struct matrix_row *row, size_t base,
			 const struct view *other, struct view views[VIEWS_MOST], size_t count)
{
	const char *name = matrix->runs[other->run].instances[other->instance].name;
	struct view same = {base, find(&matrix->runs[base], &row->cells[base], name)};

	if (same.instance == row->cells[base].end || is_chosen(views, count, same))
		return count;
	if (count == 1 && views[0].run == base)
		count = 0;
	if (count < VIEWS_MOST)
		views[count++] = same;
	return count;
}

/* A variant with another value of the sysctl, else like the one that is shown. */
static bool is_sibling(const struct run_instance *shown, const struct run_instance *other)
{
	return *shown->sysctl && strcmp(shown->sysctl, other->sysctl) == 0 &&
	       strcmp(shown->value, other->value) != 0 &&
	       strcmp(shown->family, other->family) == 0 && strcmp(shown->link, other->link) == 0;
}

static bool shows_alike(const struct run *run, const struct view *views, size_t count, size_t index)
{
	const char *evidence = run->results[index].evidence;

	for (size_t i = 0; i < count; i++) {
		const char *known = run->results[views[i].instance].evidence;

		if (!evidence || !known || text_alike(evidence, known))
			return true;
	}
	return false;
}

/* Of a single kernel: values of the sysctl with which something else happens. Returns how many views there are. */
static size_t add_siblings(const struct matrix *matrix, const struct matrix_row *row,
			   struct view views[VIEWS_MOST], size_t count)
{
	const struct run *run = &matrix->runs[0];

	if (matrix->run_count != 1 || count != 1 || row->cells[0].outcome != RUN_PASS)
		return count;
	for (size_t i = row->cells[0].from; i < row->cells[0].end && count < VIEWS_MOST; i++)
		if (is_sibling(&run->instances[views[0].instance], &run->instances[i]) &&
		    !shows_alike(run, views, count, i))
			views[count++] = (struct view){0, i};
	return count;
}

/* What is worth looking at: each way to pass once, in an instance in which it differs from the first, and each
 * kernel that did not pass. */
static size_t choose(const struct matrix *matrix, const struct matrix_row *row,
		     struct view views[VIEWS_MOST], size_t *left_out)
{
	size_t count = 0, base = matrix->run_count;

	*left_out = 0;
	for (size_t r = 0; r < matrix->run_count; r++) {
		const struct matrix_cell *cell = &row->cells[r];
		bool passed = cell->outcome == RUN_PASS;
		struct view view = {r, 0};

		if (cell->from == cell->end || (passed && !is_new_kind(row, r)))
			continue;
		if (passed)
			view.run = stand_in(matrix, row, r);
		cell = &row->cells[view.run];
		if (passed && cell->kind && base < matrix->run_count)
			view.instance = pick_different(matrix, row, base, view.run);
		else
			view.instance = run_best(&matrix->runs[view.run], cell->from, cell->end);
		if (base < matrix->run_count)
			count = add_beside(matrix, row, base, &view, views, count);
		else if (passed)
			base = view.run;
		if (count < VIEWS_MOST)
			views[count++] = view;
		else
			++*left_out;
	}
	return add_siblings(matrix, row, views, count);
}

/* "5.10.262, 6.18.15": the kernels for which a view stands. */
static void print_kernels(const struct html *page, const struct matrix_row *row,
			  const struct view *view)
{
	const struct matrix *matrix = page->matrix;
	const struct matrix_cell *own = &row->cells[view->run];
	const char *separator = "";

	if (matrix->run_count == 1)
		return;
	html(page->out, " <span class=\"kernel\">");
	for (size_t r = 0; r < matrix->run_count; r++) {
		const struct matrix_cell *cell = &row->cells[r];
		bool alike = own->outcome == RUN_PASS && cell->outcome == RUN_PASS &&
			     cell->from < cell->end && cell->kind == own->kind;

		if (r != view->run && !alike)
			continue;
		html(page->out, "%s%s", separator, matrix->names[r]);
		separator = ", ";
	}
	html(page->out, "</span>");
}

static void print_reason(const struct html *page, const struct run_result *result)
{
	const char *reason = run_reason(result);
	size_t length = strlen(reason), fits = text_fit(reason, length, REASON_MOST);

	if (result->outcome == RUN_PASS)
		return;
	html(page->out, "<pre class=\"reason\">");
	html_text(page->out, reason, fits);
	if (fits < length)
		html(page->out, "\n… %zu more bytes", length - fits);
	html(page->out, "</pre>\n");
	if (result->outcome != RUN_SKIP && result->file)
		html(page->out, "<p class=\"place\">%s:%d</p>\n", result->file, result->line);
}

static void print_ladder(struct html *page, size_t row, const struct view *view)
{
	const struct run *run = &page->matrix->runs[view->run];
	const struct run_instance *instance = &run->instances[view->instance];
	const char *evidence = run->results[view->instance].evidence;
	json_t *events = run_events(run, view->instance);
	struct story *story = story_make(events);
	char label[512];

	snprintf(label, sizeof(label), "%s: %s", instance->name, evidence ? evidence : "");
	if (!json_array_size(events))
		html(page->out, "<p class=\"note\">The result kept no events to draw.</p>\n");
	else if (story && story->count) {
		html_ladder(page->out, story, label);
		if (strcmp(instance->link, "wire") == 0)
			html_states_note(page, row, story);
		page->ladders--;
	}
	story_free(story);
	json_decref(events);
}

/* Does any variant say it? */
static bool any_says(const struct run *run, const struct matrix_cell *cell, const char *what)
{
	for (size_t i = cell->from; i < cell->end; i++)
		if (*outcome_text(run->results[i].measured, what))
			return true;
	return false;
}

static const char *const measures[] = {"documented", "expected", "seen"};

enum { MEASURES = sizeof(measures) / sizeof(measures[0]) };

static void print_measures(const struct html *page, const struct run *run, size_t index,
			   const bool said[MEASURES])
{
	html(page->out, "<tr><td>%s</td>", run->instances[index].value);
	for (size_t m = 0; m < MEASURES; m++)
		if (said[m])
			html(page->out, "<td>%s</td>",
			     outcome_text(run->results[index].measured, measures[m]));
	html(page->out, "</tr>\n");
}

/* What was measured for each value of the sysctl that the claim is tried with. */
static void print_measured(const struct html *page, const struct matrix_row *row,
			   const struct view *view)
{
	const struct run *run = &page->matrix->runs[view->run];
	const struct matrix_cell *cell = &row->cells[view->run];
	const struct run_instance *shown = &run->instances[view->instance];
	const json_t *measured = run->results[view->instance].measured;
	bool said[MEASURES];

	if (!*shown->sysctl || !measured)
		return;
	html(page->out,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Measured in %s on "
	     "%s\"><table "
	     "class=\"measured\"><thead><tr><th scope=\"col\">%s</th>",
	     shown->name, page->matrix->names[view->run], shown->sysctl);
	for (size_t m = 0; m < MEASURES; m++) {
		said[m] = any_says(run, cell, measures[m]);
		if (said[m])
			html(page->out, "<th scope=\"col\">%s</th>",
			     m + 1 < MEASURES ? measures[m] : outcome_text(measured, "what"));
	}
	html(page->out, "</tr></thead><tbody>\n");
	for (size_t i = cell->from; i < cell->end; i++)
		if (strcmp(run->instances[i].family, shown->family) == 0 &&
		    strcmp(run->instances[i].link, shown->link) == 0)
			print_measures(page, run, i, said);
	html(page->out, "</tbody></table></div>\n");
}

/* Why a kernel does something else than the first that is shown, as far as their premises tell. */
static void print_reasons(const struct html *page, const struct view *first,
			  const struct view *view)
{
	const struct matrix *matrix = page->matrix;
	json_t *reasons, *reason;
	size_t i;

	if (first->run == view->run)
		return;
	reasons = diff_reasons(matrix->runs[first->run].results[first->instance].premises,
			       matrix->runs[view->run].results[view->instance].premises,
			       matrix->names[first->run], matrix->names[view->run]);
	json_array_foreach (reasons, i, reason)
		html(page->out, "<p class=\"seen\"><b>Because</b> %s</p>\n",
		     json_string_value(reason));
	json_decref(reasons);
}

static void print_view(struct html *page, size_t index, const struct view *first,
		       const struct view *view)
{
	const struct matrix_row *row = &page->matrix->rows[index];
	const struct run *run = &page->matrix->runs[view->run];
	const struct run_result *result = &run->results[view->instance];

	html(page->out, "<figure>\n<figcaption><code>%s</code>",
	     run->instances[view->instance].name);
	print_kernels(page, row, view);
	html(page->out, "</figcaption>\n");
	print_reason(page, result);
	if (page->ladders)
		print_ladder(page, index, view);
	else
		html(page->out,
		     "<p class=\"note\">Not drawn, for there are many: <code>wirestate show "
		     "--from RESULT %s</code></p>\n",
		     run->instances[view->instance].name);
	if (result->pcap)
		html(page->out, "<p class=\"seen\"><b>Capture</b> <code>%s</code></p>\n",
		     result->pcap);
	if (result->evidence)
		html(page->out, "<p class=\"seen\"><b>Seen</b> %s</p>\n", result->evidence);
	print_reasons(page, first, view);
	/* another value of the same run is in the table beside it */
	if (view == first || view->run != first->run)
		print_measured(page, row, view);
	if (view == first)
		html_others(page, view->run, &row->cells[view->run], view->instance);
	html(page->out, "</figure>\n");
}

static const char *explanation(const struct matrix *matrix, const struct matrix_row *row,
			       const char *what)
{
	const char *text = "";

	for (size_t r = 0; r < matrix->run_count && !*text; r++)
		if (row->cells[r].from < row->cells[r].end)
			text = run_explanation(&matrix->runs[r], row->cells[r].from, what);
	return text;
}

static void print_explanation(const struct html *page, const struct matrix_row *row)
{
	static const char *const parts[][2] = {
		{"why", "Why"}, {"kernel", "In the kernel"}, {"advice", "What to do"}};

	html(page->out, "<dl class=\"why\">\n");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = explanation(page->matrix, row, parts[i][0]);

		if (*text)
			html(page->out, "<dt>%s</dt><dd>%s</dd>\n", parts[i][1], text);
	}
	if (row->claim->source && *row->claim->source)
		html(page->out, "<dt>Source</dt><dd>%s</dd>\n", row->claim->source);
	html(page->out, "</dl>\n");
}

void html_details(struct html *page, size_t index)
{
	const struct matrix_row *row = &page->matrix->rows[index];
	enum run_outcome outcome = matrix_outcome(page->matrix, index);
	struct view views[VIEWS_MOST];
	size_t left_out, count = choose(page->matrix, row, views, &left_out);

	html(page->out, "<details%s><summary>What happened%s</summary>\n<div class=\"views\">\n",
	     run_is_bad(outcome) ? " open" : "",
	     matrix_is_alike(page->matrix, index) || page->matrix->run_count == 1
		     ? ""
		     : ", on each kernel");
	for (size_t i = 0; i < count; i++)
		print_view(page, index, &views[0], &views[i]);
	html(page->out, "</div>\n");
	if (left_out)
		html(page->out, "<p class=\"note\">… and %zu more</p>\n", left_out);
	print_explanation(page, row);
	html(page->out, "</details>\n");
}
