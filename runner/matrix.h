/* SPDX-License-Identifier: MIT */
/*
 * Claim × kernel: what became of each claim in several runs, and which of them did the same. The table in
 * the terminal, the Markdown summary and the HTML report are made of it; a single run is one column.
 */
#ifndef WIRESTATE_MATRIX_H
#define WIRESTATE_MATRIX_H

#include "runner/result.h"

/** A claim in one run. */
struct matrix_cell {
	size_t from, end; /* its instances in that run; equal when it has none */
	enum run_outcome outcome;
	size_t counts[RUN_OUTCOMES];
	/* Of those that passed, 0: saw what the first of them saw, in the instances that passed in both; else
	 * how many other ways there were in the runs before. */
	unsigned kind;
};

struct matrix_row {
	const struct ws_claim *claim;   /* borrowed from the first run that has it */
	const struct ws_claim *chapter; /* may be NULL */
	struct matrix_cell *cells;      /* one for each run */
};

struct matrix {
	const struct run *runs; /* borrowed */
	size_t run_count;
	char **names; /* of the runs, run_names() */
	/* In the order of the first run; a claim that only later runs have stands at the end of its chapter. */
	struct matrix_row *rows;
	size_t row_count;
};

/** @return 0 or -ENOMEM; matrix_clear() has to be called in either case */
int matrix_make(struct matrix *matrix, const struct run *runs, size_t run_count);
void matrix_clear(struct matrix *matrix);

/** The end of the chapter that begins at row `from`. */
size_t matrix_chapter_end(const struct matrix *matrix, size_t from);

/** Does every run have this claim, did it pass, and see the same? */
bool matrix_is_alike(const struct matrix *matrix, size_t row);

/** The letter that marks a cell which passes in another way than those before it, from 'b'; 0: it does not. */
int matrix_letter(const struct matrix_cell *cell);

/** What everybody reads first: "3 of 7 failed on Linux 6.1.192", "All as expected on 2 kernels, …". */
void matrix_headline(const struct matrix *matrix, char *text, size_t size);

/** How many results there are, of all runs. */
size_t matrix_results(const struct matrix *matrix);

/** How many results of all runs have this outcome. */
size_t matrix_count(const struct matrix *matrix, enum run_outcome outcome);

/** Is there a result, did every run come to its end, and did something pass? */
bool matrix_is_whole(const struct matrix *matrix);

/** Was any run stopped before its end? */
bool matrix_interrupted(const struct matrix *matrix);

/** How many results of all runs failed or erred. */
size_t matrix_count_bad(const struct matrix *matrix);

/** The outcome of a claim in all runs: the worst if any failed or erred, else a pass if any passed, else
 *  skip or pending. */
enum run_outcome matrix_outcome(const struct matrix *matrix, size_t row);

#endif
