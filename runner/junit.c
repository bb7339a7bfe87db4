/* SPDX-License-Identifier: MIT */
/*
 * JUnit XML in the strict dialect: what Jenkins' schema accepts, and what ci/junit.xsd, which
 * `make check` holds us to, asks for on top. A suite a chapter, a testcase an instance.
 */
#include <errno.h>
#include <string.h>
#include <time.h>
#include "runner/atomic_file.h"
#include "runner/report.h"
#include "runner/text.h"

/* Some readers refuse huge texts (libxml2 10 MB a text, GitLab 30 MB a file); JSON has it all. */
#define BODY_MOST    (64 * 1024)
#define MESSAGE_MOST 500

static void attribute(FILE *out, const char *name, const char *value, size_t length)
{
	fprintf(out, " %s=\"", name);
	text_xml(value, length, TEXT_XML_ATTRIBUTE, out);
	fputc('"', out);
}

static void attribute_string(FILE *out, const char *name, const char *value)
{
	attribute(out, name, value, strlen(value));
}

static void attribute_time(FILE *out, double seconds)
{
	char buffer[TEXT_TIME_SIZE];

	attribute_string(out, "time", text_seconds(seconds, buffer));
}

static void body(FILE *out, const char *text)
{
	size_t length = strlen(text), fits = text_fit(text, length, BODY_MOST);

	text_xml(text, fits, TEXT_XML_BODY, out);
	if (fits < length)
		fprintf(out, "\n[%zu more bytes: see the JSON report]", length - fits);
}

/* "but: Linux ACKs it": a line of system-out, when there is something to say. */
static void body_line(FILE *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	fprintf(out, "%s: ", label);
	body(out, text);
	fputc('\n', out);
}

/* How each outcome but a pass is told: the element, and the type Jenkins shows beside it. */
static const struct outcome_element {
	const char *name, *type;
} elements[RUN_OUTCOMES] = {
	[RUN_FAIL] = {"failure", "assertion"},
	[RUN_ERROR] = {"error", "error"},
	[RUN_SKIP] = {"skipped", "skipped"},
	[RUN_PENDING] = {"skipped", "interrupted"},
};

static void print_place(FILE *out, const struct ws_claim *claim, const struct run_result *result)
{
	body(out, result->file ? result->file : claim->file);
	fprintf(out, ":%d", result->file ? result->line : claim->line);
}

/* The reason twice: Jenkins and GitHub show the attribute, GitLab the text. */
static void print_outcome(FILE *out, const struct ws_claim *claim, const struct run_result *result)
{
	const struct outcome_element *element = &elements[result->outcome];
	const char *reason = run_reason(result);

	if (!element->name)
		return;
	fprintf(out, "   <%s type=\"%s\"", element->name, element->type);
	attribute(out, "message", reason, text_fit(reason, text_line(reason), MESSAGE_MOST));
	fputc('>', out);
	body(out, reason);
	fputs("\n\n", out);
	print_place(out, claim, result);
	fprintf(out, "</%s>\n", element->name);
}

static void print_system_out(FILE *out, const struct run *run, size_t index)
{
	const struct ws_claim *claim = run->instances[index].claim;
	const struct run_result *result = &run->results[index];
	json_t *transcript = run_transcript(run, index);

	fputs("   <system-out>", out);
	body_line(out, "claim", claim->says);
	body_line(out, "but", claim->but);
	body_line(out, "source", claim->source);
	body_line(out, "verdict", run_verdict_names[claim->verdict]);
	body_line(out, "seen", result->evidence);
	if (result->runs > 1)
		fprintf(out, "runs: %u, not passed: %u\n", result->runs, result->bad_runs);
	body_line(out, "packets", result->pcap);
	if (json_string_length(transcript)) {
		fputc('\n', out);
		body(out, json_string_value(transcript));
	}
	json_decref(transcript);
	fputs("</system-out>\n", out);
}

/* A dot would be another level of the tree: "linux-6_12_118.wirestate.close". */
static void print_label(FILE *out, const char *label)
{
	while (*label) {
		size_t length = strcspn(label, ".");

		text_xml(label, length, TEXT_XML_ATTRIBUTE, out);
		label += length;
		for (; *label == '.'; label++)
			fputc('_', out);
	}
}

static void print_testcase(FILE *out, const struct run *run, size_t index)
{
	const struct run_instance *instance = &run->instances[index];
	const struct run_result *result = &run->results[index];
	const char *id = instance->claim->id;

	/* "wirestate.close": the dots make a tree in Jenkins and GitLab */
	fputs("  <testcase classname=\"", out);
	if (run->label) {
		print_label(out, run->label);
		fputc('.', out);
	}
	fputs("wirestate.", out);
	text_xml(id, strcspn(id, "."), TEXT_XML_ATTRIBUTE, out);
	fputc('"', out);
	attribute_string(out, "name", instance->name);
	attribute_time(out, result->seconds);
	fputs(">\n", out);
	print_outcome(out, instance->claim, result);
	print_system_out(out, run, index);
	fputs("  </testcase>\n", out);
}

static void print_properties(FILE *out, const struct run *run)
{
	fputs("  <properties>\n", out);
	for (size_t i = 0; i < run->fact_count; i++) {
		const char *value = run->facts[i].value;

		fputs("   <property", out);
		attribute_string(out, "name", run->facts[i].name);
		attribute_string(out, "value", value ? value : "");
		fputs("/>\n", out);
	}
	fputs("  </properties>\n", out);
}

static void print_counts(FILE *out, const struct run *run, size_t from, size_t end, bool skipped)
{
	size_t counts[RUN_OUTCOMES];

	run_fold(run, from, end, counts);
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", end - from, counts[RUN_FAIL],
		counts[RUN_ERROR]);
	if (skipped)
		fprintf(out, " skipped=\"%zu\"", counts[RUN_SKIP] + counts[RUN_PENDING]);
}

/* UTC without a zone, as Ant writes it and Jenkins' plug-ins read it. */
static void attribute_timestamp(FILE *out, double started)
{
	time_t seconds = (time_t)started;
	char text[64] = "1970-01-01T00:00:00";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	attribute_string(out, "timestamp", text);
}

static void print_suite(FILE *out, const struct run *run, size_t from, size_t end)
{
	const char *hostname = run_fact(run, "hostname");
	double seconds = 0;

	for (size_t i = from; i < end; i++)
		seconds += run->results[i].seconds;
	fputs(" <testsuite", out);
	attribute_string(out, "name", run_chapter_title(&run->instances[from]));
	print_counts(out, run, from, end, true);
	attribute_time(out, seconds);
	attribute_timestamp(out, run->started);
	attribute_string(out, "hostname", hostname && *hostname ? hostname : "localhost");
	fputs(">\n", out);
	print_properties(out, run);
	for (size_t i = from; i < end; i++)
		print_testcase(out, run, i);
	fputs(" </testsuite>\n", out);
}

static int print_run(FILE *out, const void *argument)
{
	const struct run *run = argument;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wirestate\"", out);
	/* no "skipped" here: Jenkins' schema has it on a suite only */
	print_counts(out, run, 0, run->count, false);
	attribute_time(out, run->seconds);
	fputs(">\n", out);
	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_chapter_end(run, from);
		print_suite(out, run, from, end);
	}
	fputs("</testsuites>\n", out);
	return 0;
}

int report_junit(const struct run *run, const char *path)
{
	return atomic_file_write(path, print_run, run);
}
