/* SPDX-License-Identifier: MIT */
/* From the events of a sandbox to the result of an instance. */
#ifndef WIRESTATE_OUTCOME_H
#define WIRESTATE_OUTCOME_H

#include <sys/resource.h>
#include "runner/result.h"

/** How a sandbox ended, beside its events. */
struct outcome_end {
	bool timed_out;
	double timeout;     /* seconds it was given */
	const char *output; /* what the claim wrote to stdout and stderr; "" */
	double seconds;     /* from the word go to the end of the claim */
	struct rusage usage;
};

/**
 * Judge one run of an instance.
 * @param events array of all events; the result takes a reference
 * @return a result with runs = 1; free with outcome_clear()
 */
struct run_result outcome_of(const struct run_instance *instance, json_t *events,
			     const struct outcome_end *end);

/** Add a repeated run to what is known: the worst is kept, the counts are added, `newer` is used up. */
void outcome_merge(struct run_result *kept, struct run_result *newer);

void outcome_clear(struct run_result *result);

/** The first event of that kind, or NULL; borrowed. */
json_t *outcome_event(const json_t *events, const char *kind);

/** A string member of an event; "" when it is not there. */
const char *outcome_text(const json_t *event, const char *member);

#endif
