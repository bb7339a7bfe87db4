/* SPDX-License-Identifier: MIT */
/* What the runs were made with. */
#include <string.h>
#include "runner/html.h"

/* Do not all runs say the same of it? */
static bool differs(const struct matrix *matrix, const char *name)
{
	const char *first = run_fact(&matrix->runs[0], name);

	for (size_t i = 1; i < matrix->run_count; i++) {
		const char *value = run_fact(&matrix->runs[i], name);

		if (strcmp(first ? first : "", value ? value : "") != 0)
			return true;
	}
	return false;
}

static void print_row(const struct html *page, const char *name)
{
	const struct matrix *matrix = page->matrix;

	html(page->out, "<tr class=\"%s\"><th scope=\"row\">%s</th>",
	     differs(matrix, name) ? "differs" : "alike", name);
	for (size_t i = 0; i < matrix->run_count; i++) {
		const char *value = run_fact(&matrix->runs[i], name);

		html(page->out, "<td>%s</td>", value ? value : "");
	}
	html(page->out, "</tr>\n");
}

/* Is it a fact of the run itself, which nobody wants to search for? */
static bool is_of_run(const char *name)
{
	return strncmp(name, "net.", 4) != 0 && strncmp(name, "CONFIG_", 7) != 0;
}

static void begin_table(const struct html *page, const char *label)
{
	html(page->out,
	     "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
	     "<table class=\"facts\">\n<thead><tr><th scope=\"col\">fact</th>",
	     label);
	for (size_t i = 0; i < page->matrix->run_count; i++)
		html(page->out, "<th scope=\"col\">%s</th>", page->matrix->names[i]);
	html(page->out, "</tr></thead>\n<tbody>\n");
}

static void end_table(const struct html *page)
{
	html(page->out, "</tbody></table></div>\n");
}

static bool is_known(const struct matrix *matrix, size_t run, const char *name)
{
	for (size_t i = 0; i < run; i++)
		if (run_fact(&matrix->runs[i], name))
			return true;
	return false;
}

/* The facts of all runs, each once: those of the run, or the settings of the kernel. */
static void print_rows(const struct html *page, bool of_run, bool only_different)
{
	const struct matrix *matrix = page->matrix;

	for (size_t r = 0; r < matrix->run_count; r++) {
		const struct run *run = &matrix->runs[r];

		for (size_t i = 0; i < run->fact_count; i++) {
			const char *name = run->facts[i].name;

			if (is_of_run(name) == of_run && !is_known(matrix, r, name) &&
			    (!only_different || differs(matrix, name)))
				print_row(page, name);
		}
	}
}

void html_facts(struct html *page)
{
	html(page->out, "<section id=\"facts\"><h2>Facts</h2>\n");
	begin_table(page, "Facts of the run");
	print_rows(page, true, false);
	if (page->matrix->run_count > 1)
		print_rows(page, false, true);
	end_table(page);
	html(page->out, "<details><summary>Every TCP sysctl in effect, and the kernel's "
			"configuration</summary>\n");
	begin_table(page, "Settings of the kernel");
	print_rows(page, false, false);
	end_table(page);
	html(page->out, "</details>\n</section>\n");
}
