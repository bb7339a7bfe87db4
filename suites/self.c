/* SPDX-License-Identifier: MIT */
/* Catching the failure of an assertion, to look at it. */
#include <stdio.h>
#include <string.h>
#include "asserts/assert.h"
#include "asserts/wait.h"
#include "suites/self.h"

jmp_buf self_failed;

static struct caught {
	const struct ws_observer *before;
	struct ws_observer observer;
	double deadline;
	bool failed, skipped;
	char text[32768];
} caught;

static void catch_verdict(bool passed, const struct ws_place *place, const char *text)
{
	(void)place;
	if (passed)
		return;
	caught.failed = true;
	snprintf(caught.text, sizeof(caught.text), "%s", text);
	longjmp(self_failed, 1);
}

static void catch_skip(const char *reason)
{
	(void)reason;
	caught.skipped = true;
}

void self_failure_begin(double deadline)
{
	caught.before = ws_observer;
	caught.observer = ws_observer ? *ws_observer : (struct ws_observer){0};
	/* a runner shall hear of what is expected to fail neither as a failure nor as a skip */
	caught.observer.judged = NULL;
	caught.observer.skipped = catch_skip;
	caught.observer.verdict = catch_verdict;
	caught.failed = caught.skipped = false;
	caught.text[0] = '\0';
	caught.deadline = ws_deadline;
	ws_deadline = deadline;
	ws_observer = &caught.observer;
}

static void must_contain(const struct ws_place *place, const char *text)
{
	ws_judge(strstr(caught.text, text), place, "it fails, but does not say\n  %s\nin\n%s", text,
		 caught.text);
}

static void must_name(const struct ws_place *place, const char *statement)
{
	char text[64];

	snprintf(text, sizeof(text), "\n  in %.*s", (int)strcspn(statement, "(") + 1, statement);
	must_contain(place, text);
}

static void must_show_socket(const struct ws_place *place, const struct ws_endpoint *endpoint)
{
	char sock[512], text[600];

	if (endpoint->local.family == AF_UNSPEC)
		return;
	ws_sock_text(&endpoint->last, sock, sizeof(sock));
	snprintf(text, sizeof(text), "\n  %-8s %s\n", endpoint->name, sock);
	must_contain(place, text);
}

static void must_show_scene(const struct ws_place *place)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;
	char text[600];

	for (size_t i = 0; i < transcript->count; i++) {
		ws_entry_text(transcript, &transcript->entries[i], text, sizeof(text));
		must_contain(place, text);
	}
	must_show_socket(place, &ws_scene->client);
	must_show_socket(place, &ws_scene->server);
	if (ws_scene->again)
		must_contain(place, ws_scene->again);
}

void self_failure_end(const struct ws_place *place, const char *statement,
		      const char *const texts[])
{
	ws_observer = caught.before;
	ws_deadline = caught.deadline;
	/* the jump went past the place where this is cleared */
	ws_expecting_error = false;

	ws_judge(caught.failed, place, "it should fail, and does not");
	for (; *texts; texts++)
		must_contain(place, *texts);
	if (strncmp(statement, "ASSERT_", 7) == 0)
		must_name(place, statement);
	if (strncmp(statement, "ASSERT_", 7) == 0 && ws_scene)
		must_show_scene(place);
	if (strncmp(statement, "SKIP", 4) == 0)
		ws_judge(caught.skipped, place, "the observer did not hear of the skip");
}
