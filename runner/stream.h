/* SPDX-License-Identifier: MIT */
/*
 * The stream of events from a sandbox to the runner: JSON, one object a line, written at once so
 * that what was seen before a crash is not lost. The first member is "event":
 *
 *   ready                       the hosts are built; the claim waits for the word go
 *   cannot   why, error         the hosts cannot be built here
 *   start    realtime           time 0 of this claim, as UNIX time
 *   call     at, who, what, result, error, text     "connect() = -1 EINPROGRESS"
 *            began: for one that waited
 *   segment  at, number, from, text, bytes (hex), length
 *   fate     number, fate, client, server     what became of it; both states afterwards
 *            at: when it was handed over to the other host
 *   state    at, of, state
 *   timer    at, of, timer       which is armed from here on, as ss names it: "on", "keepalive"; "" none
 *   check    passed, file, line, text         an assertion was judged
 *   skip     why
 *   premise  name, value, since  what an expectation rests on, see struct ws_premise
 *   waits    seconds             from now on for a timer, that long at most
 *   fact     name, value
 *   done     checks, stall, evidence, measured, transcript, failure, client, server, open
 *            client, server: the last states; open: what the patterns left to chance, "" nothing,
 *            "repeats" (MAY_REPEAT), "packets" (MAY_MERGE, MAY_MISS,
 *            a buffer that was filled)
 *   closed   descriptors        hosts and link are taken down; how many descriptors are left open
 *   exit     status, left                     by the sandbox's init: wait status, processes left
 *
 * Times are seconds since the claim was let go.
 */
#ifndef WIRESTATE_STREAM_H
#define WIRESTATE_STREAM_H

#include <jansson.h>
#include "asserts/judge.h"

/** The observer that writes every event to `fd`. */
const struct ws_observer *stream_observer(int fd);

/** The exit status of a process that could not tell an event: memory is out, or somebody closed the
 *  descriptor. */
enum { STREAM_LOST = 122 };

/** Write one event; takes the reference. Failing to write ends the process with STREAM_LOST. */
void stream_event(int fd, json_t *event);

#endif
