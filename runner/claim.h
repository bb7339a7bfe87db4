/* SPDX-License-Identifier: MIT */
/* What happens inside a sandbox: one instance is run as the CUnit test it is. */
#ifndef WIRESTATE_RUNNER_CLAIM_H
#define WIRESTATE_RUNNER_CLAIM_H

#include <CUnit/CUnit.h>
#include "runner/options.h"
#include "runner/result.h"
#include "runner/sandbox.h"

/** An instance with its CUnit test: the argument of claim_body(). */
struct claim_job {
	const struct run_instance *instance;
	const struct run_options *options;
	CU_pSuite suite;
	CU_pTest test;
	char *again; /* the command that runs just this instance again */
};

/**
 * The instances become CUnit's registry: a suite a chapter, a test an instance.
 * @param jobs run->count of them, all zero
 * @return 0 or a negative errno; claim_jobs_clear() has to be called in either case
 */
int claim_jobs_make(struct claim_job *jobs, const struct run *run,
		    const struct run_options *options);

/** Free the jobs and the registry. */
void claim_jobs_clear(struct claim_job *jobs, size_t count);

/** A sandbox_body: the argument is a struct claim_job. */
void claim_body(int events, int go, const void *argument);

/** A sandbox_body that collects facts: effective sysctls of a new host. The argument is a struct
 *  run_options. */
void facts_body(int events, int go, const void *argument);

/** The command line that runs this instance again, malloc'd; NULL when memory is out. */
char *claim_again(const struct run_instance *instance, const struct run_options *options);

#endif
