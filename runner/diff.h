/* SPDX-License-Identifier: MIT */
/* What differs between two results, and why. */
#ifndef WIRESTATE_DIFF_H
#define WIRESTATE_DIFF_H

#include "runner/report.h"
#include "runner/store.h"

/**
 * Compare two results. The answer is what `wirestate diff --json` prints:
 *
 *   a, b          path, release, kernel, arch, hz of both
 *   sysctls       texts: those that both have with another value, and which only one has
 *   same          how many instances said the same in both
 *   explained, unexplained, appeared, vanished    how many did not, by the kind of difference
 *   differences   array of objects:
 *     id, sentence
 *     names       the instances of the claim with this same difference
 *     change      "outcome", "observation", "appeared" (only in B), "vanished" (only in A)
 *     because     texts: what the expectations rest on and differs too; empty: unexplained
 *     a, b        outcome, reason, observation (observation.h); null where it is not there
 *
 * @return a new reference, NULL when memory is out
 */
json_t *diff_make(const struct store *a, const struct store *b);

/** How many instances differ; `unexplained`: only those that nothing explains, and what is only in B
 *  does not count. */
size_t diff_count(const json_t *diff, bool unexplained);

/** The same for people: a summary, then each claim with both observations side by side. */
void diff_print(const json_t *diff, bool unexplained, const struct report_style *style, FILE *out);

/**
 * What two results rest on and is not the same: texts such as "\"tcp: …\" is in B only (in 6.18.33 and later)".
 * @param a, b their premises (struct run_result); NULL is none
 * @param a_name, b_name what the texts call them
 * @return a new array, empty when nothing is known
 */
json_t *diff_reasons(const json_t *a, const json_t *b, const char *a_name, const char *b_name);

#endif
