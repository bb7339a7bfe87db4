/* SPDX-License-Identifier: MIT */
/* What people would rather look at than read: how long FIN_WAIT2 lasts, and when SYNs are sent again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "runner/html.h"
#include "runner/html_axis.h"
#include "runner/outcome.h"
#include "runner/text.h"

enum { SYNS_MOST = 64, COLOURS = 8 };

/* ------------------------------------------------------------------------------ FIN_WAIT2 */

static const char fin_timeout[] = "net.ipv4.tcp_fin_timeout";

/* One measurement; false when the result is none. */
static bool measured(const struct run *run, size_t index, double *value, double *seen)
{
	const struct run_instance *instance = &run->instances[index];
	const json_t *measured = run->results[index].measured;
	const char *text = outcome_text(measured, "seen");

	if (strcmp(instance->sysctl, fin_timeout) != 0 || strcmp(instance->family, "ipv4") != 0 ||
	    !strstr(outcome_text(measured, "what"), "FIN-WAIT-2"))
		return false;
	*value = strtod(instance->value, NULL);
	*seen = strtod(text, NULL);
	return *value > 0 && *seen > 0 && isfinite(*value) && isfinite(*seen);
}

static bool any_measured(const struct matrix *matrix, double *most)
{
	double value, seen;
	bool any = false;

	*most = 10;
	for (size_t r = 0; r < matrix->run_count; r++)
		for (size_t i = 0; i < matrix->runs[r].count; i++)
			if (measured(&matrix->runs[r], i, &value, &seen)) {
				*most = fmax(*most, fmax(value, seen));
				any = true;
			}
	return any;
}

static void print_grid(FILE *out, const struct axis *axis)
{
	static const double ticks[] = {1, 2, 5, 10, 20, 60, 120, 300, 1000, 10000};

	for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]) && ticks[i] <= axis->most; i++) {
		int at = axis_place(axis, ticks[i]);

		fputs("<line class=\"grid\" y1=\"0\" y2=\"100%\"", out);
		axis_attribute(out, "x1", at);
		axis_attribute(out, "x2", at);
		fputs("/><line class=\"grid\" x1=\"0\" x2=\"100%\"", out);
		axis_attribute(out, "y1", 1000 - at);
		axis_attribute(out, "y2", 1000 - at);
		fputs("/><text class=\"tx\" y=\"100%\" dy=\"18\"", out);
		axis_attribute(out, "x", at);
		fprintf(out, ">%.0f</text><text class=\"ty\" x=\"0\" dx=\"-8\" dy=\"4\"", ticks[i]);
		axis_attribute(out, "y", 1000 - at);
		fprintf(out, ">%.0f</text>\n", ticks[i]);
	}
}

static void print_points(const struct html *page, const struct axis *axis)
{
	double value, seen;

	for (size_t r = 0; r < page->matrix->run_count; r++) {
		const struct run *run = &page->matrix->runs[r];

		for (size_t i = 0; i < run->count; i++) {
			if (!measured(run, i, &value, &seen))
				continue;
			fprintf(page->out, "<circle class=\"k%zu\" r=\"5\"", r % COLOURS);
			axis_attribute(page->out, "cx", axis_place(axis, value));
			axis_attribute(page->out, "cy", 1000 - axis_place(axis, seen));
			html(page->out,
			     "><title>Linux %s, tcp_fin_timeout=%s: %s</title></circle>\n",
			     page->matrix->names[r], run->instances[i].value,
			     outcome_text(run->results[i].measured, "seen"));
		}
	}
}

/* Which colour is which kernel. */
static void print_colours(const struct html *page)
{
	if (page->matrix->run_count < 2)
		return;
	html(page->out, "<p class=\"legend\">");
	for (size_t r = 0; r < page->matrix->run_count; r++)
		html(page->out, "<span class=\"k%zu\">%s</span> ", r % COLOURS,
		     page->matrix->names[r]);
	html(page->out, "</p>\n");
}

/* Where the first kernel does not do what is documented a point gets words. */
static void print_words(const struct html *page, const struct axis *axis)
{
	const struct run *run = &page->matrix->runs[0];
	double value, seen;

	for (size_t i = 0; i < run->count; i++) {
		if (!measured(run, i, &value, &seen) || fabs(value - seen) <= value / 4 + 1)
			continue;
		fputs("<text class=\"ty\" dx=\"-9\" dy=\"4\"", page->out);
		axis_attribute(page->out, "x", axis_place(axis, value));
		axis_attribute(page->out, "y", 1000 - axis_place(axis, seen));
		html(page->out, ">%s gives %s</text>\n", run->instances[i].value,
		     outcome_text(run->results[i].measured, "seen"));
	}
}

static bool print_fin_wait_2(const struct html *page)
{
	struct axis axis = {.least = 0.8, .logarithmic = true};

	if (!any_measured(page->matrix, &axis.most))
		return false;
	axis.most *= 1.25;
	html(page->out,
	     "<figure class=\"plot\"><figcaption>How long FIN_WAIT2 of a closed socket lasts, "
	     "against "
	     "tcp_fin_timeout, in seconds. The line is what the documentation says; points are "
	     "measured.</figcaption>\n<svg class=\"square\" role=\"img\" aria-label=\"Seconds "
	     "measured for each value\" width=\"100%%\" height=\"330\"><svg class=\"area\" "
	     "x=\"8%%\" y=\"10\" width=\"88%%\" height=\"270\">\n");
	print_grid(page->out, &axis);
	fputs("<line class=\"documented\" x1=\"0\" y1=\"100%\" x2=\"100%\" y2=\"0\"/>\n",
	      page->out);
	print_words(page, &axis);
	print_points(page, &axis);
	html(page->out, "</svg><text class=\"axis\" x=\"50%%\" y=\"322\">tcp_fin_timeout</text>"
			"</svg>\n");
	print_colours(page);
	html(page->out, "</figure>\n");
	return true;
}

