/* SPDX-License-Identifier: MIT */
/* Self-tests of the reports: whatever a claim saw, what is written can be read. */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "asserts/judge.h"
#include "runner/formats.h"
#include "runner/report.h"
#include "runner/text.h"
#include "suites/claim.h"
#include "suites/self_runner.h"

CHAPTER("self-tests: reports");

/* -------------------------------------------------------------------- a run to report about */

/* Names and titles are ours and have one line; everything else may have more. */
#define HOSTILE_LINE                                                                               \
	"<script>alert(\"1\")</script> & ]]> \x1b[31mred\x1b[0m \x01\x7f \xc2\x9b"                 \
	"31m \xff\xfe \xc0\xaf \xed\xa0\x80 \xef\xbf\xbf \xf4\x90\x80\x80 tab\there"
#define HOSTILE HOSTILE_LINE "\r\nsecond line \xe2\x82\xac \xe2\x82"

#define LONG_LINE 200000

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

#define INSTANCES (sizeof(instances) / sizeof(instances[0]))

static char long_line[LONG_LINE + 1];

static struct run_result results[INSTANCES] = {
	{.outcome = RUN_PASS, .evidence = (char[]){HOSTILE}, .transcript = (char[]){HOSTILE}},
	{.outcome = RUN_FAIL, .reason = (char[]){HOSTILE}, .file = HOSTILE, .line = 1},
	{.outcome = RUN_ERROR, .reason = long_line, .transcript = long_line, .pcap = long_line},
	{.outcome = RUN_SKIP, .reason = (char[]){"no IPv6 here\nload the module"}},
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
	.count = INSTANCES,
	.facts = facts,
	.fact_count = sizeof(facts) / sizeof(facts[0]),
	.started = 1767225600.25,
	.seconds = 6.0625,
	.interrupted = true,
};

static const struct report_style plain_style = {.width = 80, .utf8 = true, .verbosity = 1};
static const struct report_style rich_style = {
	.colour = true, .terminal = true, .utf8 = true, .width = 80};

/* The hostile run; its long texts cannot be initialisers. */
static const struct run *given_hostile_run(void)
{
	memset(long_line, 'x', LONG_LINE);
	snprintf(long_line + LONG_LINE - 3, 4, "\xe2\x82\xac");
	return &hostile_run;
}

/* ------------------------------------------------------------------------------- the helpers */

/* What is asserted is read back first, so that a failure leaves no file behind. */
struct written {
	int error;
	int xmllint; /* its exit status; -1 when there is no xmllint */
	char *text;
};

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

/* Returns xmllint's exit status, -1 if there is none; what it says is shown only if `loud`. */
static int spawn_xmllint(const char *path, bool loud)
{
	const char *source = getenv("WIRESTATE_SOURCE");
	char schema[4096];
	char *const command[] = {"xmllint", "--noout", "--schema", schema, (char *)path, NULL};
	posix_spawn_file_actions_t actions;
	int status, error;
	pid_t pid;

	snprintf(schema, sizeof(schema), "%s/ci/junit.xsd", source ? source : ".");
	posix_spawn_file_actions_init(&actions);
	if (!loud)
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		return -1;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

/* Validate against the schema in the source tree; xmllint also says so when all is well. */
static int run_xmllint(const char *path)
{
	int status = spawn_xmllint(path, false);

	return status > 0 ? spawn_xmllint(path, true) : status;
}

static struct written write_report(enum format format, bool xml)
{
	char directory[] = "/tmp/wirestate-self-XXXXXX", path[64];
	struct written written = {.error = -EIO, .xmllint = 255};

	if (!mkdtemp(directory))
		return written;
	snprintf(path, sizeof(path), "%s/report", directory);
	written.error = format_write(format, given_hostile_run(), 1, path);
	if (xml)
		written.xmllint = run_xmllint(path);
	written.text = read_file(path);
	unlink(path);
	/* fails, and says so, when something was left beside the report */
	if (rmdir(directory) < 0)
		written.error = -errno;
	return written;
}

/* How often `needle` is in `text`. */
static size_t occurrences(const char *text, const char *needle)
{
	size_t found = 0;

	for (; (text = strstr(text, needle)); text++)
		found++;
	return found;
}

/* What a report for people prints. To be freed. */
static char *printed(void (*report)(const struct run *, const struct report_style *, FILE *),
		     const struct report_style *style)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	report(given_hostile_run(), style, out);
	fclose(out);
	return text;
}

