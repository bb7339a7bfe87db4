/* SPDX-License-Identifier: MIT */
/* Which instances are run: claims × families × links × sysctl values, filtered. */
#ifndef WIRESTATE_PLAN_H
#define WIRESTATE_PLAN_H

#include "runner/options.h"
#include "runner/result.h"

/**
 * Fill run->instances and run->results in the article's order.
 * @return true; false after saying on stderr which filter or tag matches nothing
 */
bool plan_make(struct run *run, const struct run_options *options);

/**
 * Do the filters, tags and families of the command line take this instance, which comes after `before`
 * (NULL: the first) among those taken? With options->show one of a claim is enough, unless a filter names
 * instances.
 */
bool plan_takes(const struct run_instance *instance, const struct run_instance *before,
		const struct run_options *options);

/**
 * The claim with this id that is linked into this program, NULL when there is none.
 * @param chapter set to the chapter it stands in, NULL for none; may be NULL
 */
const struct ws_claim *plan_claim(const char *id, const struct ws_claim **chapter);

/** Free the instances and results. */
void plan_clear(struct run *run);

/**
 * The order in which instances are started: those that wait for long timers first, so that the run
 * ends about when the longest does; else as planned, or shuffled by the seed.
 * @param order run->count indices
 */
void plan_order(const struct run *run, bool shuffle, unsigned long seed, size_t *order);

/** Does an instance carry a tag, by its claim or, "slow", by its value? */
bool plan_has_tag(const struct run_instance *instance, const char *tag);

/** Seconds an instance spends waiting for kernel timers, as far as it says; 0 for most. */
double plan_waits(const struct run_instance *instance);

/** The same, but 0 where that is not to be told to anybody: a sysctl is set that the claim follows. */
double plan_waits_with(const struct run_instance *instance, const struct run_options *options);

#endif
