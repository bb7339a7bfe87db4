/* SPDX-License-Identifier: MIT */
/* Reading several stores. */
#include "runner/store_set.h"
#include <stdio.h>
#include <stdlib.h>

static bool add(struct store_set *set, const char *name)
{
	struct store *store = &set->stores[set->count];

	if (store_read(store, name)) {
		if (store_run(store, &set->runs[set->count])) {
			set->count++;
			return true;
		}
		fputs("wirestate: out of memory\n", stderr);
	}
	store_clear(store);
	return false;
}

struct store_set *store_set_read(const struct run_words *names)
{
	struct store_set *set = calloc(1, sizeof(*set));

	if (!set) {
		fputs("wirestate: out of memory\n", stderr);
		return NULL;
	}
	for (size_t i = 0; i < names->count; i++) {
		if (!add(set, names->word[i])) {
			store_set_free(set);
			return NULL;
		}
	}
	return set;
}

bool store_set_free(struct store_set *set)
{
	bool whole = true;

	for (size_t i = 0; i < set->count; i++) {
		whole = whole && !store_is_damaged(&set->stores[i]);
		store_run_clear(&set->runs[i]);
		store_clear(&set->stores[i]);
	}
	free(set);
	return whole;
}