static void print_instances(const struct run *run, const struct report_style *style, FILE *out)
{
	for (size_t i = 0; i < run->count; i++)
		report_instance(&run->instances[i], &run->results[i], HOSTILE, style, out);
}

static void print_progress(const struct run *run, const struct report_style *style, FILE *out)
{
	report_progress(run, 3, long_line, style, out);
}

/* Valid UTF-8 without control characters; ESC only as the start of a colour when `coloured`. */
static bool is_safe(const char *text, bool coloured)
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

/* ------------------------------------------------------------------------------------ JUnit */

CLAIM("self.junit.hostile", HOLDS, "a JUnit report of hostile text is valid",
      "runner/junit.c; ci/junit.xsd", PURE)
{
	struct written junit = write_report(FORMAT_JUNIT, true);

	free(junit.text);
	CU_ASSERT_EQUAL_FATAL(junit.error, 0);
	if (junit.xmllint < 0)
		SKIP("xmllint is not installed (libxml2-utils)");
	CU_ASSERT_EQUAL_FATAL(junit.xmllint, 0);
}

/* What the schema must refuse: `wrong` in place of the first `right`. */
static const struct spoiling {
	const char *right, *wrong;
} spoilings[] = {
	{" message=\"", " massage=\""},
	{" message=\"no IPv6 here\"", " message=\" \""},
	{" timestamp=\"2026-", " timestamp=\"26-"},
	{" time=\"6.063\"", " time=\"6,063\""},
	{" time=\"6.063\"", " time=\"6.0\""},
	{" hostname=\"localhost\"", ""},
	{" failures=\"", " failures=\"-"},
	{"plain.claim/ipv6/wire", "plain.claim/ipv4/wire"}, /* two of one name */
	{"type=\"assertion\"", "type=\"\""},
};

/* Put the spoilt report through xmllint, which is known to be there. Returns its status. */
static int validate_spoilt(const char *text, const struct spoiling *spoiling)
{
	const char *place = strstr(text, spoiling->right);
	char path[] = "/tmp/wirestate-self-XXXXXX";
	int fd = mkstemp(path), status = 0;
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		return 0;
	if (place) {
		fprintf(file, "%.*s%s%s", (int)(place - text), text, spoiling->wrong,
			place + strlen(spoiling->right));
		fflush(file);
		status = spawn_xmllint(path, false);
	}
	fclose(file);
	unlink(path);
	return status;
}

CLAIM("self.junit.schema-refuses", HOLDS, "our schema refuses what a reader could not use",
      "ci/junit.xsd", PURE)
{
	static const int refused = 3; /* xmllint(1): validation error */
	struct written junit = write_report(FORMAT_JUNIT, true);
	size_t i = 0;

	while (i < sizeof(spoilings) / sizeof(spoilings[0]) && junit.text &&
	       validate_spoilt(junit.text, &spoilings[i]) == refused)
		i++;
	free(junit.text);
	if (junit.xmllint < 0)
		SKIP("xmllint is not installed (libxml2-utils)");
	CU_ASSERT_EQUAL_FATAL(i, sizeof(spoilings) / sizeof(spoilings[0]));
}

