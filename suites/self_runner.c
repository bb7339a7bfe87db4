/* SPDX-License-Identifier: MIT */
/* Running this very program inside a self-test. */
#include "suites/self_runner.h"
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "asserts/wait.h"

/* Seconds for a run that takes about one: less than the outer run gives a claim. */
static const double run_deadline = 45;

enum { WORDS_MAX = 24 };

struct self_ran self_ran;
struct self_how self_how;

static int64_t started;
static int teller = -1;
static char words_told[256];

void given_own_tmp(void)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/tmp", "tmpfs", 0, "mode=1777") < 0)
		SKIP("an own /tmp cannot be mounted: %s", strerror(errno));
	ASSERT_OK(chdir("/tmp"));
}

static void redirect(int to, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || dup2(fd, to) < 0)
		_exit(99);
	close(fd);
}

static void become(uid_t user)
{
	if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 ||
	    setresuid(user, user, user) < 0)
		_exit(98);
}

static void __attribute__((noreturn)) child_main(const char *const *words)
{
	const char *argv[WORDS_MAX] = {"selftest", "run", "--json", "report.json"};
	size_t count = 4;

	if (self_how.command) {
		argv[1] = self_how.command;
		argv[2] = argv[3] = NULL;
		count = 2;
	}
	while (*words && count < WORDS_MAX - 1)
		argv[count++] = *words++;
	redirect(STDERR_FILENO, self_how.err ? self_how.err : "err");
	redirect(STDOUT_FILENO, self_how.out ? self_how.out : "out");
	if (self_how.close_output)
		close(STDOUT_FILENO);
	if (self_how.ignore_sigchld)
		signal(SIGCHLD, SIG_IGN);
	if (self_how.user)
		become(self_how.user);
#ifdef __SANITIZE_ADDRESS__
	/* LeakSanitizer looks for itself in /proc, which is that of an outer PID namespace */
	setenv("ASAN_OPTIONS", "abort_on_error=1:detect_leaks=0", 1);
#endif
	execv("/proc/self/exe", (char *const *)argv);
	_exit(97);
}

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (file && getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text ? text : strdup("");
}

/* A line into the document; false when it has no place there. */
static bool add_line(json_t **document, json_t *line)
{
	json_t *instances = json_object_get(*document, "instances");
	size_t count = json_array_size(instances);

	if (!*document) {
		*document = line;
		return json_object_set_new(line, "instances", json_array()) == 0;
	}
	if (json_object_get(line, "of")) {
		int error = json_object_update(json_array_get(instances, count - 1), line);

		json_decref(line);
		return count > 0 && error == 0;
	}
	return json_array_append_new(instances, line) == 0;
}

json_t *self_read_lines(const char *text)
{
	json_t *document = NULL;

	while (*text) {
		size_t length = strcspn(text, "\n");
		json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

		if (!add_line(&document, line)) {
			json_decref(document);
			return NULL;
		}
		text += length + (text[length] == '\n');
	}
	return document;
}

static json_t *read_report(void)
{
	char *text = read_text("report.json");
	json_t *document = self_read_lines(text);

	free(text);
	return document;
}

pid_t self_start(const char *const *words)
{
	pid_t pid;

	if (!self_how.command)
		unlink("report.json");
	unlink("out");
	unlink("err");
	started = ws_now();
	pid = fork();
	if (pid == 0)
		child_main(words);
	ASSERT_THAT(pid > 0, "fork: %s", strerror(errno));
	return pid;
}

void self_await(pid_t pid)
{
	struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
	struct rusage usage;
	int status, ready = poll(&end, 1, (int)(run_deadline * 1000));

	close(end.fd);
	if (ready != 1)
		kill(pid, SIGKILL);
	ASSERT_OK(wait4(pid, &status, 0, &usage));
	ASSERT_THAT(ready == 1, "the run did not end within %g s", run_deadline);
	json_decref(self_ran.json);
	free(self_ran.out);
	free(self_ran.err);
	self_ran = (struct self_ran){
		.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
		.seconds = (double)(ws_now() - started) / 1e9,
		.peak = usage.ru_maxrss,
		.out = read_text("out"),
		.err = read_text("err"),
		.json = read_report(),
	};
	self_how = (struct self_how){0};
}

void self_run(const char *const *words)
{
	self_await(self_start(words));
}

void given_teller(void)
{
	ASSERT_OK(mkfifo("/tmp/told", 0666));
	teller = open("/tmp/told", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	ASSERT_THAT(teller >= 0, "/tmp/told: %s", strerror(errno));
	setenv("MISBEHAVE_TELLS", "/tmp/told", 1);
}

void drop_teller(void)
{
	close(teller);
	teller = -1;
}

const char *told(void)
{
	size_t length = strlen(words_told);
	ssize_t got = read(teller, words_told + length, sizeof(words_told) - 1 - length);

	words_told[length + (got > 0 ? (size_t)got : 0)] = '\0';
	return words_told;
}

void forget_told(void)
{
	words_told[0] = '\0';
}

void await_told(const char *text)
{
	struct pollfd readable = {.fd = teller, .events = POLLIN};

	do
		ASSERT_THAT(poll(&readable, 1, (int)(run_deadline * 1000)) == 1,
			    "nobody said '%s' within %g s", text, run_deadline);
	while (!strstr(told(), text));
}

json_t *self_instance(const char *name)
{
	json_t *instances = json_object_get(self_ran.json, "instances"), *instance;
	size_t i;

	json_array_foreach (instances, i, instance)
		if (strcmp(json_string_value(json_object_get(instance, "name")), name) == 0)
			return instance;
	return NULL;
}

const char *self_text(const char *name, const char *member)
{
	const char *text = json_string_value(json_object_get(self_instance(name), member));

	return text ? text : "";
}

size_t self_events(const char *name, const char *kind)
{
	json_t *events = json_object_get(self_instance(name), "events"), *event;
	size_t i, count = 0;

	json_array_foreach (events, i, event) {
		const char *text = json_string_value(json_object_get(event, "event"));

		count += text && strcmp(text, kind) == 0;
	}
	return count;
}

void self_expect(const struct self_expected *expected, size_t count)
{
	for (const struct self_expected *one = expected; one < expected + count; one++) {
		const char *outcome = self_text(one->name, "outcome");
		const char *reason = self_text(one->name, "reason");

		ASSERT_THAT(strcmp(outcome, one->outcome) == 0 &&
				    strstr(reason, one->reason ? one->reason : ""),
			    "%s: expected %s '%s', seen %s '%s'\n%s", one->name, one->outcome,
			    one->reason ? one->reason : "", outcome, reason, self_ran.err);
	}
}

void self_expect_end(int status, const char *text)
{
	ASSERT_THAT(self_ran.status == status && strstr(self_ran.err, text),
		    "expected status %d and '%s', seen %d and '%s'\n%s", status, text,
		    self_ran.status, self_ran.err, self_ran.out);
}
