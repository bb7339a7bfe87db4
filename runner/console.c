/* SPDX-License-Identifier: MIT */
/* What a run says on the console while it goes on, and its last lines. */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "runner/page.h"
#include "runner/text.h"

#define WIDTH_DEFAULT 80
#define WIDTH_LEAST   40
#define WIDTH_MOST    120 /* longer lines are hard to read */
#define LABEL_WIDTH   6   /* "ERROR " */
#define NAME_WIDTH    62

/* ------------------------------------------------------------------------------ the style */

static int window_width(int fd)
{
	struct winsize window;

	if (ioctl(fd, TIOCGWINSZ, &window) < 0 || window.ws_col == 0)
		return WIDTH_DEFAULT;
	if (window.ws_col < WIDTH_LEAST)
		return WIDTH_LEAST;
	return window.ws_col > WIDTH_MOST ? WIDTH_MOST : window.ws_col;
}

/* Asked without setlocale(3): the numbers of this program must not follow the locale. */
static bool locale_is_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

	if (!locale)
		return false;

	bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	freelocale(locale);
	return utf8;
}

struct report_style report_style(int fd, int verbosity)
{
	const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	bool terminal = isatty(fd) && term && strcmp(term, "dumb") != 0;

	return (struct report_style){
		.colour = terminal && !(no_colour && *no_colour),
		.terminal = terminal,
		.utf8 = locale_is_utf8(),
		.width = window_width(fd),
		.verbosity = verbosity,
	};
}

/* --------------------------------------------------------------------------- the progress */

static size_t digits(size_t number)
{
	size_t count = 1;

	while (number /= 10)
		count++;
	return count;
}

void report_progress(const struct run *run, size_t running, double to_go, const char *newest,
		     const struct report_style *style, FILE *out)
{
	/* of less nobody would want to know */
	static const double long_wait = 10;
	const struct page page = {style, out};
	char line[512], failed[32] = "", busy[32] = "", left[32] = "", time[TEXT_TIME_SIZE];
	size_t bad;

	if (!style->terminal)
		return;
	bad = run_count_bad(run);
	if (bad)
		snprintf(failed, sizeof(failed), " %zu failed%s", bad, running ? "," : "");
	if (running)
		snprintf(busy, sizeof(busy), " %zu running", running);
	if (to_go >= long_wait)
		snprintf(left, sizeof(left), ", %s to go", text_wait(to_go, time));
	snprintf(line, sizeof(line), "[%*zu/%zu]%s%s%s  %s", (int)digits(run->count),
		 run->count - run_count(run, RUN_PENDING), run->count, failed, busy, left,
		 newest ? newest : "");

	fputc('\r', out);
	/* the last column stays free: some terminals wrap as soon as it is filled */
	page_text(&page, bad ? PAINT_RED : PAINT_PLAIN, line,
		  text_fit(line, strlen(line), style->width - 1));
	fputs("\x1b[K", out);
	fflush(out);
}

void report_progress_clear(const struct report_style *style, FILE *out)
{
	if (!style->terminal)
		return;
	fputs("\r\x1b[K", out);
	fflush(out);
}

/* --------------------------------------------------------------------------- an instance */

static const struct label {
	const char *text;
	enum paint paint;
} labels[RUN_OUTCOMES] = {
	[RUN_PENDING] = {"----", PAINT_DIM}, [RUN_PASS] = {"ok", PAINT_GREEN},
	[RUN_FAIL] = {"FAIL", PAINT_RED},    [RUN_ERROR] = {"ERROR", PAINT_RED},
	[RUN_SKIP] = {"skip", PAINT_YELLOW},
};

static int print_label(const struct page *page, enum run_outcome outcome)
{
	int columns = page_string(page, labels[outcome].paint, labels[outcome].text);

	page_spaces(page, LABEL_WIDTH - columns);
	return LABEL_WIDTH;
}

