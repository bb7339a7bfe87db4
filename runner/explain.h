/* SPDX-License-Identifier: MIT */
/* Why claims are so: what suites/explain.h holds, in the form in which a run and its store keep it. */
#ifndef WIRESTATE_RUNNER_EXPLAIN_H
#define WIRESTATE_RUNNER_EXPLAIN_H

#include "runner/result.h"

/**
 * The explanations of the claims of a run that are linked into this program.
 * @return a new object: claim id → object of texts "why", "kernel", "advice"; NULL when memory is out
 */
json_t *explain_claims(const struct run *run);

#endif
