/* SPDX-License-Identifier: MIT */
/* What `run` does with its options, with signals and with reports that cannot be written. */
#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "asserts/wait.h"
#include "suites/claim.h"
#include "suites/self_runner.h"

CHAPTER("Self-test: the command run");

CLAIM("self.runner.status", HOLDS, "0 as expected, 1 a claim differs, 2 nothing could be run",
      "runner/commands.h", PURE)
{
	given_own_tmp();

	RUN_SELF("misbehave.passes", "misbehave.skips");
	self_expect_end(0, "");
	RUN_SELF("misbehave.passes", "misbehave.fails");
	self_expect_end(1, "");
	RUN_SELF("misbehave.skips");
	self_expect_end(2, "no claim could be run");
}

CLAIM("self.runner.mistakes", HOLDS, "a mistake on the command line is named, with status 2",
      "runner/options.c, plan.c, facts.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--jbos", "3", "misbehave.passes");
	self_expect_end(2, "unknown option '--jbos'");
	RUN_SELF("misbehave.passes", "--jobs");
	self_expect_end(2, "'--jobs' needs a value");
	RUN_SELF("--fail-fast=yes", "misbehave.passes");
	self_expect_end(2, "'--fail-fast' takes no value");
	RUN_SELF("--unexplained", "misbehave.passes");
	self_expect_end(2, "'--unexplained'; diff does");
	RUN_SELF("--jobs", "0", "misbehave.passes");
	self_expect_end(2, "--jobs takes");
	RUN_SELF("misbehave.passes", "no-such.claim");
	self_expect_end(2, "no-such.claim");
	RUN_SELF("--sysctl", "net.ipv4.tcp_no_such=1", "misbehave.passes");
	self_expect_end(2, "net.ipv4.tcp_no_such");
	RUN_SELF("--keep", "/dev/null", "misbehave.passes");
	self_expect_end(2, "/dev/null");
}

CLAIM("self.runner.fail-fast", HOLDS, "after the first failure nothing more is begun",
      "runner/schedule.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--fail-fast", "--jobs", "1", "misbehave.passes", "misbehave.fails",
		 "misbehave.order-*");

	self_expect_end(1, "");
	EXPECT({"misbehave.passes", "pass"}, {"misbehave.fails", "fail"},
	       {"misbehave.order-a", "pending"}, {"misbehave.order-e", "pending"});
}

static json_int_t number(const char *name, const char *member)
{
	return json_integer_value(json_object_get(self_instance(name), member));
}

/* How often `needle` is in `text`. */
static unsigned occurrences(const char *text, const char *needle)
{
	unsigned found = 0;

	for (; (text = strstr(text, needle)); text++)
		found++;
	return found;
}

CLAIM("self.runner.repeat", HOLDS, "repeated runs are counted, and told of once",
      "runner/outcome.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--repeat", "3", "misbehave.passes", "misbehave.fails");

	self_expect_end(1, "");
	CU_ASSERT_EQUAL_FATAL(number("misbehave.passes", "runs"), 3);
	CU_ASSERT_EQUAL_FATAL(number("misbehave.passes", "bad_runs"), 0);
	CU_ASSERT_EQUAL_FATAL(number("misbehave.fails", "runs"), 3);
	CU_ASSERT_EQUAL_FATAL(number("misbehave.fails", "bad_runs"), 3);
	CU_ASSERT_EQUAL_FATAL(occurrences(self_ran.out, "again: "), 1);
	CU_ASSERT_EQUAL_FATAL(occurrences(self_ran.out, "3 of 3 runs"), 1);
}

/* The letters of misbehave.order-*, as they ran. */
static void run_order(const char *shuffle, char *order, size_t size)
{
	RUN_SELF("--jobs", "1", "--repeat", "2", shuffle, "misbehave.order-*");
	self_expect_end(0, "");
	snprintf(order, size, "%s", told());
	forget_told();
	ASSERT_THAT(strlen(order) == 10, "ran were '%s'", order);
}

