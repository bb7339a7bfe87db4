/* SPDX-License-Identifier: MIT */
/*
 * To prove that an assertion fails when it should:
 *
 *   EXPECT_FAILURE(ASSERT_CLIENT_STATE(TCP_LISTEN), "expected client LISTEN, seen ESTAB");
 */
#ifndef WIRESTATE_SELF_H
#define WIRESTATE_SELF_H

#include <setjmp.h>
#include "asserts/judge.h"

/**
 * The statement must fail (or skip), soon, with a message that contains each of the texts that
 * follow. The message of an assertion must also name the assertion and show the transcript, both
 * sockets and how to run it again. Nothing that is to fail needs longer than 0.02 s: the events of a wire
 * happen inside the calls.
 */
#define EXPECT_FAILURE(statement, ...) EXPECT_FAILURE_WITHIN(0.02, statement, __VA_ARGS__)

/** The same of one that must see something happen before it fails: waits have this deadline, seconds. */
#define EXPECT_FAILURE_WITHIN(seconds, statement, ...)                                             \
	do {                                                                                       \
		self_failure_begin(seconds);                                                       \
		if (setjmp(self_failed) == 0) {                                                    \
			statement;                                                                 \
		}                                                                                  \
		self_failure_end(WS_PLACE("EXPECT_FAILURE(" #statement ")"), #statement,           \
				 (const char *const[]){__VA_ARGS__, NULL});                        \
	} while (0)

/* What stands behind the macro. */
extern jmp_buf self_failed;
void self_failure_begin(double deadline);
void self_failure_end(const struct ws_place *place, const char *statement,
		      const char *const texts[]);

#endif
