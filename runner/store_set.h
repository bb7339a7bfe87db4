/* SPDX-License-Identifier: MIT */
/* Several results that a subcommand takes together: shards of one run, kernels of a matrix. */
#ifndef WIRESTATE_STORE_SET_H
#define WIRESTATE_STORE_SET_H

#include "runner/options.h"
#include "runner/store.h"

struct store_set {
	struct store stores[RUN_LIST_MAX];
	struct run runs[RUN_LIST_MAX]; /* runs[i] wrote stores[i], and borrows from it */
	size_t count;
};

/**
 * Read the stores that the words name (store_read()), in their order.
 * @return the set, to be freed with store_set_free() after use; NULL after saying on stderr what is wrong
 */
struct store_set *store_set_read(const struct run_words *names);

/** Free it. Returns false when something in a store could not be read: see store_is_damaged(). */
bool store_set_free(struct store_set *set);

#endif
