/* SPDX-License-Identifier: MIT */
/* The ledger: what this kernel makes of each claim, all its instances folded into one entry. */
#include <stdlib.h>
#include <string.h>
#include "runner/outcome.h"
#include "runner/page.h"
#include "runner/text.h"

#define REASON_MOST 400 /* columns of a reason that the ledger repeats */

/* The instances [from, end) of one claim. */
struct entry {
	const struct run *run;
	size_t from, end;
	enum run_outcome outcome;
	size_t counts[RUN_OUTCOMES];
};

/* The instance a reader would try first, with that value of the claim's sysctl (NULL for any): IPv4
 * on the wire, if it passed. NULL when none did. */
static const struct run_result *best_result(const struct entry *entry, const char *value)
{
	const struct run_result *best = NULL;
	int best_rank = -1;

	for (size_t i = entry->from; i < entry->end; i++) {
		const struct run_result *result = &entry->run->results[i];
		const struct run_instance *instance = &entry->run->instances[i];
		int rank = run_rank(instance);

		if (result->outcome != RUN_PASS || rank <= best_rank ||
		    (value && strcmp(instance->value, value) != 0))
			continue;
		best = result;
		best_rank = rank;
	}
	return best;
}

static bool is_first_with_value(const struct entry *entry, size_t i)
{
	size_t first = entry->from;

	while (strcmp(entry->run->instances[first].value, entry->run->instances[i].value) != 0)
		first++;
	return first == i;
}

/* What was measured for each value of the claim's sysctl. */
static void print_values(const struct page *page, int indent, const struct entry *entry)
{
	for (size_t i = entry->from; i < entry->end; i++) {
		const struct run_instance *instance = &entry->run->instances[i];
		const struct run_result *result = best_result(entry, instance->value);
		char *text;

		if (!result || !result->measured || !is_first_with_value(entry, i) ||
		    asprintf(&text, "%s=%s: %s %s", instance->sysctl, instance->value,
			     outcome_text(result->measured, "what"),
			     outcome_text(result->measured, "seen")) < 0)
			continue;
		page_paragraph(page, &(struct page_paragraph){
					     .indent = indent, .text = text, .paint = PAINT_DIM});
		free(text);
	}
}

/* The first line of a result's reason, cut where it stops being a line. To be freed. */
static char *short_reason(const struct run_result *result)
{
	const char *reason = run_reason(result);

	return strndup(reason, text_fit(reason, text_line(reason), REASON_MOST));
}

static void print_reason(const struct page *page, int indent, enum run_outcome outcome,
			 const char *subject, const char *reason)
{
	static const char *const labels[RUN_OUTCOMES] = {
		[RUN_FAIL] = "FAIL: ", [RUN_ERROR] = "ERROR: ", [RUN_SKIP] = "skip: "};
	char *text;

	if (asprintf(&text, "%s%s%s", subject, *subject ? ": " : "", reason ? reason : "") < 0)
		return;
	page_paragraph(page,
		       &(struct page_paragraph){.indent = indent,
						.label = labels[outcome],
						.label_paint = page_verdict_paint(outcome, HOLDS),
						.text = text});
	free(text);
}

/* "FAIL: close.both/ipv6/wire: expected FIN, ACK", for every instance with this outcome. */
static void print_bad(const struct page *page, int indent, const struct entry *entry,
		      enum run_outcome outcome)
{
	for (size_t i = entry->from; i < entry->end; i++) {
		if (entry->run->results[i].outcome != outcome)
			continue;

		char *reason = short_reason(&entry->run->results[i]);

		print_reason(page, indent, outcome, entry->run->instances[i].name, reason);
		free(reason);
	}
}

static bool skipped_alike(const struct entry *entry, size_t a, size_t b)
{
	const struct run_result *results = entry->run->results;

	return results[a].outcome == RUN_SKIP && results[b].outcome == RUN_SKIP &&
	       strcmp(run_reason(&results[a]), run_reason(&results[b])) == 0;
}

