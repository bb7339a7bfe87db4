/* SPDX-License-Identifier: MIT */
/* Self-tests of the reports in files: whatever a claim saw, what is written can be read. */
#include <CUnit/CUnit.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "runner/html.h"
#include "runner/report.h"
#include "runner/text.h"
#include "suites/claim.h"
#include "suites/self_hostile.h"
#include "suites/self_runner.h"

CHAPTER("self-tests: reports in files");

/* ------------------------------------------------------------------------------------ JUnit */

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

/* The last exit status; -1 when there is no xmllint. */
static int xmllint_status;

/* Validate against the schema in the source tree; xmllint also says so when all is well. */
static void run_xmllint(const char *path)
{
	xmllint_status = spawn_xmllint(path, false);
	if (xmllint_status > 0)
		xmllint_status = spawn_xmllint(path, true);
}

CLAIM("self.junit.hostile", HOLDS, "a JUnit report of hostile text is valid",
      "runner/junit.c; ci/junit.xsd", PURE)
{
	struct written junit = self_write(FORMAT_JUNIT, run_xmllint);

	free(junit.text);
	CU_ASSERT_EQUAL_FATAL(junit.error, 0);
	if (xmllint_status < 0)
		SKIP("xmllint is not installed (libxml2-utils)");
	CU_ASSERT_EQUAL_FATAL(xmllint_status, 0);
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
	struct written junit = self_write(FORMAT_JUNIT, run_xmllint);
	size_t i = 0;

	while (i < sizeof(spoilings) / sizeof(spoilings[0]) && junit.text &&
	       validate_spoilt(junit.text, &spoilings[i]) == refused)
		i++;
	free(junit.text);
	if (xmllint_status < 0)
		SKIP("xmllint is not installed (libxml2-utils)");
	CU_ASSERT_EQUAL_FATAL(i, sizeof(spoilings) / sizeof(spoilings[0]));
}

