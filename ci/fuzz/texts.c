/* SPDX-License-Identifier: MIT */
/*
 * Fuzzing: a claim whose every text is what the fuzzer says, invalid UTF-8 too. Each report of it has to be
 * valid: what is not ends the program.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/formats.h"
#include "runner/matrix.h"
#include "runner/text.h"
#include "suites/self_hostile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* JSON lines: each an object. jansson leaves DEL as it is. */
static bool is_store(const char *text)
{
	while (*text) {
		size_t length = text_line(text);
		json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
		bool object = json_is_object(line);

		json_decref(line);
		if (!object)
			return false;
		text += length + (text[length] == '\n');
	}
	return true;
}

/* Nothing that drives a terminal or that a parser of XML refuses. */
static bool is_plain(const char *text)
{
	return self_is_safe(text, false);
}

/* No "<" but that of a tag that we print, no "&" but that of a character that we name. */
static bool is_markup(const char *text)
{
	if (!is_plain(text))
		return false;
	while ((text = strpbrk(text, "<&"))) {
		if (*text == '<' && !strchr("/!?abcdefghijklmnopqrstuvwxyz", text[1]))
			return false;
		if (*text == '&' && strcspn(text, ";") > 8)
			return false;
		text++;
	}
	return true;
}

/* How many times `character` is in a text, lines that Markdown shows as they are left out. */
static size_t count(const char *text, char character)
{
	size_t found = 0;

	while (*text) {
		size_t length = text_line(text);

		for (size_t i = 0; i < length && strncmp(text, "    ", 4) != 0; i++)
			found += text[i] == character;
		text += length + (text[length] == '\n');
	}
	return found;
}

static const struct report {
	int (*print)(FILE *out, const struct run *run);
	int (*together)(FILE *out, const struct matrix *matrix);
	bool (*is_valid)(const char *text);
	bool markup; /* as many tags as of a harmless text */
} reports[] = {
	{.print = junit_print, .is_valid = is_markup, .markup = true},
	{.together = html_print, .is_valid = is_plain, .markup = true},
	{.print = ktap_print, .is_valid = is_plain},
	{.together = markdown_print, .is_valid = is_plain, .markup = true},
	{.print = json_print, .is_valid = is_store},
};

enum { REPORTS = sizeof(reports) / sizeof(reports[0]) };

static char *printed(const struct report *report, const struct run *run)
{
	struct matrix matrix = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (report->print)
		report->print(out, run);
	else if (matrix_make(&matrix, run, 1) == 0)
		report->together(out, &matrix);
	matrix_clear(&matrix);
	fclose(out);
	return text;
}

static void fail(const char *text)
{
	fprintf(stderr, "this report is not valid:\n%s\n", text);
	abort();
}

/* One claim whose every text is this one. Tells how many tags each report has. */
static void check(char *text, size_t tags[REPORTS])
{
	struct ws_claim claim = {.id = "a.claim",
				 .says = text,
				 .source = text,
				 .verdict = REFUTED,
				 .but = text,
				 .file = text};
	struct run_instance instance = {.claim = &claim,
					.chapter = &claim,
					.family = text,
					.link = text,
					.sysctl = text,
					.value = text,
					.name = text};
	struct run_result result = {.outcome = RUN_FAIL,
				    .reason = text,
				    .file = text,
				    .evidence = text,
				    .transcript = text,
				    .pcap = text};
	struct run_fact fact = {"kernel", text};
	struct run run = {.instances = &instance,
			  .results = &result,
			  .count = 1,
			  .facts = &fact,
			  .fact_count = 1,
			  .label = text,
			  .extended = true};

	for (size_t i = 0; i < REPORTS; i++) {
		char *report = printed(&reports[i], &run);

		if (!reports[i].is_valid(report))
			fail(report);
		tags[i] = count(report, '<');
		free(report);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	size_t tags[REPORTS], of_harmless[REPORTS];

	if (!text)
		return 0;
	check(text, tags);
	for (char *at = text; (at = strchr(at, '<'));)
		*at = 'x';
	check(text, of_harmless);
	for (size_t i = 0; i < REPORTS; i++)
		if (reports[i].markup && tags[i] != of_harmless[i])
			fail("a text became a tag");
	free(text);
	return 0;
}
