/* SPDX-License-Identifier: MIT */
/* Releases, what came with them, and waiting. */
#include <CUnit/CUnit.h>
#include <string.h>
#include "asserts/assert.h"
#include "asserts/kernel.h"
#include "asserts/wait.h"
#include "fixtures/fixtures.h"
#include "suites/claim.h"

CHAPTER("Which kernel has a change");

CLAIM("kernel.release-has", EXTENDS,
      "a series has a change from the release that is named for it; a later one than all named has it, others have not",
      "kernel.h", PURE)
{
	static const char since[] = "6.1.191 6.12.105 7.1.6";
	static const struct {
		const char *release;
		bool has;
	} table[] = {
		{"5.10.262", false}, {"6.1.190", false},  {"6.1.191", true},  {"6.1.192", true},
		{"6.6.999", false},  {"6.12.104", false}, {"6.12.105", true}, {"6.18.44", false},
		{"7.0.13", false},   {"7.1.5", false},    {"7.1.6", true},    {"7.2.0", true},
		{"8.0.0", true},     {"nonsense", false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ASSERT_THAT(ws_release_has(table[i].release, since) == table[i].has,
			    "%s: expected %d", table[i].release, table[i].has);
	ASSERT_THAT(ws_release_has("6.5.0", "6.5"), "6.5 is its first release");
	ASSERT_THAT(!ws_release_has("6.4.99", "6.5"), "6.4 is before 6.5");
}

CLAIM("kernel.release", EXTENDS, "the running kernel's release is found", "uname(2)", PURE)
{
	ASSERT_THAT(ws_release_has(ws_kernel_release(), "2.6"), "release \"%s\"",
		    ws_kernel_release());
}

CLAIM("kernel.premise", EXTENDS, "a change that was asked for becomes a premise, once", "scene.h",
      ON_LOOPBACK)
{
	static const struct ws_change first = {"first of all", "2.6"}, never = {"never", "99.0"};

	ASSERT_THAT(KERNEL_HAS(first) && KERNEL_HAS(first) && !KERNEL_HAS(never), "wrong answer");
	ASSERT_THAT(ws_scene->premise_count == 2, "%zu premises", ws_scene->premise_count);
	ASSERT_THAT(strcmp(ws_scene->premises[0].value, "yes") == 0 &&
			    strcmp(ws_scene->premises[1].value, "no") == 0,
		    "seen \"%s\" and \"%s\"", ws_scene->premises[0].value,
		    ws_scene->premises[1].value);
}

CHAPTER("Waiting for what a timer is expected to bring");

struct look {
	int64_t moment;
	unsigned count;
};

static bool has_come(void *context)
{
	struct look *look = context;

	look->count++;
	return ws_now() >= look->moment;
}

CLAIM("wait.expecting", EXTENDS,
      "until shortly before the time it looks a few times only, and then sees exactly when it comes",
      "wait.h", PURE)
{
	int64_t start = ws_now();
	struct look look = {.moment = start + 400000000};
	double late;

	ASSERT_THAT(ws_wait_expecting(has_come, &look, 2, 0.4), "it never came");
	late = (double)(ws_now() - look.moment) / 1e9;
	/* 10 ms between two looks, and a busy machine */
	ASSERT_THAT(late < 0.05, "seen %.3f s late", late);
	ASSERT_THAT(look.count < 40, "looked %u times", look.count);

	look = (struct look){.moment = ws_now() + 100000000};
	ASSERT_THAT(ws_wait_expecting(has_come, &look, 2, 1), "it never came");
	late = (double)(ws_now() - look.moment) / 1e9;
	ASSERT_THAT(late < 1, "what comes too early is not seen");
	ASSERT_THAT(!ws_wait_expecting(has_come, &(struct look){INT64_MAX, 0}, 0.1, 0.05),
		    "what never comes has come");
}