CLAIM("self.junit.outcomes", HOLDS, "each outcome has its element, and the counts agree",
      "runner/junit.c", PURE)
{
	static const struct part parts[] = {
		{"<testcase ", HOSTILE_INSTANCES},
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
	struct written junit = self_write(FORMAT_JUNIT, NULL);
	const char *wrong = WRONG_PART(junit.text, parts);

	free(junit.text);
	ASSERT_THAT(!wrong, "%s", wrong);
}

CLAIM("self.junit.extended", HOLDS,
      "the extended dialect has file, line, properties and attachments, and only it",
      "runner/junit.c", PURE)
{
	static const struct part parts[] = {
		{" line=\"9\" assertions=\"0\">", 1},
		{" line=\"9\" assertions=\"12\">", 1},
		{"<property name=\"verdict\" value=\"holds\"/>", 2},
		{"<property name=\"family\" value=\"ipv6\"/>", 2},
		{"tests=\"7\" failures=\"1\" errors=\"2\" skipped=\"2\"", 1},
		{"<system-out>[[ATTACHMENT|xxx", 1},
	};
	struct run extended = *given_hostile_run();
	char *text = NULL;
	const char *wrong;
	size_t size, absent = 0;
	FILE *out = open_memstream(&text, &size);

	extended.extended = true;
	junit_print(out, &extended);
	fclose(out);
	wrong = WRONG_PART(text, parts);
	free(text);
	out = open_memstream(&text, &size);
	junit_print(out, given_hostile_run());
	fclose(out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		absent += self_occurrences(text, parts[i].text) == 0;
	free(text);
	ASSERT_THAT(!wrong, "%s", wrong);
	CU_ASSERT_EQUAL_FATAL(absent, sizeof(parts) / sizeof(parts[0]));
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
		{"  not ok 2 plain.claim_ipv6_wire # ERROR not run: interrupted\n", 1},
		{"\nnot ok 2 a-plain-chapter\n", 1},
		{"\nnot ok 3 claims\n", 1},
		{"  not ok 2 lone_silent # ERROR time=0ms\n", 1},
		{"  ok 1 lone # time=1234568ms\n", 1},
		{"  # no reason was given\n", 1},
		{"  # second line \xe2\x82\xac ", 1},
		{"  # a.c:11\n", 1},
		{"# Totals: pass:2 fail:1 xfail:0 xpass:0 skip:1 error:3\n", 1},
	};
	struct written ktap = self_write(FORMAT_KTAP, NULL);
	bool safe = self_is_safe(ktap.text, false), lines = all_lines_are_ktap(ktap.text);
	const char *wrong = WRONG_PART(ktap.text, parts);

	free(ktap.text);
	CU_ASSERT_EQUAL_FATAL(ktap.error, 0);
	CU_ASSERT_TRUE_FATAL(safe);
	CU_ASSERT_TRUE_FATAL(lines);
	ASSERT_THAT(!wrong, "%s", wrong);
}

CLAIM("self.markdown.hostile", HOLDS, "a Markdown summary of hostile text shows it as text",
      "runner/markdown.c", PURE)
{
	static const struct part parts[] = {
		{"### \xe2\x9c\x97 wirestate: 3 of 7 failed on Linux 6.18.44\n", 1},
		{"| <code>6.18.44</code> | 2 | 1 | 2 | 1 | 1 |\n", 1},
		{"3 claims: 1 differ, 1 errors, 1 skipped.\n", 1},
		{"<details>", 3},
		{"</details>", 3},
		{"\n    no reason was given\n", 1},
		{"<summary><code>lone/silent</code> error: ", 1},
		/* indented it is text; elsewhere the element would be one */
		{"<code><script>", 0},
		{"<code>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#93;&#93;&gt; ",
		 4},
	};
	struct written markdown = self_write(FORMAT_MARKDOWN, NULL);
	const char *wrong = WRONG_PART(markdown.text, parts);
	size_t length = markdown.text ? strlen(markdown.text) : 0;
	bool safe = self_is_safe(markdown.text, false);

	free(markdown.text);
	CU_ASSERT_EQUAL_FATAL(markdown.error, 0);
	CU_ASSERT_TRUE_FATAL(safe);
	ASSERT_THAT(!wrong, "%s", wrong);
	CU_ASSERT_TRUE_FATAL(length < 65536);
}

/* ------------------------------------------------------------------------------------- JSON */

CLAIM("self.json.hostile", HOLDS, "a JSON report of hostile text can be read, and holds it all",
      "runner/json.c", PURE)
{
	struct written json = self_write(FORMAT_JSON, NULL);
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
	CU_ASSERT_EQUAL_FATAL(count, HOSTILE_INSTANCES);
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

	struct written json = self_write(FORMAT_JSON, NULL);
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

/* ------------------------------------------------------------------------------------- HTML */

CLAIM("self.html.hostile", HOLDS, "a page of hostile text shows it as text", "runner/html.c", PURE)
{
	static const struct part parts[] = {
		{"<!doctype html>", 1},
		{"<script>", 1},
		{"</script>", 1},
		{"<article class=\"claim ", 3},
		{"&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; ]]&gt; "
		 "\xef\xbf\xbd[31mred",
		 11},
		{"<h1 class=\"bad\">3 of 7 failed on Linux 6.18.44</h1>", 1},
		{"<b>Because</b> no IPv6 here</p>", 1},
		{"<li class=\"skip\">ipv4/wire</li>", 1},
		{"http:", 0},
		{"https:", 0},
	};
	struct written html = self_write(FORMAT_HTML, NULL);
	const char *wrong = WRONG_PART(html.text, parts);
	bool safe = html.text && self_is_safe(html.text, false);

	free(html.text);
	CU_ASSERT_EQUAL_FATAL(html.error, 0);
	CU_ASSERT_TRUE_FATAL(safe);
	ASSERT_THAT(!wrong, "%s", wrong);
}

CLAIM("self.html.print", HOLDS, "what is printed into a page is text, whatever it is", "runner/html.h", PURE)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool right;

	html(out, "<a href=\"%s\">%zu %d %c 100%%</a>", "\"><b a='\n", (size_t)7, -1, 'x');
	fclose(out);
	right = strcmp(text, "<a href=\"&quot;&gt;&lt;b a='&#10;\">7 -1 x 100%</a>") == 0;
	ASSERT_THAT(right, "seen %s", text);
	free(text);
}
