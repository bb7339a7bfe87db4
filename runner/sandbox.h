/* SPDX-License-Identifier: MIT */
/*
 * A sandbox: the process in which one claim runs.
 *
 *   runner ── init (pid 1 of a PID namespace) ── claim (pid 2) ── children of the claim
 *
 * An ordinary user's sandbox is also a user namespace. Init does nothing but wait for the claim and
 * report how it ended. When it dies the kernel kills everything in the PID namespace, and it dies
 * with the runner (PR_SET_PDEATHSIG), so nothing outlives a run. Network namespaces have no name
 * and go with their processes. The claim builds its hosts, says "ready" and waits for the word go,
 * so that the runner can have the next ones built while others run.
 */
#ifndef WIRESTATE_SANDBOX_H
#define WIRESTATE_SANDBOX_H

#include <sys/resource.h>
#include <sys/types.h>
#include "runner/options.h"

struct sandbox {
	pid_t pid; /* init, seen from the runner */
	int pidfd;
	int events; /* read end of the event stream, see stream.h; non-blocking */
	int go;     /* write end */
	int output; /* memory file with what the claim wrote to stdout and stderr */
};

/** What the claim process runs: builds, announces itself with "ready", calls sandbox_await_go(),
 *  does its work and returns. */
typedef void (*sandbox_body)(int events, int go, const void *argument);

/**
 * Start one.
 * @return 0 or a negative errno; fx_namespace_problem() has words for it
 */
int sandbox_start(struct sandbox *sandbox, sandbox_body body, const void *argument);

/** In the claim: wait for the word go and move to the CPU it names. */
void sandbox_await_go(int go);

/** In the runner: let it run, on this CPU. */
void sandbox_let_go(struct sandbox *sandbox, unsigned cpu);

/** Kill everything in it. */
void sandbox_kill(struct sandbox *sandbox);

/** Wait for its end and close the descriptors. `usage` gets what all its processes used. */
void sandbox_reap(struct sandbox *sandbox, struct rusage *usage);

#endif
