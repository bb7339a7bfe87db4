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

static struct column column(const json_t *difference, const char *key, const char *title)
{
	return (struct column){title,
			       json_object_get(json_object_get(difference, key), "observation")};
}

static void print_sides(const struct page *page, const json_t *difference, json_t *told)
{
	struct column a = column(difference, "a", "A"), b = column(difference, "b", "B");

	if (is(difference, "outcome")) {
		print_outcome(page, difference, "a", "A ");
		print_outcome(page, difference, "b", "B ");
		/* a skip saw nothing that could be held against it */
		if (!json_array_size(a.lines) || !json_array_size(b.lines))
			return;
		told = NULL; /* all that there is to see of it */
	}
	columns_print(page, &a, &b, told);
}

/* What was told already of changes that have this reason. */
static json_t *told_of(json_t *told, const json_t *difference)
{
	char *because = json_dumps(json_object_get(difference, "because"), JSON_COMPACT);
	json_t *changes;

	if (because && !json_object_get(told, because))
		json_object_set_new(told, because, json_object());
	changes = because ? json_object_get(told, because) : NULL;
	free(because);
	return changes;
}

static bool tells_more(const json_t *difference, const json_t *told)
{
	struct column a = column(difference, "a", "A"), b = column(difference, "b", "B");

	return is(difference, "outcome") || columns_have_news(&a, &b, told);
}

/* "close.both  ipv4/wire  ipv6/wire" */
static void print_names(const struct page *page, int indent, const json_t *difference)
{
	char *variants = variants_of(difference);

	page_paragraph(page, &(struct page_paragraph){.indent = indent,
						      .label = outcome_text(difference, "id"),
						      .label_paint = PAINT_BOLD,
						      .text = variants ? variants : "",
						      .paint = PAINT_DIM});
	free(variants);
}

static void print_difference(const struct page *page, const json_t *difference, json_t *told)
{
	fputc('\n', page->out);
	print_names(page, 0, difference);
	if (*outcome_text(difference, "sentence"))
		page_paragraph(page,
			       &(struct page_paragraph){
				       .indent = 4, .text = outcome_text(difference, "sentence")});
	print_reasons(page, difference);
	print_sides(page, difference, told);
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

/* Instances of a claim are named together, whatever link they are on. */
static void add_repeated(json_t *repeated, const json_t *difference)
{
	const char *id = outcome_text(difference, "id");

	if (!json_object_get(repeated, id))
		json_object_set_new(repeated, id, json_array());
	json_array_extend(json_object_get(repeated, id), json_object_get(difference, "names"));
}

/* Where only what was told before has changed. */
static void print_repeated(const struct page *page, json_t *repeated)
{
	const char *id;
	json_t *names;

	if (!json_object_size(repeated))
		return;
	fputs("\nThe same changes, and no others (--verbose shows each):\n", page->out);
	json_object_foreach(repeated, id, names)
	{
		json_t *claim = json_pack("{s:s, s:O}", "id", id, "names", names);

		print_names(page, 4, claim);
		json_decref(claim);
	}
}

void diff_print(const json_t *diff, bool unexplained, const struct report_style *style, FILE *out)
{
	struct page page = {.style = style, .out = out};
	const json_t *differences = json_object_get(diff, "differences"), *item;
	json_t *told = json_object(), *repeated = json_object();
	bool all = style->verbosity > 0;
	size_t i;

	print_summary(&page, diff);
	json_array_foreach (differences, i, item) {
		bool explained = json_array_size(json_object_get(item, "because")) > 0;
		json_t *before = all ? NULL : told_of(told, item);

		if (is(item, "appeared") || is(item, "vanished") || (unexplained && explained))
			continue;
		if (all || tells_more(item, before))
			print_difference(&page, item, before);
		else
			add_repeated(repeated, item);
	}
	print_repeated(&page, repeated);
	json_decref(repeated);
	json_decref(told);
	print_lonely(&page, differences, "vanished", "Only in A:");
	if (!unexplained)
		print_lonely(&page, differences, "appeared", "Only in B:");
}
