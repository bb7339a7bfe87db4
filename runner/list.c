/* SPDX-License-Identifier: MIT */
/* `wirestate list` for people: what would be run, chapter by chapter. */
#include <string.h>
#include "runner/page.h"

#define INDENT 13 /* the verdict and its margins */

static size_t count_slow(const struct run *run, size_t from, size_t end)
{
	size_t slow = 0;

	for (size_t i = from; i < end; i++)
		slow += run->instances[i].slow;
	return slow;
}

/* "6 instances, 2 slow": how often a claim is run, and its tags. */
static void describe_instances(const struct run *run, size_t from, size_t end, char *text,
			       size_t size)
{
	const char *tags = run->instances[from].claim->tags;
	size_t all = end - from, slow = count_slow(run, from, end);
	int used = snprintf(text, size, "%zu instance%s%s%s", all, all == 1 ? "" : "s",
			    tags ? ", " : "", tags ? tags : "");

	if (slow && slow < all && used >= 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used, ", %zu slow", slow);
}

static void list_names(const struct page *page, const struct run *run, size_t from, size_t end)
{
	const struct ws_claim *claim = run->instances[from].claim;

	page_paragraph(page, &(struct page_paragraph){.indent = INDENT,
						      .label = "source: ",
						      .label_paint = PAINT_DIM,
						      .text = claim->source ? claim->source : "",
						      .paint = PAINT_DIM});
	for (size_t i = from; i < end; i++) {
		page_spaces(page, INDENT);
		page_string(page, PAINT_PLAIN, run->instances[i].name);
		fputc('\n', page->out);
	}
}

static void list_claim(const struct page *page, const struct run *run, size_t from, size_t end)
{
	const struct ws_claim *claim = run->instances[from].claim;
	char instances[128];
	int used = 2;

	page_spaces(page, used);
	used += page_string(page, page_verdict_paint(RUN_PASS, claim->verdict),
			    run_verdict_names[claim->verdict]);
	page_spaces(page, INDENT - used);
	used = INDENT + page_string(page, PAINT_BOLD, claim->id);
	describe_instances(run, from, end, instances, sizeof(instances));
	if (used + (int)strlen(instances) + 2 > page->style->width)
		used = page->style->width - (int)strlen(instances) - 2;
	page_right(page, used, instances);
	page_paragraph(page, &(struct page_paragraph){
				     .indent = INDENT, .text = claim->says, .paint = PAINT_DIM});
	if (page->style->verbosity > 0)
		list_names(page, run, from, end);
}

void report_list(const struct run *run, const struct report_style *style, FILE *out)
{
	const struct page page = {style, out};
	size_t claims = 0, chapter_end = 0;

	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_claim_end(run, from);
		claims++;
		if (style->verbosity < 0) {
			fprintf(out, "%s\n", run->instances[from].claim->id);
			continue;
		}
		if (from >= chapter_end) {
			page_heading(&page, run_chapter_title(&run->instances[from]));
			chapter_end = run_chapter_end(run, from);
		}
		list_claim(&page, run, from, end);
	}
	if (style->verbosity >= 0)
		fprintf(out, "\n%zu claims, %zu instances\n", claims, run->count);
}