CLAIM("self.junit.outcomes", HOLDS, "each outcome has its element, and the counts agree",
      "runner/junit.c", PURE)
{
	static const struct {
		const char *text;
		size_t times;
	} parts[] = {
		{"<testcase ", INSTANCES},
		{"<failure type=\"assertion\" message=\"&lt;script&gt;", 1},
		{"<error type=\"error\" message=\"", 2},
		{"<skipped type=\"skipped\" message=\"no IPv6 here\">no IPv6 here\nload the", 1},
		{"<skipped type=\"interrupted\" message=\"not run: interrupted\">", 1},
		{"message=\"no reason was given\"", 1},
		{"<testsuites name=\"wirestate\" tests=\"7\" failures=\"1\" errors=\"2\"", 1},
		{"tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"2\" time=\"0.000\"", 1},
		{"name=\"claims\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\"", 1},
		{"time=\"1234.568\" timestamp=\"2026-01-01T00:00:00\" hostname=\"localhost\"", 1},
		{"classname=\"wirestate.plain\" name=\"plain.claim/ipv6/wire\"", 1},
		{"runs: 50, not passed: 3", 1},
		{" more bytes: see the JSON report]", 3},
	};
	struct written junit = write_report(FORMAT_JUNIT, false);
	size_t i = 0;

	while (i < sizeof(parts) / sizeof(parts[0]) && junit.text &&
	       occurrences(junit.text, parts[i].text) == parts[i].times)
		i++;
	free(junit.text);
	CU_ASSERT_EQUAL_FATAL(i, sizeof(parts) / sizeof(parts[0]));
}

/* How many of these texts are not in a report as often as they should be; what is wrong is said. */
struct part {
	const char *text;
	size_t times;
};

static size_t parts_missing(const char *text, const struct part *parts, size_t count)
{
	size_t missing = 0;

	for (size_t i = 0; i < count; i++) {
		size_t seen = text ? occurrences(text, parts[i].text) : 0;

		if (seen == parts[i].times)
			continue;
		fprintf(stderr, "%zu times, not %zu: %s\n", seen, parts[i].times, parts[i].text);
		missing++;
	}
	return missing;
}

#define PARTS_MISSING(text, parts) parts_missing(text, parts, sizeof(parts) / sizeof((parts)[0]))

CLAIM("self.junit.extended", HOLDS,
      "the extended dialect has file, line, properties and attachments, and only it",
      "runner/junit.c", PURE)
{
	static const struct part parts[] = {
		{" line=\"9\" assertions=\"0\">", 2},
		{"<property name=\"verdict\" value=\"holds\"/>", 2},
		{"<property name=\"family\" value=\"ipv6\"/>", 2},
		{"tests=\"7\" failures=\"1\" errors=\"2\" skipped=\"2\"", 1},
		{"<system-out>[[ATTACHMENT|xxx", 1},
	};
	struct run extended = *given_hostile_run();
	char *text = NULL;
	size_t size, missing, strict;
	FILE *out = open_memstream(&text, &size);

	extended.extended = true;
	junit_print(out, &extended);
	fclose(out);
	missing = PARTS_MISSING(text, parts);
	free(text);
	out = open_memstream(&text, &size);
	junit_print(out, given_hostile_run());
	fclose(out);
	strict = PARTS_MISSING(text, parts);
	free(text);
	CU_ASSERT_EQUAL_FATAL(missing, 0);
	CU_ASSERT_EQUAL_FATAL(strict, sizeof(parts) / sizeof(parts[0]));
}

/* ---------------------------------------------------------------------------- KTAP, Markdown */

/* Is it a line that a KTAP parser knows, at the level of `indent`? */
static bool is_ktap(const char *line)
{
	line += strspn(line, " ");
	return *line == '#' || strncmp(line, "KTAP version 1\n", 15) == 0 ||
	       strncmp(line, "1..", 3) == 0 || strncmp(line, "ok ", 3) == 0 ||
	       strncmp(line, "not ok ", 7) == 0;
}

static bool all_lines_are_ktap(const char *text)
{
	for (; text && *text; text += text_line(text) + 1)
		if (!is_ktap(text))
			return false;
	return text != NULL;
}

