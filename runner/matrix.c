/* SPDX-License-Identifier: MIT */
/* Claim × kernel. */
#include "runner/matrix.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/observation.h"
#include "runner/text.h"

static bool same_chapter(const struct ws_claim *a, const struct ws_claim *b)
{
	return a == b || (a && b && strcmp(a->says, b->says) == 0);
}

/* Where a claim goes that the runs before did not have. */
static size_t place_for(const struct matrix *matrix, const struct ws_claim *chapter)
{
	size_t place = matrix->row_count;

	while (place > 0 && !same_chapter(matrix->rows[place - 1].chapter, chapter))
		place--;
	return place > 0 ? place : matrix->row_count;
}

static bool add_row(struct matrix *matrix, const struct run_instance *instance)
{
	size_t place = place_for(matrix, instance->chapter);
	struct matrix_row *rows = reallocarray(matrix->rows, matrix->row_count + 1, sizeof(*rows));
	struct matrix_row row = {
		.claim = instance->claim,
		.chapter = instance->chapter,
		.cells = calloc(matrix->run_count, sizeof(*row.cells)),
	};

	if (rows)
		matrix->rows = rows;
	if (!rows || !row.cells) {
		free(row.cells);
		return false;
	}
	memmove(&rows[place + 1], &rows[place], (matrix->row_count - place) * sizeof(*rows));
	rows[place] = row;
	matrix->row_count++;
	return true;
}

/* Rows by claim: id → index. */
static json_t *index_rows(const struct matrix *matrix)
{
	json_t *index = json_object();

	for (size_t i = 0; i < matrix->row_count; i++)
		json_object_set_new(index, matrix->rows[i].claim->id, json_integer((json_int_t)i));
	return index;
}

static bool add_claims(struct matrix *matrix, const struct run *run)
{
	json_t *known = index_rows(matrix);
	bool added = known != NULL;

	for (size_t from = 0; from < run->count && added; from = run_claim_end(run, from))
		if (!json_object_get(known, run->instances[from].claim->id))
			added = add_row(matrix, &run->instances[from]) &&
				json_object_set_new(known, run->instances[from].claim->id,
						    json_null()) == 0;
	json_decref(known);
	return added;
}

static bool fill_cells(struct matrix *matrix, size_t column)
{
	const struct run *run = &matrix->runs[column];
	json_t *rows = index_rows(matrix);

	for (size_t from = 0, end; from < run->count && rows; from = end) {
		json_t *row = json_object_get(rows, run->instances[from].claim->id);
		struct matrix_cell *cell = &matrix->rows[json_integer_value(row)].cells[column];

		end = run_claim_end(run, from);
		*cell = (struct matrix_cell){.from = from, .end = end};
		cell->outcome = run_fold(run, from, end, cell->counts);
	}
	json_decref(rows);
	return rows != NULL;
}

/* What the instances of a claim that passed saw in one run, by their names. */
static json_t *observations(const struct run *run, const struct matrix_cell *cell)
{
	json_t *object = json_object();

	for (size_t i = cell->from; i < cell->end; i++)
		if (run->results[i].outcome == RUN_PASS)
			json_object_set_new(object, run->instances[i].name,
					    run_observation(run, i));
	return object;
}

/* Did two runs see the same in every instance that both have? */
static bool same(const json_t *a, const json_t *b)
{
	const json_t *observation, *other;
	const char *name;

	json_object_foreach((json_t *)a, name, observation)
	{
		other = json_object_get(b, name);
		if (other && !observation_equals(observation, other))
			return false;
	}
	return true;
}

/* Number the ways in which a claim passes, in the order of their first appearance. */
static bool number_kinds(const struct matrix *matrix, struct matrix_row *row)
{
	json_t **seen = calloc(matrix->run_count, sizeof(json_t *)); /* by the first of each kind */
	unsigned kinds = 0;

	for (size_t i = 0; i < matrix->run_count && seen; i++) {
		struct matrix_cell *cell = &row->cells[i];
		json_t *own;

		if (cell->outcome != RUN_PASS)
			continue;
		own = observations(&matrix->runs[i], cell);
		while (cell->kind < kinds && !same(seen[cell->kind], own))
			cell->kind++;
		if (cell->kind == kinds)
			seen[kinds++] = json_incref(own);
		json_decref(own);
	}
	for (unsigned i = 0; i < kinds; i++)
		json_decref(seen[i]);
	free(seen);
	return seen != NULL;
}

