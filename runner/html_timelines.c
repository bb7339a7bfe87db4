/* SPDX-License-Identifier: MIT */
/* What sockets do while timers run: the states of both ends along a line of time. */
#include <math.h>
#include <string.h>
#include "runner/html.h"
#include "runner/html_axis.h"

enum { TIMELINES_MOST = 24 };

static void print_heading(const struct html *page)
{
	html(page->out,
	     "<figure class=\"plot\"><figcaption>States while timers run, on Linux %s; between the "
	     "lines the segments</figcaption>\n",
	     page->matrix->names[0]);
	html(page->out,
	     "<p class=\"legend\"><span class=\"sy\">SYN-SENT, SYN-RECV</span> "
	     "<span class=\"es\">ESTAB</span> <span class=\"fw\">FIN-WAIT-1, -2, CLOSING</span> "
	     "<span class=\"cw\">CLOSE-WAIT, LAST-ACK</span> <span class=\"tw\">TIME-WAIT</span> "
	     "<span class=\"go\">gone</span></p>\n");
}

static void print_bar(const struct html *page, const struct axis *axis, const char *state,
		      double from, double to, int side)
{
	int left = axis_place(axis, from), right = axis_place(axis, to);

	if (right <= left)
		return;
	html(page->out, "<rect class=\"%s\" y=\"%d\" height=\"11\"", html_state_class(state),
	     side == WS_CLIENT ? 2 : 25);
	axis_attribute(page->out, "x", left);
	axis_attribute(page->out, "width", right - left);
	html(page->out, "><title>%s: %s</title></rect>\n", side == WS_CLIENT ? "client" : "server",
	     state ? state : "gone");
}

static void print_bars(const struct html *page, const struct axis *axis, const struct story *story)
{
	for (int side = 0; side < WS_SIDES; side++) {
		const char *state = NULL;
		double since = 0;

		for (size_t i = 0; i < story->count; i++) {
			const struct story_item *item = &story->items[i];

			if (!item->changed[side])
				continue;
			if (state)
				print_bar(page, axis, state, since, item->at, side);
			state = item->states[side];
			since = item->at;
		}
		if (state)
			print_bar(page, axis, state, since, axis->most, side);
	}
}

/* Segments between the bars; those at one place of the drawing once. */
static void print_ticks(const struct html *page, const struct axis *axis, const struct story *story)
{
	int last = -10;

	for (size_t i = 0; i < story->count; i++) {
		const struct story_item *item = &story->items[i];
		int at = axis_place(axis, item->at);

		if (item->kind != STORY_SEGMENT || at <= last + 2)
			continue;
		last = at;
		fprintf(page->out, "<line class=\"tick%s\" y1=\"15\" y2=\"23\"",
			item->fate == STORY_DROPPED ? " lost" : "");
		axis_attribute(page->out, "x1", at);
		axis_attribute(page->out, "x2", at);
		html(page->out, "><title>%s: %s</title></line>\n", item->who, item->text);
	}
}

static void print_timeline(const struct html *page, size_t row, const struct story *story)
{
	struct axis axis = {.most = story->length};

	html(page->out, "<div class=\"timeline\"><p>");
	html_claim_link(page, row);
	html(page->out,
	     "</p><svg role=\"img\" aria-label=\"States of client and server over time\" "
	     "width=\"100%%\" height=\"58\"><text class=\"who\" y=\"12\">client</text><text "
	     "class=\"who\" y=\"35\">server</text><svg class=\"area bars\" x=\"12%%\" "
	     "width=\"84%%\" height=\"58\">\n");
	axis_print_times(page->out, &axis, 40);
	print_bars(page, &axis, story);
	print_ticks(page, &axis, story);
	html(page->out, "</svg></svg></div>\n");
}

/* Two seconds are a line worth drawing. */
static bool waits(const struct html *page, size_t row)
{
	const struct matrix_cell *cell = &page->matrix->rows[row].cells[0];
	const struct run *run = &page->matrix->runs[0];

	return cell->from < cell->end &&
	       run->results[run_best(run, cell->from, cell->end)].seconds >= 2;
}

bool html_timelines(struct html *page)
{
	const struct matrix *matrix = page->matrix;
	size_t drawn = 0;

	for (size_t row = 0; row < matrix->row_count && drawn < TIMELINES_MOST; row++) {
		const struct run *run = &matrix->runs[0];
		json_t *events;
		struct story *story;

		if (!waits(page, row))
			continue;
		events = run_events(run, run_best(run, matrix->rows[row].cells[0].from,
						  matrix->rows[row].cells[0].end));
		story = story_make(events);
		if (story && story->length >= 2 && isfinite(story->length)) {
			if (drawn++ == 0)
				print_heading(page);
			print_timeline(page, row, story);
		}
		story_free(story);
		json_decref(events);
	}
	if (drawn)
		html(page->out, "</figure>\n");
	return drawn > 0;
}