CLAIM("self.ktap.hostile", HOLDS, "a KTAP report of hostile text has no line that is not KTAP",
      "runner/ktap.c", PURE)
{
	static const struct part parts[] = {
		{"\n1..3\n", 1},
		{"  ok 1 hostile_pass # time=0ms\n", 1},
		{"  not ok 2 hostile_fail # time=0ms\n", 1},
		{"  ok 1 plain.claim_ipv4_wire # SKIP no IPv6 here\n", 1},
		{"  ok 2 plain.claim_ipv6_wire # SKIP not run: interrupted\n", 1},
		{"\nok 2 a-plain-chapter # SKIP all of it\n", 1},
		{"\nnot ok 3 claims\n", 1},
		{"  not ok 2 lone_silent # ERROR time=0ms\n", 1},
		{"# pass:2 fail:1 error:2 skip:2\n", 1},
	};
	struct written ktap = write_report(FORMAT_KTAP, false);
	bool safe = is_safe(ktap.text, false), lines = all_lines_are_ktap(ktap.text);
	size_t missing = PARTS_MISSING(ktap.text, parts);

	free(ktap.text);
	CU_ASSERT_EQUAL_FATAL(ktap.error, 0);
	CU_ASSERT_TRUE_FATAL(safe);
	CU_ASSERT_TRUE_FATAL(lines);
	CU_ASSERT_EQUAL_FATAL(missing, 0);
}

CLAIM("self.markdown.hostile", HOLDS, "a Markdown summary of hostile text shows it as text",
      "runner/markdown.c", PURE)
{
	static const struct part parts[] = {
		{"### \xe2\x9c\x97 wirestate: 3 failed\n", 1},
		{"| <code>6&#46;18&#46;44</code> |", 0},
		{"| <code>6.18.44</code> | 2 | 1 | 2 | 2 |\n", 1},
		{"<details>", 3},
		{"</details>", 3},
		{"\n```\nno reason was given\n```\n", 1},
		{"<summary><code>lone/silent</code> error: ", 1},
	};
	struct written markdown = write_report(FORMAT_MARKDOWN, false);
	size_t missing = PARTS_MISSING(markdown.text, parts);
	size_t length = markdown.text ? strlen(markdown.text) : 0;
	bool safe = is_safe(markdown.text, false);
	/* between fences it is text; outside of them the element would be one */
	bool outside = markdown.text && strstr(markdown.text, "<code><script>");

	free(markdown.text);
	CU_ASSERT_EQUAL_FATAL(markdown.error, 0);
	CU_ASSERT_TRUE_FATAL(safe);
	CU_ASSERT_FALSE_FATAL(outside);
	CU_ASSERT_EQUAL_FATAL(missing, 0);
	CU_ASSERT_TRUE_FATAL(length < 65536);
}

/* ------------------------------------------------------------------------------------- JSON */

CLAIM("self.json.hostile", HOLDS, "a JSON report of hostile text can be read, and holds it all",
      "runner/json.c", PURE)
{
	struct written json = write_report(FORMAT_JSON, false);
	json_t *document = self_read_lines(json.text ? json.text : "");
	json_t *list = json_object_get(document, "instances");
	json_t *error = json_array_get(list, 2), *silent = json_array_get(list, 6);
	size_t count = json_array_size(list);
	size_t transcript = json_string_length(json_object_get(error, "transcript"));
	json_int_t bad_runs = json_integer_value(json_object_get(silent, "bad_runs"));
	double seconds = json_real_value(json_object_get(json_array_get(list, 5), "seconds"));

	json_decref(document);
	free(json.text);
	CU_ASSERT_EQUAL_FATAL(json.error, 0);
	CU_ASSERT_EQUAL_FATAL(count, INSTANCES);
	CU_ASSERT_EQUAL_FATAL(transcript, LONG_LINE);
	CU_ASSERT_EQUAL_FATAL(bad_runs, 3);
	CU_ASSERT_DOUBLE_EQUAL_FATAL(seconds, 1234.5678, 1e-9);
}

