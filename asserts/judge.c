/* SPDX-License-Identifier: MIT */
/* Where every assertion ends. */
#include "asserts/judge.h"
#include "asserts/kernel.h"
#include "asserts/wait.h"
#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ws_observer *ws_observer;

/* A failed assertion is a longjmp out of the test: the message cannot be allocated. */
static char message[32768];

/* What is expected of a kernel by its version may be wrong of one that was patched. */
static void explain_premises(FILE *out)
{
	for (size_t i = 0; i < ws_scene->premise_count; i++) {
		const struct ws_premise *premise = &ws_scene->premises[i];

		if (*premise->since)
			fprintf(out,
				"  expected of Linux %s, which has %s\"%s\" (in %s and later)\n",
				ws_kernel_release(), strcmp(premise->value, "yes") ? "not " : "",
				premise->name, premise->since);
		else
			fprintf(out, "  expected with %s %s\n", premise->name, premise->value);
	}
}

static void __attribute__((format(printf, 2, 0)))
explain(const struct ws_place *place, const char *format, va_list args)
{
	FILE *out = fmemopen(message, sizeof(message), "w");

	if (!out) {
		vsnprintf(message, sizeof(message), format, args);
		return;
	}
	vfprintf(out, format, args);
	fprintf(out, "\n  in %s\n", place->text);
	if (ws_scene)
		ws_scene_print(ws_scene, "  ", out);
	if (ws_scene && ws_scene->stall > WS_STALL)
		fprintf(out,
			"  stalled: the machine did not run this test for %.0f ms; segments may "
			"have "
			"been sent again because of that\n",
			1000 * ws_scene->stall);
	if (ws_scene)
		explain_premises(out);
	if (ws_scene && ws_scene->again)
		fprintf(out, "  again: %s\n", ws_scene->again);
	fclose(out);
	message[sizeof(message) - 1] = '\0';
}

static void pass_on(bool passed, const struct ws_place *place, const char *text)
{
	if (ws_observer && ws_observer->judged)
		ws_observer->judged(passed, place, text);
	if (ws_observer && ws_observer->verdict)
		ws_observer->verdict(passed, place, text);
	else
		CU_assertImplementation(passed, place->line, text, place->file, place->function,
					CU_TRUE);
}

static void __attribute__((format(printf, 2, 0)))
fail(const struct ws_place *place, const char *format, va_list args)
{
	/* nobody looks at the listener but the assertions that name it */
	if (ws_scene)
		ws_look(&ws_scene->listener);
	explain(place, format, args);
	pass_on(false, place, message);
}

void ws_judge(bool passed, const struct ws_place *place, const char *format, ...)
{
	va_list args;

	if (passed) {
		pass_on(true, place, place->text);
		return;
	}
	va_start(args, format);
	fail(place, format, args);
	va_end(args);
}

void ws_fail(const struct ws_place *place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(place, format, args);
	va_end(args);
	abort(); /* a fatal assertion does not return */
}

void ws_skip(const struct ws_place *place, const char *format, ...)
{
	char reason[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	if (ws_observer && ws_observer->skipped)
		ws_observer->skipped(reason);
	snprintf(message, sizeof(message), "skipped: %s", reason);
	pass_on(false, place, message);
	abort(); /* a fatal assertion does not return */
}
