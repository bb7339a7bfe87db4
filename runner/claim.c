/* SPDX-License-Identifier: MIT */
/* Inside a sandbox: build the hosts, run the CUnit test, tell what it did. */
#include "runner/claim.h"
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "asserts/pattern.h"
#include "asserts/states.h"
#include "asserts/wait.h"
#include "fixtures/stage.h"
#include "runner/stream.h"
#include "runner/text.h"

/* The directory stays open between two looks: a claim may use up all descriptors. */
static int open_descriptors(DIR *directory)
{
	int count = 0;

	if (!directory)
		return 0;
	rewinddir(directory);
	while (readdir(directory))
		count++;
	return count;
}

static struct fx_setup setup_of(const struct claim_job *job, struct fx_sysctl *sysctls)
{
	const struct run_instance *instance = job->instance;
	size_t count = job->options->sysctl_count;

	memcpy(sysctls, job->options->sysctls, count * sizeof(*sysctls));
	if (*instance->value)
		sysctls[count++] = (struct fx_sysctl){instance->sysctl, instance->value};
	sysctls[count] = (struct fx_sysctl){NULL, NULL};
	return (struct fx_setup){
		.family = strcmp(instance->family, "ipv6") == 0 ? AF_INET6 : AF_INET,
		.mapped = strcmp(instance->family, "mapped") == 0,
		.link = strcmp(instance->link, "loopback") == 0 ? FX_ON_LOOPBACK : FX_ON_WIRE,
		.sysctls = sysctls,
		.again = job->again,
	};
}

/* Told apart from a failure: what this machine does not offer, and what is out of order. */
static bool is_missing(int error)
{
	static const int missing[] = {EPERM,        EACCES,     ENOENT, EPROTONOSUPPORT,
				      EAFNOSUPPORT, EOPNOTSUPP, EROFS,  ENODEV,
				      EXDEV,        ENOSPC,     EINVAL, EADDRNOTAVAIL};

	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
		if (-error == missing[i])
			return true;
	return false;
}

static bool build(int events, const struct claim_job *job)
{
	struct fx_sysctl sysctls[RUN_LIST_MAX + 2];
	char problem[FX_PROBLEM] = "";
	struct fx_setup setup;
	int error;

	if (job->instance->claim->links == WS_LINK_NONE)
		return true;
	setup = setup_of(job, sysctls);
	error = fx_begin(&setup, problem);
	if (!error)
		return true;
	stream_event(events, json_pack("{ss ss sb}", "event", "cannot", "why",
				       *problem ? problem : strerror(-error), "missing",
				       is_missing(error)));
	fx_end();
	return false;
}

static char *timeline(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = ws_scene ? open_memstream(&text, &size) : NULL;

	if (!out)
		return NULL;
	ws_scene_print(ws_scene, "", out);
	fclose(out);
	return text;
}

static json_t *clean_string(char *text)
{
	char *clean = text ? text_clean(text) : NULL;
	json_t *value = clean ? json_string(clean) : json_null();

	free(clean);
	free(text);
	return value;
}

static const char *last_state(enum ws_side side)
{
	const struct ws_endpoint *endpoint;

	if (!ws_scene)
		return "";
	endpoint = side == WS_CLIENT ? &ws_scene->client : &ws_scene->server;
	return endpoint->local.family == AF_UNSPEC ? "" : ws_state_name(endpoint->last.state);
}

/* How much of the transcript the claim's patterns left to chance. */
static const char *open_word(void)
{
	if (!ws_scene || !ws_scene->open)
		return "";
	return ws_scene->open == MAY_REPEAT ? "repeats" : "packets";
}

static json_t *measured(void)
{
	const struct ws_measure *measure = ws_scene ? &ws_scene->measure : NULL;

	if (!measure)
		return json_null();
	return json_pack("{ss ss ss ss}", "what", measure->what, "documented", measure->documented,
			 "expected", measure->expected, "seen", measure->seen);
}

/* A failed CU_ASSERT_… did not pass through our judge: CUnit's list has it. */
static json_t *cunit_failure(void)
{
	const CU_FailureRecord *failure = CU_get_failure_list();

	if (!failure)
		return json_null();
	return json_pack("{ss ss si}", "text", failure->strCondition, "file", failure->strFileName,
			 "line", (int)failure->uiLineNumber);
}

static void tell_done(int events)
{
	char evidence[1024] = "";

	if (ws_scene)
		ws_scene_evidence(ws_scene, evidence, sizeof(evidence));
	stream_event(events,
		     json_pack("{ss si sf ss so so so ss ss ss}", "event", "done", "checks",
			       (int)CU_get_number_of_asserts(), "stall",
			       ws_scene ? ws_scene->stall : 0.0, "evidence", evidence, "measured",
			       measured(), "transcript", clean_string(timeline()), "failure",
			       cunit_failure(), "client", last_state(WS_CLIENT), "server",
			       last_state(WS_SERVER), "open", open_word()));
}

/* A child of the claim came here, by CUnit's longjmp out of the test or by returning from it. */
static void __attribute__((noreturn)) end_child(int events)
{
	const CU_FailureRecord *failure = CU_get_failure_list();

	if (failure)
		stream_event(events, json_pack("{ss sb ss si ss+}", "event", "check", "passed",
					       false, "file", failure->strFileName, "line",
					       (int)failure->uiLineNumber, "text",
					       failure->strCondition, "\n  in a child process"));
	_exit(1);
}