/* Take a locale with a decimal comma, if one is installed. */
static bool use_comma_locale(void)
{
	static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "pl_PL.UTF-8"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (setlocale(LC_NUMERIC, names[i]))
			return true;
	}
	return false;
}

CLAIM("self.json.locale", HOLDS, "a JSON report has a dot where the locale has a comma",
      "runner/json.c", PURE)
{
	if (!use_comma_locale())
		SKIP("no locale with a decimal comma is installed (locales-all has some)");

	struct written json = write_report(FORMAT_JSON, false);
	bool dotted = json.text && strstr(json.text, "\"seconds\":1234.5678,");

	free(json.text);
	setlocale(LC_NUMERIC, "C");
	CU_ASSERT_TRUE_FATAL(dotted);
}

CLAIM("self.json.list", HOLDS, "the plan as JSON folds instances into claims", "runner/json.c",
      PURE)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int error = report_list_json(given_hostile_run(), out);

	fclose(out);

	json_t *list = json_loads(text, 0, NULL);
	size_t claims = json_array_size(list);
	size_t names = json_array_size(json_object_get(json_array_get(list, 0), "instances"));

	json_decref(list);
	free(text);
	CU_ASSERT_EQUAL_FATAL(error, 0);
	CU_ASSERT_EQUAL_FATAL(claims, 3);
	CU_ASSERT_EQUAL_FATAL(names, 3);
}

/* ---------------------------------------------------------------------------------- console */

CLAIM("self.console.hostile", HOLDS, "no text a claim saw can drive the terminal",
      "runner/console.c, ledger.c, list.c", PURE)
{
	static void (*const reports[])(const struct run *, const struct report_style *, FILE *) = {
		print_instances, report_ledger, report_summary, report_list, print_progress,
	};

	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		char *plain = printed(reports[i], &plain_style);
		bool safe = is_safe(plain, false);

		free(plain);
		CU_ASSERT_TRUE_FATAL(safe);
	}
}

CLAIM("self.console.colour", HOLDS, "colour is all that a terminal gets more", "runner/page.c",
      PURE)
{
	char *rich = printed(report_ledger, &rich_style);
	bool safe = is_safe(rich, true), coloured = strstr(rich, "\x1b[1;31mDIFFERS\x1b[0m");

	free(rich);
	CU_ASSERT_TRUE_FATAL(safe);
	CU_ASSERT_TRUE_FATAL(coloured);
}

CLAIM("self.console.progress-fits", HOLDS, "the progress line never wraps", "runner/console.c",
      PURE)
{
	char *line = printed(print_progress, &rich_style);
	size_t shown = occurrences(line, "x");
	bool begins = strstr(line, "[6/7] 3 failed, 3 running  xxx");

	free(line);
	CU_ASSERT_TRUE_FATAL(begins);
	CU_ASSERT_EQUAL_FATAL(shown, 79 - strlen("[6/7] 3 failed, 3 running  "));
}

CLAIM("self.console.quiet", HOLDS, "quietly, only what went wrong and one line is printed",
      "runner/console.c", PURE)
{
	static const struct report_style quiet = {.width = 80, .verbosity = -1};
	char *ledger = printed(report_ledger, &quiet), *summary = printed(report_summary, &quiet);
	char *each = printed(print_instances, &quiet);
	bool silent = *ledger == '\0', one_line = occurrences(summary, "\n") == 1;
	bool bad_only = strstr(each, "hostile/fail") && !strstr(each, "skip ") &&
			!strstr(each, "hostile/pass");

	free(ledger);
	free(summary);
	free(each);
	CU_ASSERT_TRUE_FATAL(silent);
	CU_ASSERT_TRUE_FATAL(one_line);
	CU_ASSERT_TRUE_FATAL(bad_only);
}