CLAIM("self.runner.shuffle", HOLDS, "a seed means one order, another seed another",
      "runner/plan.h, schedule.c", PURE)
{
	char plain[16], first[16], again[16], other[16];

	given_own_tmp();
	given_teller();

	run_order("--jobs=1", plain, sizeof(plain));
	run_order("--shuffle=7", first, sizeof(first));
	run_order("--shuffle=7", again, sizeof(again));
	run_order("--shuffle=8", other, sizeof(other));

	drop_teller();
	CU_ASSERT_STRING_EQUAL_FATAL(plain, "abcdeabcde");
	CU_ASSERT_STRING_EQUAL_FATAL(first, again);
	CU_ASSERT_STRING_NOT_EQUAL_FATAL(first, other);
	ASSERT_THAT(strncmp(first, first + 5, 5) != 0, "both rounds are '%s'", first);
}

/* How many packets libpcap reads from a file; -1 when it cannot. */
static int packets_in(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, why);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int count = 0;

	if (!pcap)
		return -1;
	while (pcap_next_ex(pcap, &header, &bytes) == 1)
		count++;
	pcap_close(pcap);
	return count;
}

CLAIM("self.runner.keep", HOLDS, "captures of all claims are kept, or of the failed ones",
      "runner/pcapng.c, pcap.c", PURE)
{
	static const char fails[] = "misbehave.fails-with-hosts/ipv6/loopback";
	static const char passes[] = "misbehave.passes-with-hosts/ipv4/wire";

	given_own_tmp();

	RUN_SELF("--keep", "kept", passes);
	self_expect_end(0, "");
	CU_ASSERT_STRING_EQUAL_FATAL(self_text(passes, "pcap"),
				     "kept/misbehave.passes-with-hosts_ipv4_wire.pcapng");
	CU_ASSERT_EQUAL_FATAL((size_t)packets_in(self_text(passes, "pcap")),
			      self_events(passes, "segment"));

	RUN_SELF("--keep", "kept", "--pcap", passes);
	self_expect_end(0, "");
	CU_ASSERT_STRING_EQUAL_FATAL(self_text(passes, "pcap"),
				     "kept/misbehave.passes-with-hosts_ipv4_wire.pcap");
	CU_ASSERT_EQUAL_FATAL((size_t)packets_in(self_text(passes, "pcap")),
			      self_events(passes, "segment"));

	RUN_SELF(passes, fails);
	self_expect_end(1, "");
	CU_ASSERT_STRING_EQUAL_FATAL(self_text(passes, "pcap"), "");
	CU_ASSERT_EQUAL_FATAL((size_t)packets_in(self_text(fails, "pcap")),
			      self_events(fails, "segment"));
	CU_ASSERT_TRUE_FATAL(self_events(fails, "segment") >= 5);
}

CLAIM("self.runner.sysctl", HOLDS, "--sysctl is in force on every host, and a fact of the run",
      "runner/claim.c, facts.c", PURE)
{
	json_t *fact;

	given_own_tmp();

	RUN_SELF("--sysctl", "net.ipv4.tcp_fin_timeout=7", "misbehave.fin-timeout-is-7");

	self_expect_end(0, "");
	fact = json_object_get(json_object_get(self_ran.json, "facts"), "net.ipv4.tcp_fin_timeout");
	CU_ASSERT_STRING_EQUAL_FATAL(json_string_value(fact), "7");
}

CLAIM("self.runner.mapped", HOLDS, "--family and --link choose instances", "runner/plan.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--family", "mapped", "--link", "wire", "misbehave.passes-with-hosts");

	self_expect_end(0, "");
	EXPECT({"misbehave.passes-with-hosts/mapped/wire", "pass"});
	CU_ASSERT_EQUAL_FATAL(json_array_size(json_object_get(self_ran.json, "instances")), 1);
}

/* ------------------------------------------------------------------------------------ signals */

static bool file_has(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char *content = NULL;
	size_t size = 0;
	bool has = file && getdelim(&content, &size, '\0', file) > 0 && strstr(content, text);

	if (file)
		fclose(file);
	free(content);
	return has;
}

