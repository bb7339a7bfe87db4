/* SPDX-License-Identifier: MIT */
/* wirestate table: claim × kernel. */
#include "runner/commands.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runner/options.h"
#include "runner/outcome.h"
#include "runner/page.h"
#include "runner/store.h"

enum { COLUMN = 10, MARGIN = 2 };

struct table {
	struct page page;
	struct store stores[RUN_LIST_MAX];
	size_t count;
	json_t *ids; /* object: claim id → null, in the order of the plan */
};

/* What became of a claim on one kernel: the worst of its instances. */
struct cell {
	size_t instances;
	enum run_outcome outcome;
	unsigned
		kind; /* 0: did what the first kernel did; else how many other ways there were before */
};

static enum run_outcome outcome_of_result(const json_t *result)
{
	for (int i = 0; i < RUN_OUTCOMES; i++)
		if (strcmp(run_outcome_names[i], outcome_text(result, "outcome")) == 0)
			return (enum run_outcome)i;
	return RUN_PENDING;
}

static bool worse(enum run_outcome a, enum run_outcome b)
{
	static const int badness[RUN_OUTCOMES] = {
		[RUN_PENDING] = 0, [RUN_SKIP] = 1, [RUN_PASS] = 2, [RUN_FAIL] = 3, [RUN_ERROR] = 4,
	};

	return badness[a] > badness[b];
}

static struct cell fold(const struct store *store, const char *id)
{
	struct cell cell = {.outcome = RUN_PENDING};
	const json_t *result;
	size_t i;

	json_array_foreach (store->results, i, result) {
		if (strcmp(outcome_text(result, "id"), id) != 0)
			continue;
		cell.instances++;
		if (worse(outcome_of_result(result), cell.outcome))
			cell.outcome = outcome_of_result(result);
	}
	return cell;
}

/* Did two kernels do the same in every instance of a claim that both ran? */
static bool same(const struct store *a, const struct store *b, const char *id)
{
	const json_t *result, *other;
	bool equal = true;
	size_t i;

	json_array_foreach (a->results, i, result) {
		other = strcmp(outcome_text(result, "id"), id) == 0
				? store_find(b, outcome_text(result, "name"))
				: NULL;
		equal = equal && (!other || store_same(a, result, b, other));
	}
	return equal;
}

/* Number the ways in which the kernels behave, in the order of their first appearance. */
static void number_kinds(const struct table *table, const char *id, struct cell *cells)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < table->count; i++) {
		size_t known = 0;

		if (cells[i].outcome != RUN_PASS)
			continue;
		while (known < i && !(cells[known].outcome == RUN_PASS &&
				      same(&table->stores[known], &table->stores[i], id)))
			known++;
		cells[i].kind = known < i ? cells[known].kind : kinds++;
	}
}

static void print_cell(const struct table *table, const struct cell *cell, bool last)
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
	const struct page *page = &table->page;
	char text[32];
	int used;

	snprintf(text, sizeof(text), "%s",
		 page->style->utf8 ? marks[cell->outcome].utf8 : marks[cell->outcome].ascii);
	if (cell->outcome == RUN_PASS && cell->kind)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %c",
			 (int)('a' + (cell->kind < 26 ? cell->kind : 25)));
	used = page_string(page,
			   cell->kind && cell->outcome == RUN_PASS ? PAINT_YELLOW
								   : marks[cell->outcome].paint,
			   text);
	if (!last)
		page_spaces(page, COLUMN - used);
}

static int id_width(const struct table *table)
{
	int widest = 0;
	const char *id;
	json_t *unused;

	json_object_foreach(table->ids, id, unused) if ((int)strlen(id) > widest) widest =
		(int)strlen(id);
	return widest;
}

static void print_row(const struct table *table, const char *id, int width)
{
	struct cell cells[RUN_LIST_MAX];

	for (size_t i = 0; i < table->count; i++)
		cells[i] = fold(&table->stores[i], id);
	number_kinds(table, id, cells);
	page_spaces(&table->page, width + MARGIN - page_string(&table->page, PAINT_PLAIN, id));
	for (size_t i = 0; i < table->count; i++)
		print_cell(table, &cells[i], i + 1 == table->count);
	fputc('\n', table->page.out);
}

static void print(const struct table *table)
{
	int width = id_width(table);
	const char *id;
	json_t *unused;

	page_spaces(&table->page, width + MARGIN);
	for (size_t i = 0; i < table->count; i++)
		page_spaces(&table->page, COLUMN - page_string(&table->page, PAINT_BOLD,
							       store_release(&table->stores[i])));
	fputc('\n', table->page.out);
	json_object_foreach(table->ids, id, unused) print_row(table, id, width);
	fputs("\nA letter: that kernel passes in another way than those before it; `wirestate "
	      "diff` "
	      "tells how.\n",
	      table->page.out);
}

static void collect_ids(struct table *table)
{
	const json_t *result;
	size_t i;

	table->ids = json_object();
	for (size_t s = 0; s < table->count; s++)
		json_array_foreach (table->stores[s].results, i, result)
			json_object_set_new(table->ids, outcome_text(result, "id"), json_null());
}

int command_table(int argc, char **argv)
{
	struct run_options options;
	struct report_style style;
	struct table table = {.count = 0};
	int status = EXIT_CANNOT_RUN;

	options_read(&options, argc, argv);
	style = report_style(STDOUT_FILENO, 0);
	table.page = (struct page){&style, stdout};
	if (!options.filters.count)
		fputs("wirestate: a table of what? as in: wirestate table 5.10 6.12\n", stderr);
	while (table.count < options.filters.count &&
	       store_read(&table.stores[table.count], options.filters.word[table.count]))
		table.count++;
	if (table.count && table.count == options.filters.count) {
		collect_ids(&table);
		print(&table);
		status =
			fflush(stdout) == 0 && !ferror(stdout) ? EXIT_AS_EXPECTED : EXIT_CANNOT_RUN;
	}
	for (size_t i = 0; i < RUN_LIST_MAX; i++) {
		if (store_is_damaged(&table.stores[i]))
			status = EXIT_CANNOT_RUN;
		store_clear(&table.stores[i]);
	}
	json_decref(table.ids);
	return status;
}
