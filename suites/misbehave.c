/* SPDX-License-Identifier: MIT */
/*
 * Claims that misbehave on purpose, for suites/self_runner.c to see what the runner makes of them.
 * They are in no run that does not ask for them: `make check` excludes their tag.
 */
#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fixtures/fixtures.h"
#include "suites/claim.h"

#define MISBEHAVES TAGS("misbehave")
#define SOURCE     "runner/sandbox.h"

/* What runs for as long as nobody kills it says so first, to whoever made the FIFO. */
static void tell(const char *word)
{
	const char *path = getenv("MISBEHAVE_TELLS");
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	CU_ASSERT_EQUAL_FATAL(write(fd, word, strlen(word)), (ssize_t)strlen(word));
	close(fd);
}

static void __attribute__((noreturn)) hang(void)
{
	tell("hangs ");
	for (;;)
		pause();
}

/* The claim's end of the event stream: the only pipe it has that is written to. */
static int event_stream(void)
{
	struct stat stat;

	for (int fd = STDERR_FILENO + 1; fd < 64; fd++)
		if (fstat(fd, &stat) == 0 && S_ISFIFO(stat.st_mode) &&
		    (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
			return fd;
	CU_FAIL_FATAL("there is no event stream");
	return -1;
}

static void write_events(const char *text, size_t times)
{
	int fd = event_stream();

	for (size_t i = 0; i < times; i++)
		CU_ASSERT_EQUAL_FATAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void run_child(void (*body)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		body();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CU_ASSERT_TRUE(pid > 0);
}

CHAPTER("Claims that misbehave on purpose");

CLAIM("misbehave.passes", HOLDS, "it does not misbehave at all", SOURCE, PURE, MISBEHAVES)
{
	CU_ASSERT_TRUE_FATAL(true);
}

CLAIM("misbehave.fails", HOLDS, "an assertion of wirestate fails", SOURCE, PURE, MISBEHAVES)
{
	ASSERT_THAT(false, "two and two are %d", 5);
}

CLAIM("misbehave.fails-and-goes-on", HOLDS, "a plain assertion fails, and a later one passes",
      SOURCE, PURE, MISBEHAVES)
{
	CU_ASSERT_EQUAL(2 + 2, 5);
	CU_ASSERT_EQUAL(2 + 2, 4);
}

CLAIM("misbehave.skips", HOLDS, "it cannot be shown", SOURCE, PURE, MISBEHAVES)
{
	SKIP("there is no such thing as a %s", "phoenix");
}

CLAIM("misbehave.checks-nothing", HOLDS, "it checks nothing", SOURCE, PURE, MISBEHAVES)
{
}

/* --------------------------------------------------------------------------------- its end */

CLAIM("misbehave.segfaults", HOLDS, "it crashes", SOURCE, PURE, MISBEHAVES)
{
	CU_ASSERT_TRUE(true);
	/* not by a null pointer, which a sanitizer would turn into something else */
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

CLAIM("misbehave.aborts", HOLDS, "it calls abort after some words", SOURCE, PURE, MISBEHAVES)
{
	fputs("these are its last words\n", stderr);
	abort();
}

CLAIM("misbehave.exits", HOLDS, "it calls exit(0)", SOURCE, PURE, MISBEHAVES)
{
	CU_ASSERT_TRUE(true);
	exit(0);
}

CLAIM("misbehave.exits-3", HOLDS, "it calls _exit(3)", SOURCE, PURE, MISBEHAVES)
{
	_exit(3);
}

CLAIM("misbehave.kills-its-group", HOLDS, "it kills its process group", SOURCE, PURE, MISBEHAVES)
{
	kill(0, SIGKILL);
}

CLAIM("misbehave.kills-everybody", HOLDS, "it kills every process it can reach", SOURCE, PURE,
      MISBEHAVES)
{
	/* not itself, kill(2): and nobody else is there */
	ASSERT_ERRNO(kill(-1, SIGKILL), ESRCH);
}

/* ---------------------------------------------------------------------------- without an end */

CLAIM("misbehave.hangs", HOLDS, "it waits for ever", SOURCE, PURE, MISBEHAVES)
{
	hang();
}

CLAIM("misbehave.hangs-deaf", HOLDS, "it waits for ever and blocks all signals", SOURCE, PURE,
      MISBEHAVES)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	hang();
}

CLAIM("misbehave.stops", HOLDS, "it stops itself", SOURCE, PURE, MISBEHAVES)
{
	raise(SIGSTOP);
	CU_ASSERT_TRUE(true);
}

CLAIM("misbehave.spins", HOLDS, "it computes for ever", SOURCE, PURE, MISBEHAVES)
{
	for (volatile unsigned i = 0;;)
		i++;
}

CLAIM("misbehave.floods-events", HOLDS, "it writes events for ever", SOURCE, PURE, MISBEHAVES)
{
	write_events("{\"event\": \"call\", \"what\": \"flood()\"}\n", SIZE_MAX);
}

CLAIM("misbehave.writes-no-newline", HOLDS, "it writes an event line for ever", SOURCE, PURE,
      MISBEHAVES)
{
	write_events("{\"event\": \"a line without an end\", ", SIZE_MAX);
}

CLAIM("misbehave.prints-for-ever", HOLDS, "it writes to standard output for ever", SOURCE, PURE,
      MISBEHAVES)
{
	while (puts("once more"))
		;
}

/* ------------------------------------------------------------------------ what it leaves behind */

CLAIM("misbehave.leaks-descriptors", HOLDS, "it leaves three descriptors open", SOURCE, PURE,
      MISBEHAVES)
{
	for (int i = 0; i < 3; i++)
		CU_ASSERT_TRUE_FATAL(open("/dev/null", O_RDONLY) >= 0);
}

CLAIM("misbehave.exhausts-descriptors", HOLDS, "it opens descriptors until there are no more",
      SOURCE, PURE, MISBEHAVES)
{
	while (open("/dev/null", O_RDONLY) >= 0)
		;
	CU_ASSERT_EQUAL_FATAL(errno, EMFILE);
}

CLAIM("misbehave.closes-descriptors", HOLDS, "it closes descriptors that are not its own", SOURCE,
      PURE, MISBEHAVES)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	CU_ASSERT_TRUE_FATAL(true);
}

static void become_daemon(void)
{
	if (fork() != 0)
		return;
	setsid();
	hang();
}

CLAIM("misbehave.leaves-daemon", HOLDS, "it leaves a daemon behind", SOURCE, PURE, MISBEHAVES)
{
	run_child(become_daemon);
}

static void leave_at_once(void)
{
}

CLAIM("misbehave.leaves-zombies", HOLDS, "it does not wait for its children", SOURCE, PURE,
      MISBEHAVES)
{
	siginfo_t info;

	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			_exit(1);
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL_FATAL(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
	run_child(leave_at_once);
}

static void exhaust_memory(void)
{
	const struct rlimit limit = {256 << 20, 256 << 20};

	setrlimit(RLIMIT_AS, &limit);
	for (size_t size = 1 << 20; size >= 16; size /= 2)
		/* cppcheck-suppress leakNoVarFunctionCall */
		while (malloc(size))
			;
}

CLAIM("misbehave.exhausts-memory", HOLDS, "it uses up the memory it may have", SOURCE, PURE,
      MISBEHAVES)
{
#ifdef __SANITIZE_ADDRESS__
	SKIP("AddressSanitizer needs more address space than a limit leaves");
#endif
	exhaust_memory();
	CU_ASSERT_TRUE_FATAL(true);
}

/* ------------------------------------------------------------------------------ what it says */

static void fail_plainly(void)
{
	CU_FAIL_FATAL("in the child");
}

CLAIM("misbehave.child-fails", HOLDS, "an assertion fails in a child", SOURCE, PURE, MISBEHAVES)
{
	run_child(fail_plainly);
}

static void fail_explained(void)
{
	ASSERT_THAT(false, "seen in the child");
}

CLAIM("misbehave.child-fails-explained", HOLDS, "an assertion of wirestate fails in a child",
      SOURCE, PURE, MISBEHAVES)
{
	run_child(fail_explained);
}

CLAIM("misbehave.child-returns", HOLDS, "a child returns from the claim", SOURCE, PURE, MISBEHAVES)
{
	int status;
	pid_t pid = fork();

	CU_ASSERT_TRUE(true);
	if (pid == 0)
		return;
	waitpid(pid, &status, 0);
	ASSERT_THAT(false, "the parent goes on, and fails");
}

CLAIM("misbehave.loud", HOLDS, "it says two megabytes on stdout and on stderr", SOURCE, PURE,
      MISBEHAVES)
{
	/* stderr has no buffer: a line is a system call */
	for (int i = 0; i < 1 << 14; i++) {
		fprintf(stdout, "%127s\n", "stdout");
		fprintf(stderr, "%127s\n", "stderr");
	}
	CU_ASSERT_TRUE_FATAL(true);
}

CLAIM("misbehave.writes-garbage", HOLDS, "it writes garbage into its event stream", SOURCE, PURE,
      MISBEHAVES)
{
	static const char *const garbage[] = {
		"\n\n[]\n7\n\"\"\n{}\nnull\n",
		"{\"event\": 7}\n{\"event\": null}\n{\"event\": \"check\"}\n",
		"\xff\xfe\x80 not UTF-8\n",
		"{\"event\": \"segment\", \"bytes\": \"zz\"}\n",
		"half a line {\"event\": ",
	};

	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		write_events(garbage[i], 1);
	CU_ASSERT_TRUE_FATAL(true);
}

CLAIM("misbehave.says-much", HOLDS, "it fails after more events than are kept", SOURCE, PURE,
      MISBEHAVES)
{
	write_events("{\"event\": \"call\", \"what\": \"much()\"}\n", 30000);
	ASSERT_THAT(false, "said after much");
}

/* ------------------------------------------------------------------------------- with hosts */

CLAIM("misbehave.passes-with-hosts", HOLDS, "it does not misbehave at all, with hosts", SOURCE,
      MISBEHAVES)
{
	given_connected_pair();
	client_send("hello");
	ASSERT_READS(server(), "hello");
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("misbehave.fails-with-hosts", HOLDS, "an assertion on packets fails", SOURCE, MISBEHAVES)
{
	given_connected_pair();
	client_send("hello");
	ASSERT_NO_PACKETS();
}

CLAIM("misbehave.fails-stalled", HOLDS, "it fails after the machine has not run it for long", SOURCE,
      ON_LOOPBACK, MISBEHAVES)
{
	given_connected_pair();
	tell("x");
	poll(NULL, 0, 2000 * WS_STALL); /* what a busy machine does to it */
	client_send("hello");
	ASSERT_NO_PACKETS();
}

CLAIM("misbehave.crashes-with-hosts", HOLDS, "it crashes", SOURCE, MISBEHAVES)
{
	given_connected_pair();
	client_send("hello");
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

CLAIM("misbehave.crashes-frozen", HOLDS, "it crashes while a segment waits on the wire", SOURCE,
      ON_WIRE, MISBEHAVES)
{
	given_connected_pair();
	wire_freeze();
	client_send("hello");
	abort();
}

CLAIM("misbehave.hangs-with-hosts", HOLDS, "it and its child wait for ever", SOURCE, MISBEHAVES)
{
	given_connected_pair();
	server_process();
	hang();
}

CLAIM("misbehave.fin-timeout-is-7", HOLDS, "its hosts have a sysctl of the command line", SOURCE,
      MISBEHAVES)
{
	ASSERT_THAT(host_sysctl(WS_CLIENT, "net.ipv4.tcp_fin_timeout") == 7, "the client has not");
	ASSERT_THAT(host_sysctl(WS_SERVER, "net.ipv4.tcp_fin_timeout") == 7, "the server has not");
}

/* --------------------------------------------------------------------------------- the order */

#define TELLS_ORDER(letter)                                                                        \
	CLAIM("misbehave.order-" letter, HOLDS, "it tells when it runs", SOURCE, PURE, MISBEHAVES) \
	{                                                                                          \
		tell(letter);                                                                      \
		CU_ASSERT_TRUE_FATAL(true);                                                        \
	}
TELLS_ORDER("a")
TELLS_ORDER("b")
TELLS_ORDER("c")
TELLS_ORDER("d")
TELLS_ORDER("e")

CLAIM("misbehave.follows", HOLDS, "it does what a sysctl says, and something else at 7", SOURCE,
      ON_WIRE, MISBEHAVES, FOLLOWS("net.ipv4.tcp_fin_timeout"))
{
	long seconds = host_sysctl(WS_CLIENT, "net.ipv4.tcp_fin_timeout");

	given_connected_pair();
	client_send("hello");
	if (seconds == 7)
		server_send("seven");
	ws_documented("%ld s", seconds);
	ws_expected("%ld s", seconds == 7 ? 8 : seconds);
	ws_measured("it took", "%ld.25 s", seconds);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}