/* "ok    close.client-only/ipv4/wire                                 6.2 ms" */
static void print_timed(const struct page *page, const struct run_instance *instance,
			const struct run_result *result, enum paint paint)
{
	char time[TEXT_TIME_SIZE];

	print_label(page, result->outcome);

	int columns = page_string(page, paint, instance->name);

	text_duration(result->seconds, time);
	page_spaces(page, NAME_WIDTH - columns);
	page_spaces(page, columns < NAME_WIDTH ? 9 - (int)strlen(time) : 2);
	page_string(page, PAINT_DIM, time);
	fputc('\n', page->out);
}

static void print_skip(const struct page *page, const struct run_instance *instance,
		       const struct run_result *result)
{
	const char *reason = run_reason(result);

	print_label(page, result->outcome);
	page_string(page, PAINT_PLAIN, instance->name);
	fputs("  ", page->out);
	page_text(page, PAINT_DIM, reason, text_line(reason));
	fputc('\n', page->out);
}

/* A crash, a timeout or a plain CU_ASSERT has no explanation of ours, which ends with the
 * transcript: then the transcript tells how far it came. */
static void print_explanation(const struct page *page, const struct run_result *result)
{
	const char *reason = run_reason(result), *seen = result->transcript;
	bool explained = result->outcome == RUN_FAIL && strchr(reason, '\n');

	fputc('\n', page->out);
	page_block(page, LABEL_WIDTH, reason);
	if (seen && *seen && !explained) {
		fputc('\n', page->out);
		page_block(page, LABEL_WIDTH, seen);
	}
	fputc('\n', page->out);
}

static void print_detail(const struct page *page, const char *label, const char *text)
{
	page_spaces(page, LABEL_WIDTH);
	page_string(page, PAINT_DIM, label);
	page_string(page, PAINT_PLAIN, text);
	fputc('\n', page->out);
}

static void print_failure(const struct page *page, const struct run_instance *instance,
			  const struct run_result *result, const char *again)
{
	const struct ws_claim *claim = instance->claim;
	char place[512], runs[64];

	/* a fixture that fails stands elsewhere than the claim that used it */
	if (result->file && strcmp(result->file, claim->file) != 0)
		snprintf(place, sizeof(place), "%s:%d, used by the claim at %s:%d", result->file,
			 result->line, claim->file, claim->line);
	else
		snprintf(place, sizeof(place), "%s:%d", claim->file,
			 result->file ? result->line : claim->line);
	print_timed(page, instance, result, PAINT_BOLD);
	print_detail(page, "", place);
	page_paragraph(page, &(struct page_paragraph){.indent = LABEL_WIDTH,
						      .text = claim->says,
						      .paint = PAINT_DIM});
	print_explanation(page, result);
	if (result->runs > 1) {
		snprintf(runs, sizeof(runs), "%u of %u runs", result->bad_runs, result->runs);
		print_detail(page, "failed:  ", runs);
	}
	if (result->pcap)
		print_detail(page, "packets: ", result->pcap);
	if (again && !strstr(run_reason(result), again))
		print_detail(page, "again:   ", again);
	fputc('\n', page->out);
}

void report_instance(const struct run_instance *instance, const struct run_result *result,
		     const char *again, const struct report_style *style, FILE *out)
{
	const struct page page = {style, out};

	switch (result->outcome) {
	case RUN_FAIL:
	case RUN_ERROR:
		print_failure(&page, instance, result, again);
		break;
	case RUN_SKIP:
		if (style->verbosity >= 0)
			print_skip(&page, instance, result);
		break;
	case RUN_PASS:
		if (style->verbosity > 0)
			print_timed(&page, instance, result, PAINT_PLAIN);
		if (style->verbosity > 1 && result->transcript)
			page_block(&page, LABEL_WIDTH, result->transcript);
		break;
	default:
		break;
	}
}

/* ---------------------------------------------------------------------------- the summary */

