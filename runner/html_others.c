/* SPDX-License-Identifier: MIT */
/* What the variants of a claim that are not drawn have seen: who saw the same is named together. */
#include <string.h>
#include "runner/html.h"

/* So many variants of one claim are looked at; a claim with ten thousand would take its square. */
enum { OTHERS_MOST = 48 };

static const char *evidence_of(const struct run *run, size_t i)
{
	return run->results[i].evidence ? run->results[i].evidence : "";
}

static bool saw_the_same(const struct run *run, size_t i, size_t k)
{
	return run->results[i].outcome == run->results[k].outcome &&
	       strcmp(evidence_of(run, i), evidence_of(run, k)) == 0;
}

static bool is_told(const struct run *run, size_t from, size_t i, size_t shown)
{
	for (size_t k = from; k < i; k++)
		if (k != shown && saw_the_same(run, k, i))
			return true;
	return i == shown;
}

/* "ipv4/loopback, ipv6/loopback": all from `i` on that saw what it did. */
static void print_names(const struct html *page, const struct run *run, size_t i, size_t end,
			size_t shown)
{
	const char *separator = "";

	for (size_t k = i; k < end; k++) {
		const char *slash = strchr(run->instances[k].name, '/');

		if (k == shown || !saw_the_same(run, i, k))
			continue;
		html(page->out, "%s%s", separator, slash ? slash + 1 : run->instances[k].name);
		separator = ", ";
	}
}

void html_others(const struct html *page, size_t run_index, const struct matrix_cell *cell,
		 size_t shown)
{
	const struct run *run = &page->matrix->runs[run_index];
	size_t end = cell->end - cell->from > OTHERS_MOST ? cell->from + OTHERS_MOST : cell->end;
	size_t named = 0;

	for (size_t i = cell->from; i < end; i++) {
		if (is_told(run, cell->from, i, shown) || run->results[i].outcome == RUN_PENDING)
			continue;
		html(page->out, named++ ? "<dt>" : "<dl class=\"others\">\n<dt>");
		print_names(page, run, i, end, shown);
		html(page->out, "</dt><dd>%s %s</dd>\n", html_mark(run->results[i].outcome),
		     saw_the_same(run, i, shown) ? "saw the same" : evidence_of(run, i));
	}
	if (!named)
		return;
	html(page->out, "</dl>\n");
	if (end < cell->end)
		html(page->out, "<p class=\"note\">… and %zu more</p>\n", cell->end - end);
}
