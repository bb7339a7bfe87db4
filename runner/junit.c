/* SPDX-License-Identifier: MIT */
/*
 * JUnit XML, a suite a chapter, a testcase an instance. The strict dialect is what Jenkins' schema accepts;
 * the extended one adds what that refuses and others look for: file and line (GitHub's annotators), the number of
 * assertions, properties of a testcase, how many are skipped in all. GitLab shows the first attachment
 * in system-out, which Jenkins' plug-in knows too.
 */
#include <string.h>
#include <time.h>
#include "runner/formats.h"
#include "runner/result.h"
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

static bool is_saved(const char *pcap)
{
	return pcap && strncmp(pcap, "not saved", strlen("not saved")) != 0;
}

static void print_system_out(FILE *out, const struct run *run, size_t index)
{
	const struct ws_claim *claim = run->instances[index].claim;
	const struct run_result *result = &run->results[index];
	json_t *transcript = run_transcript(run, index);

	fputs("   <system-out>", out);
	if (run->extended && is_saved(result->pcap)) {
		fputs("[[ATTACHMENT|", out);
		body(out, result->pcap);
		fputs("]]\n", out);
	}
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

static void print_property(FILE *out, const char *name, const char *value)
{
	fputs("   <property", out);
	attribute_string(out, "name", name);
	attribute_string(out, "value", value ? value : "");
	fputs("/>\n", out);
}

/* Of a testcase: what people sort and filter by. */
static void print_own_properties(FILE *out, const struct run *run, size_t index)
{
	const struct run_instance *instance = &run->instances[index];
	const struct {
		const char *name, *value;
	} properties[] = {
		{"verdict", run_verdict_names[instance->claim->verdict]},
		{"source", instance->claim->source},
		{"family", instance->family},
		{"link", instance->link},
		{instance->sysctl, instance->value},
		{"kernel", run_fact(run, "kernel")},
		{"seen", run->results[index].evidence},
	};

	fputs("   <properties>\n", out);
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (properties[i].name && *properties[i].name && properties[i].value &&
		    *properties[i].value)
			print_property(out, properties[i].name, properties[i].value);
	fputs("   </properties>\n", out);
}

static void attribute_number(FILE *out, const char *name, size_t number)
{
	fprintf(out, " %s=\"%zu\"", name, number);
}

/* "wirestate.close": the dots make a tree in Jenkins and GitLab. */
static void attribute_classname(FILE *out, const struct run *run, const char *id)
{
	fputs(" classname=\"", out);
	if (run->label) {
		print_label(out, run->label);
		fputc('.', out);
	}
	fputs("wirestate.", out);
	text_xml(id, strcspn(id, "."), TEXT_XML_ATTRIBUTE, out);
	fputc('"', out);
}

static void print_testcase(FILE *out, const struct run *run, size_t index)
{
	const struct run_instance *instance = &run->instances[index];
	const struct run_result *result = &run->results[index];
	const struct ws_claim *claim = instance->claim;

	fputs("  <testcase", out);
	attribute_classname(out, run, claim->id);
	attribute_string(out, "name", instance->name);
	attribute_time(out, result->seconds);
	if (run->extended) {
		/* where somebody would look: a fixture that failed is told in the text */
		bool inside = result->file && strcmp(result->file, claim->file) == 0;

		if (*claim->file)
			attribute_string(out, "file", claim->file);
		attribute_number(out, "line", (size_t)(inside ? result->line : claim->line));
		attribute_number(out, "assertions", result->checks);
	}
	fputs(">\n", out);
	if (run->extended)
		print_own_properties(out, run, index);
	print_outcome(out, claim, result);
	print_system_out(out, run, index);
	fputs("  </testcase>\n", out);
}

static void print_properties(FILE *out, const struct run *run)
{
	fputs("  <properties>\n", out);
	for (size_t i = 0; i < run->fact_count; i++)
		print_property(out, run->facts[i].name, run->facts[i].value);
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

int junit_print(FILE *out, const struct run *run)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wirestate\"", out);
	/* Jenkins' schema has "skipped" on a suite only */
	print_counts(out, run, 0, run->count, run->extended);
	attribute_time(out, run->seconds);
	fputs(">\n", out);
	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_chapter_end(run, from);
		print_suite(out, run, from, end);
	}
	fputs("</testsuites>\n", out);
	return 0;
}
