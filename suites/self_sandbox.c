/* SPDX-License-Identifier: MIT */
/* What the runner makes of claims that crash, hang, leak, flood and lie. */
#include <CUnit/CUnit.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "asserts/wait.h"
#include "runner/inbox.h"
#include "runner/outcome.h"
#include "runner/sandbox.h"
#include "suites/claim.h"
#include "suites/self_runner.h"

CHAPTER("Self-test: sandboxes hold claims that misbehave");

CLAIM("self.runner.verdicts", HOLDS, "each outcome is told apart, and the rest goes on",
      "runner/outcome.c", PURE)
{
	given_own_tmp();

	RUN_SELF("misbehave.fails", "misbehave.fails-and-goes-on", "misbehave.skips",
		 "misbehave.checks-nothing", "misbehave.passes");

	self_expect_end(1, "");
	EXPECT({"misbehave.passes", "pass"}, {"misbehave.fails", "fail", "two and two are 5"},
	       {"misbehave.fails-and-goes-on", "fail", "CU_ASSERT_EQUAL(2 + 2,5)"},
	       {"misbehave.skips", "skip", "there is no such thing as a phoenix"},
	       {"misbehave.checks-nothing", "error", "checked nothing"});
	ASSERT_THAT(strstr(self_text("misbehave.fails", "file"), "misbehave.c"), "another file");
}

CLAIM("self.runner.crashes", HOLDS, "a claim that dies is an error that says of what",
      "runner/outcome.c", PURE)
{
	given_own_tmp();

	RUN_SELF("misbehave.segfaults", "misbehave.aborts", "misbehave.exits", "misbehave.exits-3",
		 "misbehave.kills-*", "misbehave.passes");

	self_expect_end(1, "");
	EXPECT({"misbehave.segfaults", "error", "signal 11 (Segmentation fault)"},
	       {"misbehave.aborts", "error", "signal 6 (Aborted):\nthese are its last words"},
	       {"misbehave.exits", "error", "exited with status 0"},
	       {"misbehave.exits-3", "error", "exited with status 3"},
	       {"misbehave.kills-its-group", "error", "signal 9 (Killed)"},
	       {"misbehave.kills-everybody", "pass"}, {"misbehave.passes", "pass"});
}

CLAIM("self.runner.hangs", HOLDS, "a claim that does not end is killed when its time is over",
      "runner/schedule.c", PURE)
{
	static const char *const hanging[] = {"misbehave.hangs", "misbehave.hangs-deaf",
					      "misbehave.stops", "misbehave.spins"};
	static const char reason[] = "did not end within 1 s";

	given_own_tmp();

	RUN_SELF("--timeout", "1", "--jobs", "5", "misbehave.hangs", "misbehave.hangs-deaf",
		 "misbehave.stops", "misbehave.spins", "misbehave.passes");

	self_expect_end(1, "");
	EXPECT({"misbehave.passes", "pass"});
	for (size_t i = 0; i < sizeof(hanging) / sizeof(hanging[0]); i++) {
		double seconds =
			json_number_value(json_object_get(self_instance(hanging[i]), "seconds"));

		EXPECT({hanging[i], "error", reason});
		ASSERT_THAT(seconds >= 1 && seconds < 10, "%s took %g s", hanging[i], seconds);
	}
}

CLAIM("self.runner.floods", HOLDS, "a claim that writes without end fills neither time nor memory",
      "runner/inbox.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--timeout", "1", "--jobs", "4", "misbehave.floods-events", "misbehave.loud",
		 "misbehave.writes-*", "misbehave.prints-for-ever", "misbehave.says-much");

	self_expect_end(1, "");
	EXPECT({"misbehave.floods-events", "error", "did not end within 1 s"},
	       {"misbehave.writes-no-newline", "error", "did not end within 1 s"},
	       {"misbehave.prints-for-ever", "error", "(File size limit exceeded):\nonce more\n"},
	       {"misbehave.says-much", "fail", "said after much"}, {"misbehave.loud", "pass"},
	       {"misbehave.writes-garbage", "pass"});
#ifndef __SANITIZE_ADDRESS__
	ASSERT_THAT(self_ran.peak < 64 << 10, "the runner took %ld KiB", self_ran.peak);
#endif
}

CLAIM("self.runner.leaks", HOLDS, "what a claim leaves behind is an error, and is gone",
      "runner/sandbox.c", PURE)
{
	given_own_tmp();

	RUN_SELF("misbehave.leaks-*", "misbehave.exhausts-*", "misbehave.closes-*",
		 "misbehave.leaves-*", "misbehave.passes");

	self_expect_end(1, "");
	EXPECT({"misbehave.leaks-descriptors", "error", "left 3 descriptors open"},
	       {"misbehave.exhausts-descriptors", "error", "descriptors open"},
	       {"misbehave.closes-descriptors", "error", "could not tell what it saw"},
	       {"misbehave.leaves-daemon", "error", "left a process behind"},
	       {"misbehave.leaves-zombies", "pass"}, {"misbehave.passes", "pass"});
#ifndef __SANITIZE_ADDRESS__
	EXPECT({"misbehave.exhausts-memory", "error", "use up the memory"});
#endif
}

CLAIM("self.runner.children", HOLDS, "an assertion that fails in a child fails the claim",
      "runner/claim.c", PURE)
{
	given_own_tmp();

	RUN_SELF("misbehave.child-*", "misbehave.passes");

	self_expect_end(1, "");
	EXPECT({"misbehave.child-fails", "fail", "in the child\")\n  in a child process"},
	       {"misbehave.child-fails-explained", "fail", "seen in the child"},
	       {"misbehave.child-returns", "fail", "the parent goes on, and fails"},
	       {"misbehave.passes", "pass"});
}

