/* SPDX-License-Identifier: MIT */
/*
 * Where every assertion ends: it is told to the observer, explained when it failed, and handed to
 * CUnit's CU_assertImplementation(), so that every CUnit runner works with it.
 */
#ifndef WIRESTATE_JUDGE_H
#define WIRESTATE_JUDGE_H

#include <stdbool.h>
#include "scene.h"

/** Where in the source an assertion stands. */
struct ws_place {
	const char *file, *function;
	unsigned line;
	const char *text; /* the assertion as written */
};

/** The place of the caller, for code that is not a macro. */
#define WS_HERE (&(const struct ws_place){__FILE__, __func__, __LINE__, __func__})

/** The place of an ASSERT_ macro's use, with its text. */
#define WS_PLACE(text_) (&(const struct ws_place){__FILE__, __func__, __LINE__, text_})

/** What a runner may want to hear, at the time it happens. Members may be NULL. */
struct ws_observer {
	void (*judged)(bool passed, const struct ws_place *place, const char *text);
	void (*state)(const struct ws_endpoint *endpoint); /* the last of its path is new */
	void (*timer)(const struct ws_endpoint *endpoint); /* its last.timer is another */
	void (*call)(const struct ws_call *call);
	void (*segment)(const struct ws_entry *entry); /* was sent: the newest of the transcript */
	void (*fate)(const struct ws_entry *entry);    /* was delivered, dropped, injected */
	void (*skipped)(const char *reason);
	void (*premise)(const struct ws_premise *premise);
	void (*waits)(double seconds); /* for a timer, it seems: that long at most */
	/** Called in place of CU_assertImplementation() when set (self-tests). */
	void (*verdict)(bool passed, const struct ws_place *place, const char *text);
};

extern const struct ws_observer *ws_observer;

/**
 * Judge an assertion. When it failed the message is completed with the transcript, both sockets
 * and how to run it again, and the test ends here: CUnit longjmps out of it.
 * @param format what was expected and what was seen; used only when !passed
 */
void ws_judge(bool passed, const struct ws_place *place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Fail without a condition: ws_judge() with false, which does not return. */
void ws_fail(const struct ws_place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/**
 * The claim cannot be shown here: end the test without a verdict. Under a runner that knows
 * skipping it becomes a SKIP with the reason; under plain CUnit it is a failure that says so,
 * because CUnit knows no third outcome and a pass would be a lie.
 */
void ws_skip(const struct ws_place *place, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/** ws_skip() with the place filled in: SKIP("no /dev/net/tun"). */
#define SKIP(...) ws_skip(WS_PLACE("SKIP"), __VA_ARGS__)

#endif
