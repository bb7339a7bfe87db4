/* SPDX-License-Identifier: MIT */
/* From the linker section of explanations to what a run keeps. */
#include "runner/explain.h"
#include <string.h>
#include "suites/explain.h"

static const struct ws_explanation *find(const char *id)
{
	for (const struct ws_explanation *const *at = __start_ws_explanations;
	     at < __stop_ws_explanations; at++)
		if (strcmp((*at)->id, id) == 0)
			return *at;
	return NULL;
}

json_t *explain_claims(const struct run *run)
{
	json_t *all = json_object();

	for (size_t from = 0; from < run->count; from = run_claim_end(run, from)) {
		const char *id = run->instances[from].claim->id;
		const struct ws_explanation *one = find(id);

		if (one)
			json_object_set_new(all, id,
					    json_pack("{s:s*, s:s*, s:s*}", "why", one->why,
						      "kernel", one->kernel, "advice",
						      one->advice));
	}
	return all;
}