CLAIM("self.runner.interrupt", HOLDS, "SIGINT ends a run with whole reports of what was seen",
      "runner/schedule.c", PURE)
{
	pid_t pid;

	given_own_tmp();
	given_teller();

	pid = START_SELF("--jobs", "1", "--junit", "junit.xml", "misbehave.passes",
			 "misbehave.hangs", "misbehave.order-*");
	await_told("hangs");
	kill(pid, SIGINT);
	self_await(pid);

	drop_teller();
	self_expect_end(130, "");
	ASSERT_THAT(strstr(self_ran.out, "interrupted"), "no word about it:\n%s", self_ran.out);
	EXPECT({"misbehave.passes", "pass"}, {"misbehave.hangs", "pending", "interrupted"},
	       {"misbehave.order-a", "pending", "interrupted"});
	CU_ASSERT_TRUE_FATAL(json_is_true(json_object_get(self_ran.json, "interrupted")));
	CU_ASSERT_TRUE_FATAL(file_has("junit.xml", "<skipped type=\"interrupted\""));
	CU_ASSERT_TRUE_FATAL(file_has("junit.xml", "</testsuites>"));
}

/* Wait until this process, which inherits orphans, has no descendant. */
static bool nobody_is_left(double seconds)
{
	struct timespec most = {(time_t)seconds, 0};
	int64_t until = ws_now() + (int64_t)(seconds * 1e9);
	sigset_t child;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0 && ws_now() < until)
		if (pid == 0)
			sigtimedwait(&child, NULL, &most);
	sigprocmask(SIG_UNBLOCK, &child, NULL);
	return pid < 0;
}

CLAIM("self.runner.killed", HOLDS, "SIGKILL of the runner leaves no process of its sandboxes",
      "runner/sandbox.h", PURE)
{
	pid_t pid;

	given_own_tmp();
	given_teller();
	ASSERT_OK(prctl(PR_SET_CHILD_SUBREAPER, 1));

	pid = START_SELF("--jobs", "4", "--family", "ipv4", "misbehave.hangs",
			 "misbehave.hangs-with-hosts");
	await_told("hangs hangs hangs");
	kill(pid, SIGKILL);
	ASSERT_OK(waitpid(pid, NULL, 0));

	drop_teller();
	CU_ASSERT_TRUE_FATAL(nobody_is_left(20));
}

/* ----------------------------------------------------------------------------- what it writes */

CLAIM("self.runner.full-disk", HOLDS, "a report that cannot be written is status 2, and named",
      "runner/command_run.c", PURE)
{
	given_own_tmp();

	RUN_SELF("--json", "/dev/full", "misbehave.passes");
	self_expect_end(2, "cannot write /dev/full: No space left on device");
	RUN_SELF("--junit", "/dev/full", "misbehave.passes");
	self_expect_end(2, "cannot write /dev/full: No space left on device");
	RUN_SELF("--json", "no-such/file", "misbehave.passes");
	self_expect_end(2, "cannot write no-such/file: No such file");
	self_how.out = "/dev/full";
	RUN_SELF("misbehave.passes");
	self_expect_end(2, "cannot write to standard output");
}

CLAIM("self.runner.closed-output", HOLDS, "a closed standard output harms no report",
      "runner/main.c", PURE)
{
	given_own_tmp();

	self_how.close_output = true;
	RUN_SELF("-v", "misbehave.passes", "misbehave.loud");
	self_expect_end(0, "");
	EXPECT({"misbehave.passes", "pass"}, {"misbehave.loud", "pass"});
}