/* ------------------------------------------------------------------------ SYNs sent again */

/* Whose SYNs are answered by nobody, the best to look at first. */
static const char *const syn_claims[] = {
	"connect.syn-sent-only-by-loss.dropped-default",
	"timers.syn-retries",
	"connect.syn-sent-only-by-loss.dropped",
};

/* When the client sent SYNs, from the first. Returns how many. */
static size_t syn_times(const struct run *run, size_t index, double times[SYNS_MOST])
{
	json_t *events = run_events(run, index);
	struct story *story = story_make(events);
	size_t count = 0;

	for (size_t i = 0; story && i < story->count && count < SYNS_MOST; i++) {
		const struct story_item *item = &story->items[i];

		if (item->kind == STORY_SEGMENT && item->side == WS_CLIENT &&
		    strcmp(item->flags, "S") == 0)
			times[count++] = item->at;
	}
	for (size_t i = count; i-- > 0;)
		times[i] -= times[0];
	story_free(story);
	json_decref(events);
	return count;
}

/* The times of the instance of a claim that has most of them. Returns how many. */
static size_t find_syns(const struct run *run, const char *id, double times[SYNS_MOST])
{
	double found[SYNS_MOST];
	size_t most = 0;

	for (size_t i = 0; i < run->count; i++) {
		size_t count;

		if (strcmp(run->instances[i].claim->id, id) != 0 ||
		    strcmp(run->instances[i].family, "ipv4") != 0 ||
		    run->results[i].outcome != RUN_PASS)
			continue;
		count = syn_times(run, i, found);
		if (count <= most)
			continue;
		most = count;
		memcpy(times, found, count * sizeof(times[0]));
	}
	return most;
}

static void print_syn_row(const struct html *page, const char *name, const struct axis *axis,
			  const double *times, size_t count)
{
	html(page->out,
	     "<div class=\"row\"><span class=\"name\">%s <small>%zu SYNs</small></span><svg "
	     "role=\"img\" aria-label=\"%zu SYNs\" width=\"100%%\" height=\"26\"><svg "
	     "class=\"area\" x=\"2%%\" width=\"94%%\" height=\"26\"><line class=\"base\" x1=\"0\" "
	     "x2=\"100%%\" y1=\"13\" y2=\"13\"/>\n",
	     name, count, count);
	for (size_t i = 0; i < count; i++) {
		fprintf(page->out, "<circle class=\"syn\" cy=\"13\" r=\"5\"");
		axis_attribute(page->out, "cx", axis_place(axis, times[i]));
		fprintf(page->out, "><title>%.2f s</title></circle>", times[i]);
	}
	html(page->out, "</svg></svg></div>\n");
}

static void print_scale(const struct html *page, const struct axis *axis)
{
	html(page->out, "<div class=\"row scale\"><span class=\"name\"></span><svg "
			"aria-hidden=\"true\" width=\"100%%\" height=\"24\"><svg class=\"area\" "
			"x=\"2%%\" width=\"94%%\" height=\"24\">\n");
	axis_print_times(page->out, axis, 5);
	html(page->out, "</svg></svg></div>\n");
}

static bool print_syns(const struct html *page)
{
	const struct matrix *matrix = page->matrix;
	double(*times)[SYNS_MOST] = calloc(matrix->run_count, sizeof(*times));
	size_t *counts = calloc(matrix->run_count, sizeof(*counts)), claim = 0, any = 0;
	struct axis axis = {.most = 1};

	for (; times && counts && claim < sizeof(syn_claims) / sizeof(syn_claims[0]) && !any;
	     claim++)
		for (size_t r = 0; r < matrix->run_count; r++) {
			counts[r] = find_syns(&matrix->runs[r], syn_claims[claim], times[r]);
			any += counts[r] > 1;
			if (counts[r] > 1)
				axis.most = fmax(axis.most, times[r][counts[r] - 1]);
		}
	if (any) {
		html(page->out,
		     "<figure class=\"plot\"><figcaption>When a SYN that nobody answers is sent "
		     "again (%s)</figcaption>\n",
		     syn_claims[claim - 1]);
		for (size_t r = 0; r < matrix->run_count; r++)
			if (counts[r])
				print_syn_row(page, matrix->names[r], &axis, times[r], counts[r]);
		print_scale(page, &axis);
		html(page->out, "</figure>\n");
	}
	free(times);
	free(counts);
	return any > 0;
}

void html_plots(struct html *page)
{
	bool any = false;

	html(page->out, "<section id=\"times\"><h2>Times</h2>\n");
	any |= print_fin_wait_2(page);
	any |= print_syns(page);
	any |= html_timelines(page);
	if (!any)
		html(page->out, "<p>Nothing here waited for a timer.</p>\n");
	html(page->out, "</section>\n");
}
