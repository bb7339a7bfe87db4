/* SPDX-License-Identifier: MIT */
/* What a run was made with: kernel, libraries, command line, effective sysctls. */
#ifndef WIRESTATE_FACTS_H
#define WIRESTATE_FACTS_H

#include "runner/options.h"
#include "runner/result.h"

/**
 * Fill run->facts. The sysctls come from a new host, where --sysctl was applied; so this is also
 * the first proof that hosts can be built.
 * @param missing set to what this machine does not offer (to be freed), when that is why
 * @return true; false after saying on stderr why claims cannot be run here, with the remedy
 */
bool facts_collect(struct run *run, const struct run_options *options, char **missing);

void facts_clear(struct run *run);

#endif
