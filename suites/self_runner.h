/* SPDX-License-Identifier: MIT */
/* Running this very program inside a self-test, on the claims of misbehave.c. */
#ifndef WIRESTATE_SELF_RUNNER_H
#define WIRESTATE_SELF_RUNNER_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

/** The last run: what it wrote and how it ended. Freed by the next, or with the process. */
extern struct self_ran {
	int status; /* of exit(), or minus the signal */
	double seconds;
	long peak; /* resident memory, KiB */
	char *out, *err;
	json_t *json; /* the report; NULL when there is none that can be parsed */
} self_ran;

/** An own /tmp, empty, and the working directory; it goes with the claim's process. */
void given_own_tmp(void);

/** How the next run differs from a plain one; put back by every run. */
struct self_how {
	const char *out;     /* a path instead of /tmp/out */
	const char *err;     /* the same for standard error */
	bool close_output;   /* without a standard output at all */
	bool ignore_sigchld; /* started by somebody who ignores the end of his children */
	uid_t user;          /* 0: the same */
	const char *command; /* another than `run --json report.json` */
};
extern struct self_how self_how;

/** `selftest run --json report.json WORDS…`; waits for its end. */
#define RUN_SELF(...) self_run((const char *const[]){__VA_ARGS__, NULL})
void self_run(const char *const *words);

/** Another subcommand: `selftest diff WORDS…`. */
#define RUN_COMMAND(command_, ...) (self_how.command = (command_), RUN_SELF(__VA_ARGS__))

/** The same in two steps. */
#define START_SELF(...) self_start((const char *const[]){__VA_ARGS__, NULL})
pid_t self_start(const char *const *words);
void self_await(pid_t pid);

/** A FIFO for what the claims tell that run or hang; given_own_tmp() goes before. */
void given_teller(void);

/** Close it again. */
void drop_teller(void);

/** Wait until this was told. */
void await_told(const char *text);

/** What was told so far. */
const char *told(void);
void forget_told(void);

/**
 * JSON lines (runner/STORE.md) as one document: the head, with the results as "instances" and in each what
 * belongs to it. Reads them in its own way, so that store.c is not its own judge.
 * @return a new reference; NULL when a line is no JSON object or the head is missing
 */
json_t *self_read_lines(const char *text);

/** From the JSON report: an instance, its outcome and reason; NULL or "" when it is not there. */
json_t *self_instance(const char *name);
const char *self_text(const char *name, const char *member);

/** How many events of a kind it has. */
size_t self_events(const char *name, const char *kind);

/** Assert what became of instances. */
struct self_expected {
	const char *name, *outcome;
	const char *reason; /* which it contains */
};
void self_expect(const struct self_expected *expected, size_t count);
#define EXPECT(...)                                                                                \
	self_expect((const struct self_expected[]){__VA_ARGS__},                                   \
		    sizeof((const struct self_expected[]){__VA_ARGS__}) /                          \
			    sizeof(struct self_expected))

/** Assert the exit status and a piece of stderr. */
void self_expect_end(int status, const char *text);

#endif
