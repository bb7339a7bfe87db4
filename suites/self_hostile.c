/* SPDX-License-Identifier: MIT */
/* The hostile run, and what is asked of reports of it. */
#include "suites/self_hostile.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "runner/text.h"

static const struct ws_claim hostile_chapter = {.says = HOSTILE_LINE, .file = "a.c", .line = 1};

static const struct ws_claim plain_chapter = {.says = "a plain chapter", .file = "a.c", .line = 2};

static const struct ws_claim hostile_claim = {
	.id = "hostile.claim",
	.says = HOSTILE,
	.source = HOSTILE,
	.verdict = REFUTED,
	.but = HOSTILE,
	.file = HOSTILE,
	.line = 7,
};

static const struct ws_claim plain_claim = {
	.id = "plain.claim",
	.says = "a sentence about TCP",
	.source = "article",
	.verdict = HOLDS,
	.file = "a.c",
	.line = 9,
};

static const struct ws_claim lone_claim = {
	.id = "lone",
	.says = "a claim without a chapter",
	.source = "RFC 9293",
	.verdict = EXTENDS,
	.file = "a.c",
	.line = 11,
};

/* clang-format off */
static struct run_instance instances[] = {
	{&hostile_claim, &hostile_chapter, "ipv4", "wire", "", "", false, 0, (char []){"hostile/pass"}},
	{&hostile_claim, &hostile_chapter, "ipv6", "wire", "", "", false, 0, (char []){"hostile/fail"}},
	{&hostile_claim, &hostile_chapter, "ipv4", "loopback", HOSTILE, HOSTILE, false, 0, (char []){HOSTILE_LINE}},
	{&plain_claim, &plain_chapter, "ipv4", "wire", "", "", false, 0, (char []){"plain.claim/ipv4/wire"}},
	{&plain_claim, &plain_chapter, "ipv6", "wire", "", "", true, 0, (char []){"plain.claim/ipv6/wire"}},
	{&lone_claim, NULL, "", "", "", "", false, 0, (char []){"lone"}},
	{&lone_claim, NULL, "", "", "", "", false, 0, (char []){"lone/silent"}},
};
/* clang-format on */

_Static_assert(sizeof(instances) / sizeof(instances[0]) == HOSTILE_INSTANCES, "");

char self_long_line[LONG_LINE + 1];

static struct run_result results[HOSTILE_INSTANCES] = {
	{.outcome = RUN_PASS, .evidence = (char[]){HOSTILE}, .transcript = (char[]){HOSTILE}},
	{.outcome = RUN_FAIL, .reason = (char[]){HOSTILE}, .file = HOSTILE, .line = 1},
	{.outcome = RUN_ERROR,
	 .reason = self_long_line,
	 .transcript = self_long_line,
	 .pcap = self_long_line},
	{.outcome = RUN_SKIP, .reason = (char[]){"no IPv6 here\nload the module"}, .checks = 12},
	{.outcome = RUN_PENDING},
	{.outcome = RUN_PASS, .seconds = 1234.5678, .runs = 50, .bad_runs = 0},
	{.outcome = RUN_ERROR, .reason = (char[]){"\n \n"}, .runs = 50, .bad_runs = 3},
};

static struct run_fact facts[] = {
	{"kernel", (char[]){"6.18.44"}},
	{"arch", (char[]){HOSTILE}},
	{"hostname", (char[]){""}},
	{"net.ipv4.tcp_congestion_control", NULL},
};

static const struct run hostile_run = {
	.instances = instances,
	.results = results,
	.count = HOSTILE_INSTANCES,
	.facts = facts,
	.fact_count = sizeof(facts) / sizeof(facts[0]),
	.started = 1767225600.25,
	.seconds = 6.0625,
	.interrupted = true,
};

/* Its long texts cannot be initialisers. */
const struct run *given_hostile_run(void)
{
	memset(self_long_line, 'x', LONG_LINE);
	snprintf(self_long_line + LONG_LINE - 3, 4, "\xe2\x82\xac");
	return &hostile_run;
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

struct written self_write(enum format format, void (*use)(const char *path))
{
	char directory[] = "/tmp/wirestate-self-XXXXXX", path[64];
	struct written written = {.error = -EIO};

	if (!mkdtemp(directory))
		return written;
	snprintf(path, sizeof(path), "%s/report", directory);
	written.error = format_write(format, given_hostile_run(), 1, path);
	if (use)
		use(path);
	written.text = read_file(path);
	unlink(path);
	/* fails, and says so, when something was left beside the report */
	if (rmdir(directory) < 0)
		written.error = -errno;
	return written;
}

size_t self_occurrences(const char *text, const char *needle)
{
	size_t found = 0;

	for (; (text = strstr(text, needle)); text++)
		found++;
	return found;
}

bool self_is_safe(const char *text, bool coloured)
{
	while (*text) {
		uint32_t character;
		size_t length = text_decode(text, &character);

		if (length == 1 && character == TEXT_REPLACEMENT)
			return false;
		if (character == 0x1b && !(coloured && text[1] == '['))
			return false;
		if (character != 0x1b && character != '\n' && character != '\t' &&
		    (character < 0x20 || (character >= 0x7f && character < 0xa0)))
			return false;
		text += length;
	}
	return true;
}

const char *self_wrong_part(const char *text, const struct part *parts, size_t count)
{
	static char wrong[512];

	for (size_t i = 0; i < count; i++) {
		size_t seen = text ? self_occurrences(text, parts[i].text) : 0;

		if (seen == parts[i].times)
			continue;
		snprintf(wrong, sizeof(wrong), "%zu times instead of %zu: %s", seen, parts[i].times,
			 parts[i].text);
		return wrong;
	}
	return NULL;
}