CLAIM("self.runner.broken-pipe", HOLDS, "when nobody reads standard output any more, reports are",
      "runner/command_run.c", PURE)
{
	int reader;
	pid_t pid;

	given_own_tmp();
	given_teller();
	ASSERT_OK(mkfifo("/tmp/gone", 0666));
	reader = open("/tmp/gone", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_THAT(reader >= 0, "/tmp/gone: %s", strerror(errno));

	self_how.out = "/tmp/gone";
	pid = START_SELF("-v", "--jobs", "1", "--timeout", "1", "misbehave.hangs",
			 "misbehave.passes");
	await_told("hangs");
	close(reader);
	self_await(pid);

	drop_teller();
	self_expect_end(2, "cannot write to standard output");
	EXPECT({"misbehave.hangs", "error"}, {"misbehave.passes", "pass"});
}

/* All that is written to a terminal until nobody has it open any more, as far as there is room. Somebody
 * has to read: a pseudo-terminal holds some thousand bytes, and a busy run writes more progress lines. */
static size_t read_terminal(int terminal, char *text, size_t room)
{
	char more[1024];
	size_t length = 0;
	ssize_t got;

	while ((got = read(terminal, more, sizeof(more))) > 0) {
		size_t kept = (size_t)got < room - 1 - length ? (size_t)got : room - 1 - length;

		memcpy(text + length, more, kept);
		length += kept;
	}
	text[length] = '\0';
	return length;
}

CLAIM("self.runner.json-to-stdout", HOLDS, "progress on a terminal is not mixed into a report",
      "runner/schedule.h", PURE)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char shown[16384] = "";
	json_t *document;
	size_t got;
	pid_t pid;

	given_own_tmp();
	if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0)
		SKIP("no pseudo-terminal: %s", strerror(errno));
	setenv("TERM", "xterm", 1);

	self_how.err = ptsname(terminal);
	pid = START_SELF("--json", "-", "misbehave.passes", "misbehave.order-*");
	got = read_terminal(terminal, shown, sizeof(shown));
	self_await(pid);
	close(terminal);

	self_expect_end(0, "");
	document = self_read_lines(self_ran.out);
	ASSERT_THAT(document, "this is no JSON:\n%s", self_ran.out);
	json_decref(document);
	ASSERT_THAT(got > 0 && strstr(shown, "/6]"), "no progress was shown: '%s'", shown);
}

CLAIM("self.runner.memory", HOLDS, "memory does not grow with repetition", "runner/schedule.c",
      PURE)
{
	long few;

#ifdef __SANITIZE_ADDRESS__
	SKIP("AddressSanitizer keeps what was freed");
#endif
	given_own_tmp();

	RUN_SELF("--repeat", "10", "misbehave.passes-with-hosts", "misbehave.fails");
	self_expect_end(1, "");
	few = self_ran.peak;
	RUN_SELF("--repeat", "60", "misbehave.passes-with-hosts", "misbehave.fails");
	self_expect_end(1, "");
	ASSERT_THAT(self_ran.peak < few + 1024, "%ld KiB after 60 rounds, %ld after 10",
		    self_ran.peak, few);
}

/* -------------------------------------------------------------------------- who starts it, how */

CLAIM("self.runner.ignored-children", HOLDS, "it runs under a parent that ignores SIGCHLD",
      "runner/main.c; waitpid(2)", PURE)
{
	given_own_tmp();

	self_how.ignore_sigchld = true;
	RUN_SELF("misbehave.passes", "misbehave.child-fails");

	self_expect_end(1, "");
	EXPECT({"misbehave.passes", "pass"}, {"misbehave.child-fails", "fail"});
}

CLAIM("self.runner.ordinary-user", HOLDS, "it runs as an ordinary user", "runner/sandbox.h", PURE)
{
	static const char passes[] = "misbehave.passes-with-hosts/ipv4/wire";

	given_own_tmp();
	if (setuid(0) < 0 || !file_has("/proc/self/uid_map", "4294967295"))
		SKIP("only root can become another user; so this is one already");

	self_how.user = 65534;
	RUN_SELF("--timeout", "1", passes, "misbehave.crashes-frozen", "misbehave.hangs",
		 "misbehave.leaves-daemon", "misbehave.kills-everybody");

	if (strstr(self_ran.err, "namespaces are not permitted"))
		SKIP("an ordinary user may not make namespaces here");
	self_expect_end(1, "");
	EXPECT({passes, "pass"}, {"misbehave.crashes-frozen/ipv4/wire", "error", "signal 6"},
	       {"misbehave.hangs", "error", "did not end"},
	       {"misbehave.leaves-daemon", "error", "process behind"},
	       {"misbehave.kills-everybody", "pass"});
}
