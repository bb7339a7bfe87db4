/* SPDX-License-Identifier: MIT */
/*
 * What a run knows: the instances that were planned and what became of each. The reports (console,
 * ledger, JUnit, JSON) read these structures only, never the kernel.
 */
#ifndef WIRESTATE_RESULT_H
#define WIRESTATE_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "suites/claim.h"

/** One claim on one family, link and sysctl value: one CUnit test, one sandbox. */
struct run_instance {
	const struct ws_claim *claim;
	const struct ws_claim *chapter; /* may be NULL */
	const char *family;             /* "ipv4", "ipv6", "mapped"; "" for a pure one */
	const char *link;               /* "wire", "loopback"; "" for a pure one */
	const char *sysctl;             /* that this instance sets; "" when it sets none */
	const char *value;              /* of it; "" */
	bool slow;
	size_t order; /* its place in the whole plan, whatever --shard left of it */
	char *name;   /* unique: "close.client-only/ipv4/wire", "….fin-timeout/ipv4/wire/5" */
};

/** What became of the *test*. */
enum run_outcome {
	RUN_PENDING, /* not run yet, or the run was stopped before it */
	RUN_PASS,
	RUN_FAIL,  /* an assertion did not hold */
	RUN_ERROR, /* signal, timeout, leak, or the harness failed */
	RUN_SKIP,  /* cannot be shown here; the reason says why */
	RUN_OUTCOMES,
};

/** The result of an instance. With --repeat the worst run is kept, and the counts of all. */
struct run_result {
	enum run_outcome outcome;
	int line;          /* of the assertion that failed; else the claim's */
	const char *file;  /* the same */
	char *reason;      /* FAIL, ERROR, SKIP: what happened; the first line stands alone */
	double seconds;    /* wall time of the claim, between built hosts and its end */
	double stall;      /* seconds for which the machine did not run the claim, see WS_STALL */
	double cpu;        /* processor time of its sandbox, start-up and tear-down included */
	unsigned checks;   /* assertions evaluated */
	unsigned runs;     /* how often it ran */
	unsigned bad_runs; /* how many of them did not pass */
	char *evidence;    /* one line: "S, R.; connect: ECONNREFUSED" */
	json_t *measured;  /* object of the texts of struct ws_measure, or NULL; owned */
	json_t *premises;  /* array of objects with "name", "value", "since"; or NULL; owned */
	char *transcript; /* tcpdump lines, states and calls between them; NULL: see run_transcript() */
	char *pcap;       /* path of the saved capture, or "not saved: …", or NULL */
	json_t *events; /* array of every event in order, or NULL; owned */
	const struct store
		*store; /* what it was read from and has the rest; NULL: it was run here */
};

/**
 * A fact about the run: kernel release, architecture, libraries, effective sysctls, seed. The
 * reports look for four names: "kernel" (6.18.44), "arch" (x86_64), "hostname" and "seed".
 */
struct run_fact {
	const char *name;
	char *value;
};

struct run {
	struct run_instance *instances;
	struct run_result *results; /* results[i] belongs to instances[i] */
	size_t count;
	json_t *explanations; /* object: claim id → texts "why", "kernel", "advice"; a reference */
	uint64_t matched;     /* bit i: the i-th filter matches an instance, --shard or not */
	size_t dealt;         /* instances that were planned before --shard took its part */
	struct run_fact *facts;
	size_t fact_count;
	const char
		*label; /* sets this run apart in JUnit reports that are read together, or NULL */
	bool extended;  /* JUnit reports with more than Jenkins' schema takes */
	double started; /* UNIX time */
	double seconds; /* wall time so far */
	size_t stalled; /* failures that were run again because the machine had stalled */
	bool interrupted;
};

extern const char *const run_outcome_names[RUN_OUTCOMES]; /* "pending", "pass", "fail", … */
extern const char *const run_verdict_names[]; /* "holds", "refuted", … by ws_verdict */

/** How many results have this outcome. */
size_t run_count(const struct run *run, enum run_outcome outcome);

/** The value of a fact, NULL when the run does not know it. */
const char *run_fact(const struct run *run, const char *name);

/** The kernel's release as a heading: "6.12.118"; "" when the run does not know it. */
const char *run_release(const struct run *run);

/**
 * What each of several runs is called in headings, labels and file names, and no other of them: "6.12.118", the
 * second of that kernel "6.12.118-2".
 * @return an array of `count` names, to be freed with run_names_free(); NULL when memory is out
 */
char **run_names(const struct run *runs, size_t count);
void run_names_free(char **names, size_t count);

/** The reason of a result that did not pass; words of our own when it gave none. Never empty. */
const char *run_reason(const struct run_result *result);

/** Why an instance's claim is so: one of "why", "kernel", "advice"; "" when nobody said. */
const char *run_explanation(const struct run *run, size_t index, const char *what);

/** Every event of an instance in order, the transcript as text, the observation (observation.h): of the
 *  result itself or out of the store. New references, NULL when memory is out; what was not kept is empty. */
json_t *run_events(const struct run *run, size_t index);
json_t *run_transcript(const struct run *run, size_t index);
json_t *run_observation(const struct run *run, size_t index);

/**
 * The instances are in plan order: those of a chapter, and within it those of a claim, follow
 * each other. These return the index after the last that shares from's chapter or claim.
 */
size_t run_chapter_end(const struct run *run, size_t from);
size_t run_claim_end(const struct run *run, size_t from);

/** The title of an instance's chapter; "claims" for one that has none. */
const char *run_chapter_title(const struct run_instance *instance);

/** Is it a failure or an error? */
bool run_is_bad(enum run_outcome outcome);

/** How many of them a run has. */
size_t run_count_bad(const struct run *run);

/** The worst of outcomes, given how many there are of each: a failure or error if any, else a pass if any
 *  passed, else skip or pending. */
enum run_outcome run_worst(const size_t counts[RUN_OUTCOMES]);

/** run_worst() of the instances [from, end); `counts` gets how many had each outcome. */
enum run_outcome run_fold(const struct run *run, size_t from, size_t end,
			  size_t counts[RUN_OUTCOMES]);

/** Where the instances [from, end) of a claim passed: "ipv4 ipv6 wire loopback" when that says it all, else
 *  "5/8". To be freed; NULL when memory is out. */
char *run_where(const struct run *run, size_t from, size_t end);

/** How easy an instance is to follow, from 0: IPv4 before others, the wire before loopback. */
int run_rank(const struct run_instance *instance);

/** The instance of [from, end), which is not empty, that tells most: of those with the worst outcome the one
 *  that is easiest to follow. */
size_t run_best(const struct run *run, size_t from, size_t end);

#endif
