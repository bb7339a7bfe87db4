/* SPDX-License-Identifier: MIT */
/* What a run was made with. */
#include "runner/facts.h"
#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <CUnit/CUnit.h>
#include "asserts/kernel.h"
#include "asserts/wait.h"
#include "runner/claim.h"
#include "runner/inbox.h"
#include "runner/kconfig.h"
#include "runner/outcome.h"

static void __attribute__((format(printf, 3, 4)))
add(struct run *run, const char *name, const char *format, ...)
{
	struct run_fact *bigger = reallocarray(run->facts, run->fact_count + 1, sizeof(*bigger));
	struct run_fact *fact;
	va_list args;

	if (!bigger)
		return;
	run->facts = bigger;
	fact = &run->facts[run->fact_count];
	fact->name = strdup(name);
	va_start(args, format);
	if (vasprintf(&fact->value, format, args) < 0)
		fact->value = NULL;
	va_end(args);
	if (fact->name && fact->value) {
		run->fact_count++;
		return;
	}
	free((char *)fact->name);
	free(fact->value);
}

static void add_option(void *context, const char *name, const char *value)
{
	add(context, name, "%s", value);
}

static void add_machine(struct run *run)
{
	struct utsname name;

	if (uname(&name) < 0)
		return;
	add(run, "kernel", "%s", name.release);
	add(run, "release", "%s", ws_kernel_release());
	add(run, "kernel build", "%s", name.version);
	add(run, "arch", "%s", name.machine);
	add(run, "hostname", "%s", name.nodename);
	add(run, "hz", "%ld", ws_hz());
	add(run, "processors", "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	kconfig_read(name.release, add_option, run);
	add(run, "user", "%s", geteuid() == 0 ? "root" : "ordinary (user namespace)");
}

static void add_command(struct run *run, const struct run_options *options)
{
	add(run, "command", "%s", options->command);
	add(run, "wirestate", "%s", WIRESTATE_VERSION);
	add(run, "CUnit", "%s", CU_VERSION);
	add(run, "libpcap", "%s", pcap_lib_version());
	add(run, "jansson", "%s", jansson_version_str());
	if (options->shuffle)
		add(run, "seed", "%lu", options->seed);
}

static void read_until_end(struct sandbox *sandbox, struct inbox *inbox)
{
	struct pollfd polls[] = {{sandbox->events, POLLIN, 0}, {sandbox->pidfd, POLLIN, 0}};

	do {
		if (poll(polls, 2, -1) < 0 && errno != EINTR)
			break;
		inbox_read(inbox, sandbox->events);
	} while (!polls[1].revents);
	inbox_read(inbox, sandbox->events);
}

static void add_sysctls(struct run *run, const json_t *events)
{
	const json_t *event;
	size_t i;

	json_array_foreach (events, i, event)
		if (strcmp(outcome_text(event, "event"), "fact") == 0)
			add(run, outcome_text(event, "name"), "%s", outcome_text(event, "value"));
}

static bool cannot_run(const char *why)
{
	fprintf(stderr, "wirestate: cannot run: %s\n", why);
	return false;
}

bool facts_collect(struct run *run, const struct run_options *options, char **missing)
{
	struct sandbox sandbox;
	struct inbox inbox;
	struct rusage usage;
	const json_t *cannot;
	bool can;
	int error;

	add_machine(run);
	add_command(run, options);
	error = sandbox_start(&sandbox, facts_body, options);
	if (error)
		return cannot_run(fx_namespace_problem(error));
	inbox_open(&inbox);
	read_until_end(&sandbox, &inbox);
	sandbox_reap(&sandbox, &usage);
	add_sysctls(run, inbox.events);
	cannot = outcome_event(inbox.events, "cannot");
	if (cannot) {
		can = cannot_run(outcome_text(cannot, "why"));
		if (json_is_true(json_object_get(cannot, "missing")))
			*missing = strdup(outcome_text(cannot, "why"));
	} else if (!outcome_event(inbox.events, "exit")) {
		can = cannot_run(
			"a sandbox died before it was built; is a user namespace's uid_map "
			"writable here?");
	} else {
		can = true;
	}
	inbox_close(&inbox);
	return can;
}

void facts_clear(struct run *run)
{
	for (size_t i = 0; i < run->fact_count; i++) {
		free((char *)run->facts[i].name);
		free(run->facts[i].value);
	}
	free(run->facts);
	run->facts = NULL;
	run->fact_count = 0;
}