/* What the ledger's verdicts mean; the same words, colours and order of columns as there. */
static const struct tally {
	enum run_outcome outcome;
	enum ws_verdict verdict;
	const char *meaning;
} tallies[] = {
	{RUN_PASS, HOLDS, "the sentence is true on this kernel"},
	{RUN_PASS, REFUTED, "the kernel does something else, which is shown"},
	{RUN_PASS, QUALIFIED, "true, but only under a condition"},
	{RUN_PASS, EXTENDS, "the source is silent; what happens is shown"},
	{RUN_FAIL, HOLDS, "the kernel does not do what the suite expects"},
	{RUN_ERROR, HOLDS, "the test itself broke off"},
	{RUN_SKIP, HOLDS, "cannot be shown here"},
	{RUN_PENDING, HOLDS, "the run was stopped before"},
};

static size_t tally_claims(const struct run *run, const struct tally *tally)
{
	size_t counts[RUN_OUTCOMES], found = 0;

	for (size_t from = 0, end; from < run->count; from = end) {
		end = run_claim_end(run, from);
		if (run_fold(run, from, end, counts) != tally->outcome)
			continue;
		if (tally->outcome == RUN_PASS &&
		    run->instances[from].claim->verdict != tally->verdict)
			continue;
		found++;
	}
	return found;
}

static void print_tallies(const struct page *page, const struct run *run)
{
	for (size_t i = 0; i < sizeof(tallies) / sizeof(tallies[0]); i++) {
		size_t claims = tally_claims(run, &tallies[i]);

		if (claims == 0)
			continue;
		page_verdict(page, tallies[i].outcome, tallies[i].verdict);
		fprintf(page->out, "%4zu  ", claims);
		page_string(page, PAINT_DIM, tallies[i].meaning);
		fputc('\n', page->out);
	}
}

static enum paint summary_paint(const struct run *run)
{
	if (run_count_bad(run))
		return PAINT_RED;
	if (run->interrupted || run_count(run, RUN_PASS) == 0)
		return PAINT_YELLOW;
	return PAINT_GREEN;
}

/* "212 passed, 0 failed, 0 errors, 3 skipped", painted by what is worst in it. */
static void print_counts(const struct page *page, const struct run *run)
{
	size_t errors = run_count(run, RUN_ERROR), pending = run_count(run, RUN_PENDING);
	char line[160], rest[40] = "";

	if (pending)
		snprintf(rest, sizeof(rest), ", %zu not run", pending);
	snprintf(line, sizeof(line), "%zu passed, %zu failed, %zu error%s, %zu skipped%s",
		 run_count(run, RUN_PASS), run_count(run, RUN_FAIL), errors, errors == 1 ? "" : "s",
		 run_count(run, RUN_SKIP), rest);
	page_string(page, summary_paint(run), line);
}

void report_summary(const struct run *run, const struct report_style *style, FILE *out)
{
	const struct page page = {style, out};
	const char *kernel = run_fact(run, "kernel"), *arch = run_fact(run, "arch");
	const char *seed = run_fact(run, "seed");
	char time[TEXT_TIME_SIZE];

	if (style->verbosity >= 0)
		fputc('\n', out);
	print_counts(&page, run);
	fprintf(out, " in %s", text_duration(run->seconds, time));
	if (kernel) {
		fputs(" on Linux ", out);
		page_string(&page, PAINT_PLAIN, kernel);
	}
	if (arch) {
		fputc(' ', out);
		page_string(&page, PAINT_PLAIN, arch);
	}
	if (seed) {
		fputs(" (seed ", out);
		page_string(&page, PAINT_PLAIN, seed);
		fputc(')', out);
	}
	if (run->stalled)
		fprintf(out, "; %zu run again after the machine stalled", run->stalled);
	fputs(run->interrupted ? "; interrupted\n" : "\n", out);
	if (style->verbosity >= 0)
		print_tallies(&page, run);
}
