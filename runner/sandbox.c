/* SPDX-License-Identifier: MIT */
/* The process in which one claim runs. */
#include "runner/sandbox.h"
#include "fixtures/host.h"
#include "runner/stream.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/* The number that only a claim that ran to its end exits with (a bare exit(0) proves nothing). */
enum { CAME_THROUGH = 123 };

/* Bytes that a claim may write to stdout and stderr, or into any file: more is SIGXFSZ. */
enum { OUTPUT_MOST = 16 << 20 };

static void close_from_to(int from, int to)
{
	/* the library's close_range() is younger than the kernels we run on; 5.9 has the call */
	if (from <= to)
		syscall(__NR_close_range, from, to, 0);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* What the runner has open, the ends of other sandboxes' pipes among it, is not for a claim. */
static void close_all_but(const struct sandbox *inside)
{
	int kept[] = {inside->events, inside->go, inside->output}, from = STDERR_FILENO + 1;

	qsort(kept, sizeof(kept) / sizeof(kept[0]), sizeof(kept[0]), by_number);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		close_from_to(from, kept[i] - 1);
		from = kept[i] + 1;
	}
	close_from_to(from, INT_MAX);
}

static void redirect(int output)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0)
		dup2(null, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (null > STDERR_FILENO)
		close(null);
	close(output);
}

static void __attribute__((noreturn))
claim_main(const struct sandbox *sandbox, sandbox_body body, const void *argument)
{
	const struct rlimit no_core = {0, 0}, output_limit = {OUTPUT_MOST, OUTPUT_MOST};
	sigset_t none;

	/* the runner blocks what would end it; a claim starts as any program does */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setrlimit(RLIMIT_CORE, &no_core);
	setrlimit(RLIMIT_FSIZE, &output_limit);
	redirect(sandbox->output);
	body(sandbox->events, sandbox->go, argument);
	fflush(NULL);
#ifdef __SANITIZE_ADDRESS__
	__lsan_do_leak_check();
#endif
	_exit(CAME_THROUGH);
}

#ifdef __SANITIZE_ADDRESS__
/* LeakSanitizer looks its process up in /proc, by the PID it has in here. */
static void mount_proc(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		perror("wirestate: a private /proc");
}
#endif

/* Init: the claim is pid 2, because a pid 1 would not die of the signals it sends itself. */
static void __attribute__((noreturn))
init_main(const struct sandbox *sandbox, sandbox_body body, const void *argument)
{
	int status = 0;
	bool through;
	pid_t claim;

#ifdef __SANITIZE_ADDRESS__
	mount_proc();
#endif
	claim = fork();
	if (claim == 0)
		claim_main(sandbox, body, argument);
	if (claim < 0 || waitpid(claim, &status, 0) != claim)
		_exit(1);
	through = WIFEXITED(status) && WEXITSTATUS(status) == CAME_THROUGH;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		; /* orphans that are dead already are not left behind */
	/* with -1 kill(2) reaches everybody in the namespace but init itself */
	stream_event(sandbox->events,
		     json_pack("{ss sb si sb}", "event", "exit", "through", through, "status",
			       status, "left", kill(-1, 0) == 0));
	_exit(0);
}

static bool may_make_namespaces(void)
{
	/* asked by doing: capabilities alone do not tell what a container's seccomp allows */
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWNET | CLONE_NEWPID) == 0 ? CAME_THROUGH : 1);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) == CAME_THROUGH;
}

/* fork(2) into new namespaces: clone(2) without a stack of its own. */
static pid_t fork_into(int namespaces)
{
	unsigned long flags = (unsigned long)namespaces | SIGCHLD;

#ifdef __s390__
	return (pid_t)syscall(SYS_clone, 0, flags, 0, 0, 0);
#else
	return (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
#endif
}

static int open_channels(struct sandbox *sandbox, struct sandbox *inside)
{
	int events[2] = {-1, -1}, go[2] = {-1, -1};
	int output = memfd_create("output", MFD_CLOEXEC);
	int error = 0;

	if (output < 0 || pipe2(events, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		error = -errno;
	if (!error && fcntl(events[0], F_SETFL, O_NONBLOCK) < 0)
		error = -errno;
	*sandbox =
		(struct sandbox){.pidfd = -1, .events = events[0], .go = go[1], .output = output};
	*inside = (struct sandbox){.pidfd = -1, .events = events[1], .go = go[0], .output = output};
	return error;
}

static void close_channels(struct sandbox *sandbox)
{
	int *fds[] = {&sandbox->events, &sandbox->go, &sandbox->output, &sandbox->pidfd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

int sandbox_start(struct sandbox *sandbox, sandbox_body body, const void *argument)
{
	static int user_namespace = -1;
	struct sandbox inside;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int error = open_channels(sandbox, &inside);

	if (user_namespace < 0)
		user_namespace = may_make_namespaces() ? 0 : CLONE_NEWUSER;
	if (!error) {
		fflush(NULL);
		sandbox->pid = fork_into(user_namespace | CLONE_NEWPID);
		if (sandbox->pid < 0)
			error = -errno;
	}
	if (!error && sandbox->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setsid(); /* the terminal's Ctrl-C is for the runner, which ends us in order */
		close_all_but(&inside);
		if (user_namespace && !fx_map_user(uid, gid))
			_exit(1);
		init_main(&inside, body, argument);
	}
	inside.output = -1; /* the runner keeps it */
	close_channels(&inside);
	if (!error)
		sandbox->pidfd = (int)syscall(__NR_pidfd_open, sandbox->pid, 0);
	if (!error && sandbox->pidfd < 0) {
		error = -errno;
		sandbox_kill(sandbox);
		waitpid(sandbox->pid, NULL, 0);
	}
	if (error)
		close_channels(sandbox);
	return error;
}

void sandbox_await_go(int go)
{
	uint16_t cpu;
	cpu_set_t one;

	if (read(go, &cpu, sizeof(cpu)) != sizeof(cpu))
		_exit(1);
	/* one CPU: packets then take one queue, and that is what barriers rest on */
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

void sandbox_let_go(struct sandbox *sandbox, unsigned cpu)
{
	uint16_t word = (uint16_t)cpu;

	/* a sandbox that died meanwhile is noticed by its end, not here */
	if (write(sandbox->go, &word, sizeof(word)) != sizeof(word))
		return;
}

void sandbox_kill(struct sandbox *sandbox)
{
	kill(sandbox->pid, SIGKILL);
}

void sandbox_reap(struct sandbox *sandbox, struct rusage *usage)
{
	int status;

	while (wait4(sandbox->pid, &status, 0, usage) < 0 && errno == EINTR)
		;
	close_channels(sandbox);
}
