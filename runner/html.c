/* SPDX-License-Identifier: MIT */
/* The page of the HTML report: its head, what it says first, and where its sections go. */
#include "runner/html.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "runner/formats.h"
#include "runner/text.h"

/* A page is to be opened by people: a megabyte for a run, four for six of them. */
enum { LADDERS_MOST = 420 };

void html_text(FILE *out, const char *text, size_t length)
{
	text_xml(text, length, TEXT_XML_ATTRIBUTE, out);
}

/* One conversion; returns where the format goes on. */
static const char *convert(FILE *out, const char *format, va_list *args)
{
	const char *text;

	switch (*format) {
	case 's':
		text = va_arg(*args, const char *);
		html_text(out, text ? text : "", text ? strlen(text) : 0);
		break;
	case 'd':
		fprintf(out, "%d", va_arg(*args, int));
		break;
	case 'c':
		fputc(va_arg(*args, int), out);
		break;
	case 'z':
		fprintf(out, "%zu", va_arg(*args, size_t));
		format++;
		break;
	default:
		fputc(*format, out);
	}
	return format + 1;
}

void html(FILE *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t plain = strcspn(format, "%");

		fwrite(format, 1, plain, out);
		format += plain;
		if (*format)
			format = convert(out, format + 1, &args);
	}
	va_end(args);
}

const char *html_mark(enum run_outcome outcome)
{
	static const char *const marks[RUN_OUTCOMES] = {
		[RUN_PENDING] = "·", [RUN_PASS] = "✓", [RUN_FAIL] = "✗",
		[RUN_ERROR] = "✗",   [RUN_SKIP] = "–",
	};

	return marks[outcome];
}

void html_claim_link(const struct html *page, size_t row)
{
	const char *id = page->matrix->rows[row].claim->id;

	html(page->out, "<a href=\"#c-%s\">%s</a>", id, id);
}

/* The one sentence that everybody reads. */
static void print_heading(const struct html *page)
{
	bool bad = matrix_count_bad(page->matrix) > 0;
	char text[512];

	matrix_headline(page->matrix, text, sizeof(text));
	html(page->out, "<h1 class=\"%s\">%s</h1>\n", bad ? "bad" : "good", text);
}

/* A fact that all runs agree on. */
static void print_fact(const struct html *page, const char *before, const char *name)
{
	const char *value = run_fact(&page->matrix->runs[0], name);

	for (size_t i = 1; value && i < page->matrix->run_count; i++) {
		const char *other = run_fact(&page->matrix->runs[i], name);

		if (!other || strcmp(value, other) != 0)
			return;
	}
	if (value && *value)
		html(page->out, " · %s%s", before, value);
}

static void print_when(const struct html *page)
{
	const struct run *run = &page->matrix->runs[0];
	char text[64] = "", duration[TEXT_TIME_SIZE];
	time_t seconds = (time_t)run->started;
	struct tm utc;

	if (run->started > 0 && gmtime_r(&seconds, &utc) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &utc))
		html(page->out, " · %s", text);
	if (page->matrix->run_count == 1 && run->seconds > 0)
		html(page->out, " · %s", text_duration(run->seconds, duration));
}

static void print_subtitle(const struct html *page)
{
	html(page->out, "<p class=\"sub\">%zu claims, %zu results", page->matrix->row_count,
	     matrix_results(page->matrix));
	if (page->matrix->run_count == 1)
		print_fact(page, "", "kernel");
	print_fact(page, "", "arch");
	print_fact(page, "HZ ", "hz");
	print_when(page);
	if (matrix_interrupted(page->matrix))
		html(page->out, " · <b>interrupted</b>");
	html(page->out, "</p>\n");
}

struct tile {
	const char *class, *word, *meaning;
	size_t count;
};

static void print_tile(const struct html *page, const struct tile *tile)
{
	if (tile->count)
		html(page->out,
		     "<li class=\"%s\"><b>%zu</b> <span>%s</span> <small>%s</small></li>\n",
		     tile->class, tile->count, tile->word, tile->meaning);
}

