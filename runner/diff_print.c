/* SPDX-License-Identifier: MIT */
/* A diff for people: a summary, then each claim with both observations side by side. */
#include <stdlib.h>
#include <string.h>
#include "runner/columns.h"
#include "runner/diff.h"
#include "runner/outcome.h"
#include "runner/page.h"
#include "runner/text.h"

static long long number(const json_t *diff, const char *key)
{
	return json_integer_value(json_object_get(diff, key));
}

static void print_header(const struct page *page, const json_t *diff, const char *key,
			 const char *letter)
{
	const json_t *side = json_object_get(diff, key);
	char *text = NULL;

	if (asprintf(&text, "Linux %s %s, HZ %s, %s", outcome_text(side, "release"),
		     outcome_text(side, "arch"), outcome_text(side, "hz"),
		     outcome_text(side, "path")) < 0)
		return;
	page_paragraph(page, &(struct page_paragraph){
				     .label = letter, .label_paint = PAINT_BOLD, .text = text});
	free(text);
}

static void print_sysctls(const struct page *page, const json_t *diff)
{
	const json_t *sysctl;
	size_t i;

	json_array_foreach (json_object_get(diff, "sysctls"), i, sysctl)
		page_paragraph(page, &(struct page_paragraph){.indent = 3,
							      .text = json_string_value(sysctl),
							      .paint = PAINT_DIM});
}

static void print_summary(const struct page *page, const json_t *diff)
{
	print_header(page, diff, "a", "A  ");
	print_header(page, diff, "b", "B  ");
	print_sysctls(page, diff);
	fprintf(page->out, "%lld the same, %lld differ", number(diff, "same"),
		number(diff, "explained") + number(diff, "unexplained"));
	if (number(diff, "unexplained"))
		fprintf(page->out, " (%lld of them without a known reason)",
			number(diff, "unexplained"));
	if (number(diff, "vanished"))
		fprintf(page->out, ", %lld only in A", number(diff, "vanished"));
	if (number(diff, "appeared"))
		fprintf(page->out, ", %lld only in B", number(diff, "appeared"));
	fputc('\n', page->out);
}

/* "ipv4/wire ipv6/wire": the names without the id before them. */
static char *variants_of(const json_t *difference)
{
	const json_t *name;
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	json_array_foreach (json_object_get(difference, "names"), i, name) {
		const char *slash = strchr(json_string_value(name), '/');

		fprintf(out, "  %s", slash ? slash + 1 : "");
	}
	fclose(out);
	return text;
}

static void print_reasons(const struct page *page, const json_t *difference)
{
	const json_t *reason;
	size_t i;

	json_array_foreach (json_object_get(difference, "because"), i, reason)
		page_paragraph(page, &(struct page_paragraph){.indent = 4,
							      .label = "because: ",
							      .label_paint = PAINT_YELLOW,
							      .text = json_string_value(reason)});
}

static void print_outcome(const struct page *page, const json_t *difference, const char *key,
			  const char *title)
{
	const json_t *side = json_object_get(difference, key);
	const char *reason = outcome_text(side, "reason");
	char *text = NULL;

	if (asprintf(&text, "%s%s%.*s", outcome_text(side, "outcome"), *reason ? ": " : "",
		     (int)text_line(reason), reason) < 0)
		return;
	page_paragraph(page, &(struct page_paragraph){.indent = 4,
						      .label = title,
						      .label_paint = PAINT_BOLD,
						      .text = text,
						      .paint = PAINT_RED});
	free(text);
}

static bool is(const json_t *difference, const char *change)
{
	return strcmp(outcome_text(difference, "change"), change) == 0;
}

static void print_sides(const struct page *page, const json_t *difference)
{
	struct column columns[] = {
		{"A", json_object_get(json_object_get(difference, "a"), "observation")},
		{"B", json_object_get(json_object_get(difference, "b"), "observation")},
	};

	if (is(difference, "outcome")) {
		print_outcome(page, difference, "a", "A ");
		print_outcome(page, difference, "b", "B ");
	}
	columns_print(page, &columns[0], &columns[1]);
}

static void print_difference(const struct page *page, const json_t *difference)
{
	char *variants = variants_of(difference);

	fputc('\n', page->out);
	page_paragraph(page, &(struct page_paragraph){.label = outcome_text(difference, "id"),
						      .label_paint = PAINT_BOLD,
						      .text = variants ? variants : "",
						      .paint = PAINT_DIM});
	free(variants);
	if (*outcome_text(difference, "sentence"))
		page_paragraph(page,
			       &(struct page_paragraph){
				       .indent = 4, .text = outcome_text(difference, "sentence")});
	print_reasons(page, difference);
	print_sides(page, difference);
}

/* What is there on one side only is named, not told. */
static void print_lonely(const struct page *page, const json_t *differences, const char *change,
			 const char *title)
{
	const json_t *item, *name;
	bool first = true;
	size_t i, j;

	json_array_foreach (differences, i, item) {
		if (!is(item, change))
			continue;
		if (first)
			fprintf(page->out, "\n%s\n", title);
		first = false;
		json_array_foreach (json_object_get(item, "names"), j, name) {
			page_spaces(page, 4);
			page_string(page, PAINT_PLAIN, json_string_value(name));
			fputc('\n', page->out);
		}
	}
}

void diff_print(const json_t *diff, bool unexplained, const struct report_style *style, FILE *out)
{
	struct page page = {.style = style, .out = out};
	const json_t *differences = json_object_get(diff, "differences"), *item;
	size_t i;

	print_summary(&page, diff);
	json_array_foreach (differences, i, item) {
		bool explained = json_array_size(json_object_get(item, "because")) > 0;

		if (!is(item, "appeared") && !is(item, "vanished") && !(unexplained && explained))
			print_difference(&page, item);
	}
	print_lonely(&page, differences, "vanished", "Only in A:");
	if (!unexplained)
		print_lonely(&page, differences, "appeared", "Only in B:");
}