/* "skip: 2 of 4: no IPv6 here": once for each reason, which instances of a claim mostly share. */
static void print_skipped(const struct page *page, int indent, const struct entry *entry)
{
	for (size_t i = entry->from; i < entry->end; i++) {
		size_t before = 0, alike = 0, all = entry->end - entry->from;
		char share[64] = "";

		for (size_t j = entry->from; j < entry->end; j++) {
			alike += skipped_alike(entry, i, j);
			before += j < i && skipped_alike(entry, i, j);
		}
		if (alike == 0 || before > 0)
			continue;
		if (alike < all)
			snprintf(share, sizeof(share), "%zu of %zu", alike, all);

		char *reason = short_reason(&entry->run->results[i]);

		print_reason(page, indent, RUN_SKIP, share, reason);
		free(reason);
	}
}

/* What suites/explain.h has about it, and where it comes from. */
static void print_why(const struct page *page, int indent, const struct entry *entry)
{
	static const char *const parts[][2] = {
		{"why", "why:    "}, {"kernel", "kernel: "}, {"advice", "do:     "}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct page_paragraph paragraph = {
			.indent = indent,
			.label = parts[i][1],
			.label_paint = PAINT_BOLD,
			.text = run_explanation(entry->run, entry->from, parts[i][0]),
		};

		if (*paragraph.text)
			page_paragraph(page, &paragraph);
	}
	page_paragraph(page, &(struct page_paragraph){
				     .indent = indent,
				     .label = "source: ",
				     .label_paint = PAINT_DIM,
				     .text = entry->run->instances[entry->from].claim->source,
				     .paint = PAINT_DIM});
}

static void print_explanation(const struct page *page, int indent, const struct entry *entry)
{
	const struct ws_claim *claim = entry->run->instances[entry->from].claim;
	const struct run_result *best = best_result(entry, NULL);

	page_paragraph(page, &(struct page_paragraph){
				     .indent = indent, .text = claim->says, .paint = PAINT_DIM});
	if (claim->but)
		page_paragraph(page, &(struct page_paragraph){.indent = indent,
							      .label = "but:  ",
							      .label_paint = page_verdict_paint(
								      RUN_PASS, claim->verdict),
							      .text = claim->but});
	if (best && best->evidence)
		page_paragraph(page, &(struct page_paragraph){.indent = indent,
							      .label = "seen: ",
							      .label_paint = PAINT_DIM,
							      .text = best->evidence,
							      .paint = PAINT_DIM});
	if (claim->sysctl)
		print_values(page, indent, entry);
	if (page->style->explains)
		print_why(page, indent, entry);
	print_bad(page, indent, entry, RUN_FAIL);
	print_bad(page, indent, entry, RUN_ERROR);
	print_skipped(page, indent, entry);
}

static char *passed_of(const struct entry *entry)
{
	char *text;

	return asprintf(&text, "%zu/%zu", entry->counts[RUN_PASS], entry->end - entry->from) < 0
		       ? NULL
		       : text;
}

static void print_entry(const struct page *page, const struct entry *entry)
{
	const struct ws_claim *claim = entry->run->instances[entry->from].claim;
	int indent = page_verdict(page, entry->outcome, claim->verdict);
	int used = indent + page_string(page, PAINT_BOLD, claim->id);
	char *where = run_where(entry->run, entry->from, entry->end);

	/* where the words do not fit a number does */
	if (where && text_print(where, strlen(where), NULL) > page->style->width - used - 2) {
		free(where);
		where = passed_of(entry);
	}
	page_right(page, used, where ? where : "");
	free(where);
	print_explanation(page, indent, entry);
}

void report_ledger(const struct run *run, const struct report_style *style, FILE *out)
{
	const struct page page = {style, out};
	size_t chapter_end = 0;

	if (style->verbosity < 0)
		return;
	for (size_t from = 0, end; from < run->count; from = end) {
		struct entry entry = {.run = run, .from = from};

		end = run_claim_end(run, from);
		entry.end = end;
		entry.outcome = run_fold(run, from, end, entry.counts);
		if (from >= chapter_end) {
			page_heading(&page, run_chapter_title(&run->instances[from]));
			chapter_end = run_chapter_end(run, from);
		}
		print_entry(&page, &entry);
	}
}