/* How many claims say what; those that failed or were skipped do not tell. */
static void print_tiles(const struct html *page)
{
	struct tile verdicts[] = {
		[HOLDS] = {"holds", "holds", "the sentence is true", 0},
		[REFUTED] = {"refuted", "refuted", "the kernel does something else", 0},
		[QUALIFIED] = {"qualified", "qualified", "true under a condition", 0},
		[EXTENDS] = {"extends", "extends", "the source is silent", 0},
	};
	struct tile outcomes[RUN_OUTCOMES] = {
		[RUN_FAIL] = {"fail", "differ", "the kernel does not do what is expected", 0},
		[RUN_ERROR] = {"error", "errors", "the test came to grief", 0},
		[RUN_SKIP] = {"skip", "skipped", "cannot be shown there", 0},
		[RUN_PENDING] = {"pending", "not run", "the run was stopped", 0},
	};

	for (size_t i = 0; i < page->matrix->row_count; i++) {
		enum run_outcome outcome = matrix_outcome(page->matrix, i);

		if (outcome == RUN_PASS)
			verdicts[page->matrix->rows[i].claim->verdict].count++;
		else
			outcomes[outcome].count++;
	}
	html(page->out, "<ul class=\"tiles\">\n");
	for (int i = 0; i < RUN_OUTCOMES; i++)
		print_tile(page, &outcomes[i]);
	for (int i = HOLDS; i <= EXTENDS; i++)
		print_tile(page, &verdicts[i]);
	html(page->out, "</ul>\n");
}

static void print_head(const struct html *page)
{
	char headline[512];

	matrix_headline(page->matrix, headline, sizeof(headline));
	html(page->out,
	     "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	     "<meta name=\"color-scheme\" content=\"light dark\">\n"
	     /* nothing is fetched, and were markup of a result to slip through, it could not either */
	     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	     "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n"
	     "<link rel=\"icon\" href=\"data:,\">\n<title>wirestate: %s</title>\n<style>\n",
	     headline);
	fputs(html_style, page->out);
	html(page->out, "</style>\n</head>\n");
}

static void print_navigation(const struct html *page)
{
	const struct matrix *matrix = page->matrix;

	html(page->out, "<nav aria-label=\"Sections\"><ul>\n");
	if (matrix_count_bad(matrix))
		html(page->out, "<li><a href=\"#failed\">Failed</a></li>\n");
	if (matrix->run_count > 1)
		html(page->out, "<li><a href=\"#kernels\">Kernels</a></li>\n");
	html(page->out, "<li><a href=\"#ledger\">Ledger</a></li>\n"
			"<li><a href=\"#times\">Times</a></li>\n"
			"<li><a href=\"#states\">States</a></li>\n"
			"<li><a href=\"#facts\">Facts</a></li>\n</ul></nav>\n");
}

/* What arrows end in, for all drawings of the page. */
static void print_markers(const struct html *page)
{
	static const char *const arrows[] = {"a", "a-lost", "a-test", "a-edge", "a-taken"};

	html(page->out, "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\">"
			"<defs>\n");
	for (size_t i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++)
		html(page->out,
		     "<marker id=\"%s\" class=\"%s\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" "
		     "markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\" "
		     "orient=\"auto\"><path d=\"M0 1 10 5 0 9z\"/></marker>\n",
		     arrows[i], arrows[i]);
	html(page->out,
	     "<marker id=\"x\" class=\"a-lost\" viewBox=\"0 0 10 10\" refX=\"5\" refY=\"5\" "
	     "markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\"><path d=\"M1 1 9 "
	     "9M9 "
	     "1 1 9\"/></marker>\n"
	     "<marker id=\"o\" class=\"a-held\" viewBox=\"0 0 10 10\" refX=\"5\" refY=\"5\" "
	     "markerUnits=\"userSpaceOnUse\" markerWidth=\"9\" markerHeight=\"9\"><circle cx=\"5\" "
	     "cy=\"5\" r=\"3.5\"/></marker>\n</defs></svg>\n");
}

static void print_body(struct html *page)
{
	html(page->out, "<body>\n<a class=\"skip-link\" href=\"#ledger\">Skip to the ledger</a>\n");
	print_markers(page);
	html(page->out, "<header>\n<p class=\"brand\">wirestate</p>\n");
	print_heading(page);
	print_subtitle(page);
	print_tiles(page);
	html(page->out, "</header>\n");
	print_navigation(page);
	html(page->out, "<main>\n");
	html_failures(page);
	html_kernels(page);
	html_ledger(page);
	html_plots(page);
	html_states(page);
	html_facts(page);
	html(page->out,
	     "</main>\n<footer>Made by wirestate %s of results alone; <code>wirestate "
	     "report</code> "
	     "makes it again.</footer>\n<script>\n",
	     WIRESTATE_VERSION);
	fputs(html_script, page->out);
	html(page->out, "</script>\n</body>\n</html>\n");
}

int html_print(FILE *out, const struct matrix *matrix)
{
	struct html page = {.out = out, .matrix = matrix, .ladders = LADDERS_MOST};

	print_head(&page);
	print_body(&page);
	html_states_clear(&page);
	return 0;
}