static void run_test(int events, const struct claim_job *job)
{
	pid_t self = getpid();

	ws_observer = stream_observer(events);
	if (ws_scene) {
		ws_scene_start();
		stream_event(events, json_pack("{ss sf}", "event", "start", "realtime",
					       (double)ws_scene->transcript.epoch / 1e9));
	}
	CU_set_error_action(CUEA_IGNORE);
	CU_run_test(job->suite, job->test);
	if (getpid() != self)
		end_child(events);
	ws_observer = NULL;
	tell_done(events);
	/* from here on the runner has another claim run: closing captures is mostly waiting */
	if (job->instance->claim->links != WS_LINK_NONE)
		fx_end();
}

void claim_body(int events, int go, const void *argument)
{
	const struct claim_job *job = argument;
	DIR *directory = opendir("/proc/self/fd");
	int before = open_descriptors(directory);

	if (!build(events, job))
		return;
	stream_event(events, json_pack("{ss}", "event", "ready"));
	sandbox_await_go(go);
	run_test(events, job);
	stream_event(events, json_pack("{ss si}", "event", "closed", "descriptors",
				       open_descriptors(directory) - before));
	if (directory)
		closedir(directory);
}

static void tell_sysctl(int events, const char *name)
{
	char value[256], *clean;

	if (fx_sysctl_get(name, value, sizeof(value)) < 0)
		return;
	clean = text_clean(value);
	stream_event(events,
		     json_pack("{ss ss ss*}", "event", "fact", "name", name, "value", clean));
	free(clean);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void tell_tcp_sysctls(int events)
{
	struct dirent **entries;
	int count = scandir("/proc/sys/net/ipv4", &entries, NULL, by_name);
	char name[300];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "net.ipv4.%s", entries[i]->d_name);
		/* keys are secrets, and new in every namespace */
		if (strncmp(entries[i]->d_name, "tcp_", 4) == 0 && !strstr(name, "fastopen_key"))
			tell_sysctl(events, name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	tell_sysctl(events, "net.core.somaxconn");
	tell_sysctl(events, "net.ipv4.ip_local_port_range");
}

/* Every value of a sweep must be one that this kernel takes; afterwards it has its own again. */
static int try_sweep(const struct run_options *options, char *problem)
{
	char own[256];
	int error = 0;

	if (!options->sweep)
		return 0;
	if (fx_sysctl_get(options->sweep, own, sizeof(own)) < 0) {
		snprintf(
			problem, FX_PROBLEM,
			"%s is not a sysctl of a network namespace: it has one value for the whole "
			"machine, which is left alone",
			options->sweep);
		return -EXDEV;
	}
	for (size_t i = 0; i < options->sweep_values.count && !error; i++) {
		error = fx_sysctl_set(options->sweep, options->sweep_values.word[i]);
		if (error)
			snprintf(problem, FX_PROBLEM, "%s = %s: %s", options->sweep,
				 options->sweep_values.word[i], fx_sysctl_problem(error));
	}
	fx_sysctl_set(options->sweep, own);
	return error;
}

void facts_body(int events, int go, const void *argument)
{
	const struct run_options *options = argument;
	struct fx_setup setup = {
		.family = AF_INET, .link = FX_ON_LOOPBACK, .sysctls = options->sysctls};
	char problem[FX_PROBLEM] = "";
	int error = fx_begin(&setup, problem);

	(void)go;
	if (!error)
		error = try_sweep(options, problem);
	if (error)
		stream_event(events, json_pack("{ss ss sb}", "event", "cannot", "why", problem,
					       "missing", is_missing(error)));
	else
		tell_tcp_sysctls(events);
	fx_end();
}

char *claim_again(const struct run_instance *instance, const struct run_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool mapped = strcmp(instance->family, "mapped") == 0;

	if (!out)
		return NULL;
	fprintf(out, "%s run %s", options->program, instance->name);
	if (mapped)
		fputs(" --family mapped", out);
	for (size_t i = 0; i < options->sysctl_count; i++)
		fprintf(out, " --sysctl '%s=%s'", options->sysctls[i].name,
			options->sysctls[i].value);
	fclose(out);
	return text;
}

int claim_jobs_make(struct claim_job *jobs, const struct run *run,
		    const struct run_options *options)
{
	CU_pSuite suite = NULL;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return -ENOMEM;
	for (size_t i = 0; i < run->count; i++) {
		const struct run_instance *instance = &run->instances[i];

		if (!suite || instance->chapter != run->instances[i - 1].chapter)
			suite = CU_add_suite(run_chapter_title(instance), NULL, NULL);
		if (!suite)
			return -ENOMEM;
		jobs[i] = (struct claim_job){
			.instance = instance,
			.options = options,
			.suite = suite,
			.test = CU_add_test(suite, instance->name, instance->claim->body),
			.again = claim_again(instance, options),
		};
		if (!jobs[i].test || !jobs[i].again)
			return -ENOMEM;
	}
	return 0;
}

void claim_jobs_clear(struct claim_job *jobs, size_t count)
{
	for (size_t i = 0; jobs && i < count; i++)
		free(jobs[i].again);
	free(jobs);
	CU_cleanup_registry();
}
