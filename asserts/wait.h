/* SPDX-License-Identifier: MIT */
/*
 * Waiting for something to become true: never a sleep, always with a deadline.
 */
#ifndef WIRESTATE_WAIT_H
#define WIRESTATE_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/** Seconds that an assertion waits for its event. A real event takes microseconds; this is for a
 *  machine that is busy with something else. Set it before an assertion to change it. */
extern double ws_deadline;

/** CLOCK_MONOTONIC in nanoseconds. */
int64_t ws_now(void);

/**
 * Settle the scene until `done` says true or the time is over. Between two looks it waits for the
 * next packet, at most a few milliseconds: state changes by timers announce themselves in no other
 * way.
 * @param seconds from now
 * @return the last answer of `done`
 */
bool ws_wait(bool (*done)(void *context), void *context, double seconds);

/**
 * ws_wait() for something that a timer is expected to bring after `expected` seconds: until shortly before,
 * it looks only a few times, at half of what is left. What comes too early is seen, but not exactly.
 */
bool ws_wait_expecting(bool (*done)(void *context), void *context, double seconds, double expected);

/**
 * How much later than asked a timer of `seconds` may fire: the granularity of the kernel's timer
 * wheel (kernel/time/timer.c) at this kernel's HZ, and two ticks. Seconds.
 */
double ws_timer_slack(double seconds);

/** The kernel's CONFIG_HZ, seen as the resolution of CLOCK_MONOTONIC_COARSE. */
long ws_hz(void);

#endif
