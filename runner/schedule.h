/* SPDX-License-Identifier: MIT */
/*
 * Running a plan: many sandboxes at once.
 *
 * Building a sandbox and taking it down costs little work and much waiting (for RCU grace periods,
 * in opening and closing a capture), so the next ones are built while others run. At most `jobs`
 * claims that compute run at a time; claims that wait for a kernel timer run beside them.
 */
#ifndef WIRESTATE_SCHEDULE_H
#define WIRESTATE_SCHEDULE_H

#include "runner/options.h"
#include "runner/report.h"

/** Told at each end of an instance; may be NULL. */
typedef void (*schedule_ended)(struct run *run, size_t index, void *context);

/**
 * Keep SIGINT, SIGTERM and SIGHUP from ending the program: they become readable from the descriptor
 * that is returned. To be called before anything is started. Negative, with errno, on failure.
 */
int schedule_signals(void);

/**
 * Run all instances, --repeat times. Results are in run->results afterwards. SIGINT and SIGTERM
 * stop the run: what runs is killed, what did not run stays RUN_PENDING, run->interrupted is set.
 * @param console where the progress is shown
 * @param signals from schedule_signals()
 * @return 0 or a negative errno when no sandbox could be started and none was there to wait for
 */
int schedule_run(struct run *run, const struct run_options *options,
		 const struct report_style *style, FILE *console, int signals, schedule_ended ended,
		 void *context);

#endif