CLAIM("self.runner.seen-before-a-crash", HOLDS, "what a claim saw before it crashed is not lost",
      "runner/stream.h", PURE)
{
	static const char loopback[] = "misbehave.crashes-with-hosts/ipv6/loopback";
	static const char frozen[] = "misbehave.crashes-frozen/ipv4/wire";

	given_own_tmp();

	RUN_SELF("misbehave.crashes-*");

	self_expect_end(1, "");
	EXPECT({loopback, "error", "signal 11"}, {frozen, "error", "signal 6 (Aborted)"},
	       {"misbehave.crashes-frozen/ipv6/wire", "error", "signal 6"});
	/* SYN, SYN ACK, ACK, data: the frozen one's data is not answered */
	CU_ASSERT_TRUE_FATAL(self_events(loopback, "segment") >= 4);
	CU_ASSERT_EQUAL_FATAL(self_events(frozen, "segment"), 4);
	CU_ASSERT_TRUE_FATAL(self_events(frozen, "call") >= 4);
	ASSERT_THAT(strstr(self_text(frozen, "transcript"), "length 5"), "the data is not in:\n%s",
		    self_text(frozen, "transcript"));
	ASSERT_THAT(strstr(self_ran.out, "length 5"), "nor on the console:\n%s", self_ran.out);
	ASSERT_THAT(*self_text(frozen, "pcap"), "no capture was saved");
}

/* ------------------------------------------------------------------- without a runner between */

static void exit_with_7(int events, int go, const void *argument)
{
	(void)events, (void)go, (void)argument;
	_exit(7);
}

static void wait_for_go(int events, int go, const void *argument)
{
	(void)events, (void)argument;
	sandbox_await_go(go);
}

/* Run a body until the sandbox ends; to be cleared. */
static struct run_result result_of(sandbox_body body, bool kill_at_once)
{
	static const struct ws_claim claim = {.id = "self", .file = "self"};
	static const struct run_instance instance = {.claim = &claim, .name = "self"};
	struct outcome_end end = {.output = ""};
	struct run_result result;
	struct sandbox sandbox;
	struct pollfd gone = {.events = POLLIN};
	struct inbox inbox;
	int error = sandbox_start(&sandbox, body, NULL);

	ASSERT_THAT(!error, "%s", fx_namespace_problem(error));
	if (kill_at_once)
		sandbox_kill(&sandbox);
	gone.fd = sandbox.pidfd;
	ASSERT_THAT(poll(&gone, 1, (int)(ws_deadline * 1000)) == 1, "the sandbox did not end");
	inbox_open(&inbox);
	inbox_read(&inbox, sandbox.events);
	sandbox_reap(&sandbox, &end.usage);
	result = outcome_of(&instance, inbox.events, &end);
	inbox_close(&inbox);
	return result;
}

CLAIM("self.runner.dies-before-ready", HOLDS, "a sandbox that dies while it is built is an error",
      "runner/sandbox.h", PURE)
{
	struct run_result exited = result_of(exit_with_7, false);
	struct run_result killed = result_of(wait_for_go, true);
	bool told = exited.outcome == RUN_ERROR && killed.outcome == RUN_ERROR &&
		    strstr(exited.reason, "exited with status 7") &&
		    strstr(killed.reason, "died without a word");

	outcome_clear(&exited);
	outcome_clear(&killed);
	CU_ASSERT_TRUE_FATAL(told);
}

CLAIM("self.runner.own-descriptors", HOLDS, "a claim is given no descriptor of the runner's others",
      "runner/sandbox.c", PURE)
{
	struct stat stat;
	int pipes = 0, others = 0;

	for (int fd = STDERR_FILENO + 1; fd < 1024; fd++) {
		if (fstat(fd, &stat) < 0)
			continue;
		if (S_ISFIFO(stat.st_mode))
			pipes++;
		else
			others++;
	}
	CU_ASSERT_EQUAL_FATAL(pipes, 2);  /* the events, and the word go */
	CU_ASSERT_EQUAL_FATAL(others, 1); /* the list of descriptors */
}

CLAIM("self.runner.stall", HOLDS,
      "what fails where the machine stalled is run again a few times, and that is counted and told",
      "runner/schedule.c", PURE)
{
	given_own_tmp();
	given_teller();

	RUN_SELF("misbehave.fails-stalled", "--family", "ipv4");
	ASSERT_THAT(strcmp(told(), "xxxxx") == 0, "it ran '%s'", told());
	drop_teller();

	self_expect_end(1, "");
	EXPECT({"misbehave.fails-stalled/ipv4/loopback", "fail",
		"stalled: the machine did not run"});
	CU_ASSERT_EQUAL_FATAL(json_integer_value(json_object_get(self_ran.json, "stalled")), 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(self_ran.out, "1 run again after the machine stalled"));

	RUN_SELF("misbehave.fails-with-hosts", "--family", "ipv4", "--link", "loopback");
	CU_ASSERT_EQUAL_FATAL(json_integer_value(json_object_get(self_ran.json, "stalled")), 0);
}

CLAIM("self.runner.no-ipv6", HOLDS, "where IPv6 is switched off its variants are skipped, and why is said",
      "fixtures/host.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--sysctl", "net.ipv6.conf.all.disable_ipv6=1", "misbehave.passes-with-hosts");

	self_expect_end(0, "");
	EXPECT({"misbehave.passes-with-hosts/ipv4/wire", "pass", ""},
	       {"misbehave.passes-with-hosts/ipv4/loopback", "pass", ""},
	       {"misbehave.passes-with-hosts/ipv6/wire", "skip", "IPv6 is switched off"},
	       {"misbehave.passes-with-hosts/ipv6/loopback", "skip", "IPv6 is switched off"});
}