int matrix_make(struct matrix *matrix, const struct run *runs, size_t run_count)
{
	bool made;

	*matrix = (struct matrix){.runs = runs, .run_count = run_count};
	matrix->names = run_names(runs, run_count);
	made = matrix->names != NULL;
	for (size_t i = 0; i < run_count && made; i++)
		made = add_claims(matrix, &runs[i]);
	for (size_t i = 0; i < run_count && made; i++)
		made = fill_cells(matrix, i);
	/* with nothing to compare to nobody need read what was seen */
	for (size_t i = 0; i < matrix->row_count && made && run_count > 1; i++)
		made = number_kinds(matrix, &matrix->rows[i]);
	return made ? 0 : -ENOMEM;
}

void matrix_clear(struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->row_count; i++)
		free(matrix->rows[i].cells);
	free(matrix->rows);
	run_names_free(matrix->names, matrix->run_count);
	*matrix = (struct matrix){0};
}

size_t matrix_chapter_end(const struct matrix *matrix, size_t from)
{
	size_t end = from;

	while (end < matrix->row_count &&
	       same_chapter(matrix->rows[end].chapter, matrix->rows[from].chapter))
		end++;
	return end;
}

bool matrix_is_alike(const struct matrix *matrix, size_t row)
{
	for (size_t i = 0; i < matrix->run_count; i++) {
		const struct matrix_cell *cell = &matrix->rows[row].cells[i];

		if (cell->from == cell->end || cell->outcome != RUN_PASS || cell->kind)
			return false;
	}
	return true;
}

int matrix_letter(const struct matrix_cell *cell)
{
	if (cell->outcome != RUN_PASS || !cell->kind)
		return 0;
	return 'a' + (int)(cell->kind < 26 ? cell->kind : 25);
}

size_t matrix_results(const struct matrix *matrix)
{
	size_t count = 0;

	for (size_t i = 0; i < matrix->run_count; i++)
		count += matrix->runs[i].count;
	return count;
}

size_t matrix_count(const struct matrix *matrix, enum run_outcome outcome)
{
	size_t count = 0;

	for (size_t i = 0; i < matrix->run_count; i++)
		count += run_count(&matrix->runs[i], outcome);
	return count;
}

bool matrix_interrupted(const struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->run_count; i++)
		if (matrix->runs[i].interrupted)
			return true;
	return false;
}

bool matrix_is_whole(const struct matrix *matrix)
{
	return matrix_count(matrix, RUN_PASS) > 0 && matrix_count(matrix, RUN_PENDING) == 0 &&
	       !matrix_interrupted(matrix);
}

void matrix_headline(const struct matrix *matrix, char *text, size_t size)
{
	size_t bad = matrix_count_bad(matrix), passed = matrix_count(matrix, RUN_PASS);
	size_t all = matrix_results(matrix);

	if (bad)
		snprintf(text, size, "%zu of %zu failed", bad, all);
	else if (!passed)
		snprintf(text, size, "Nothing was shown");
	else if (!matrix_is_whole(matrix))
		snprintf(text, size, "%zu of %zu done, as expected,", passed, all);
	else
		snprintf(text, size, "All as expected");
	if (matrix->run_count == 1)
		text_append(text, size, " on Linux %s", matrix->names[0]);
	else
		text_append(text, size, " on %zu kernels, Linux %s to %s", matrix->run_count,
			    matrix->names[0], matrix->names[matrix->run_count - 1]);
}

size_t matrix_count_bad(const struct matrix *matrix)
{
	size_t bad = 0;

	for (size_t i = 0; i < matrix->run_count; i++)
		bad += run_count_bad(&matrix->runs[i]);
	return bad;
}

enum run_outcome matrix_outcome(const struct matrix *matrix, size_t row)
{
	size_t counts[RUN_OUTCOMES] = {0};

	for (size_t i = 0; i < matrix->run_count; i++)
		if (matrix->rows[row].cells[i].from < matrix->rows[row].cells[i].end)
			counts[matrix->rows[row].cells[i].outcome]++;
	return run_worst(counts);
}
