/* SPDX-License-Identifier: MIT */
/*
 *     0.53 ms            │ close() = 0                            │
 *     0.54 ms FIN-WAIT-1 ├─[F.] seq 1, ack 1─────────────────────▶│ CLOSE-WAIT
 */
#include "runner/ladder.h"
#include <stdio.h>
#include <string.h>
#include "runner/text.h"

enum {
	TIME_WIDTH = 12,
	STATE_WIDTH = 10,                               /* "FIN-WAIT-1" */
	FRAME = TIME_WIDTH + 2 * (STATE_WIDTH + 1) + 2, /* all but what is between the lines */
	ROW_TEXT = 512,
};

/* What lines are drawn with. */
struct pen {
	const char *life, *broken, *from_client, *from_server, *line, *slow, *to_client, *to_server,
		*lost, *held;
};

static const struct pen pens[] = {
	/* ASCII */
	{"|", ":", "+", "+", "-", ".", "<", ">", "x", "o"},
	/* UTF-8 */
	{"│", "┊", "├", "┤", "─", "┄", "◀", "▶", "✗", "○"},
};

struct ladder {
	const struct page *page;
	const struct pen *pen;
	int middle; /* columns between the lifelines */
};

static void draw(const struct ladder *ladder, const char *stroke, int times, enum paint paint)
{
	while (times-- > 0)
		page_string(ladder->page, paint, stroke);
}

/* A text that is cut where the room ends. Returns the columns it took. */
static int fitted(const struct ladder *ladder, enum paint paint, const char *text, int room)
{
	size_t length = text_fit(text, text_line(text), room);

	return length ? page_text(ladder->page, paint, text, length) : 0;
}

/* "    0.53 ms", "   60.03 s " */
static void print_time(const struct ladder *ladder, double at)
{
	char text[64];

	story_time_text(at, text, sizeof(text));
	page_spaces(ladder->page, TIME_WIDTH - 1 - (int)strlen(text));
	fitted(ladder, PAINT_DIM, text, TIME_WIDTH - 1);
	page_spaces(ladder->page, 1);
}

static void print_left_state(const struct ladder *ladder, const struct story_item *item)
{
	const char *state = item->changed[WS_CLIENT] ? item->states[WS_CLIENT] : "";

	page_spaces(ladder->page, STATE_WIDTH - text_print(state, strlen(state), NULL));
	fitted(ladder, PAINT_CYAN, state, STATE_WIDTH);
	page_spaces(ladder->page, 1);
}

static void end_row(const struct ladder *ladder, const struct story_item *item)
{
	if (item->changed[WS_SERVER]) {
		page_spaces(ladder->page, 1);
		fitted(ladder, PAINT_CYAN, item->states[WS_SERVER], STATE_WIDTH);
	}
	fputc('\n', ladder->page->out);
}

static void begin_row(const struct ladder *ladder, const struct story_item *item)
{
	print_time(ladder, item->at);
	print_left_state(ladder, item);
}

static enum paint paint_of(const struct story_item *item)
{
	if (item->kind == STORY_CHECK)
		return item->passed ? PAINT_GREEN : PAINT_RED;
	return strstr(item->text, " = -1 ") ? PAINT_YELLOW : PAINT_BOLD;
}

/* A call, beside the lifeline of the host that makes it; others say who they are. */
static void print_beside(const struct ladder *ladder, const struct story_item *item)
{
	bool named =
		*item->who && strcmp(item->who, "client") != 0 && strcmp(item->who, "server") != 0;
	char text[ROW_TEXT];
	int columns;

	snprintf(text, sizeof(text), "%s%s%s%s%s",
		 item->kind == STORY_CHECK ? (item->passed ? "holds: " : "FAILS: ") : "",
		 named ? item->who : "", named ? ": " : "", item->text,
		 item->kind == STORY_BEGIN ? " ..." : "");
	columns = text_print(text, text_fit(text, text_line(text), ladder->middle - 2), NULL);
	begin_row(ladder, item);
	draw(ladder, ladder->pen->life, 1, PAINT_PLAIN);
	page_spaces(ladder->page, item->side == WS_SERVER ? ladder->middle - 1 - columns : 1);
	fitted(ladder, paint_of(item), text, ladder->middle - 2);
	page_spaces(ladder->page, item->side == WS_SERVER ? 1 : ladder->middle - 1 - columns);
	draw(ladder, ladder->pen->life, 1, PAINT_PLAIN);
	end_row(ladder, item);
}

static enum paint paint_of_segment(const struct story_item *item)
{
	if (item->fate == STORY_DROPPED || strchr(item->flags, 'R'))
		return PAINT_RED;
	return item->fate == STORY_INJECTED ? PAINT_MAGENTA : PAINT_PLAIN;
}

/* An arrow from its sender to the other host; one that is lost or waits ends half way. */
static void print_segment(const struct ladder *ladder, const struct story_item *item)
{
	const struct pen *pen = ladder->pen;
	bool to_server = item->side == WS_CLIENT;
	bool ends = item->fate != STORY_DROPPED && item->fate != STORY_HELD;
	const char *stroke = item->kind == STORY_ARRIVAL ? pen->slow : pen->line;
	const char *head = ends ? (to_server ? pen->to_server : pen->to_client)
				: (item->fate == STORY_HELD ? pen->held : pen->lost);
	enum paint paint = paint_of_segment(item);
	int beyond = ends ? 0 : ladder->middle / 8, room = ladder->middle - beyond - 3;
	char label[ROW_TEXT];
	int columns;

	story_segment_text(item, room, label, sizeof(label));
	columns = text_print(label, text_fit(label, strlen(label), room), NULL);
	begin_row(ladder, item);
	draw(ladder, to_server ? pen->from_client : pen->life, 1, PAINT_PLAIN);
	if (to_server) {
		draw(ladder, stroke, 1, paint);
		fitted(ladder, paint, label, room);
		draw(ladder, stroke, room - columns + 1, paint);
		draw(ladder, head, 1, paint);
		page_spaces(ladder->page, beyond);
	} else {
		page_spaces(ladder->page, beyond);
		draw(ladder, head, 1, paint);
		draw(ladder, stroke, room - columns + 1, paint);
		fitted(ladder, paint, label, room);
		draw(ladder, stroke, 1, paint);
	}
	draw(ladder, to_server ? pen->life : pen->from_server, 1, PAINT_PLAIN);
	end_row(ladder, item);
}

/* States of a listener, of another client; the two ends' are in the margins. */
static void print_state(const struct ladder *ladder, const struct story_item *item)
{
	static const char *const margins[] = {"client", "server"};
	struct story_item row = *item;

	row.who = strcmp(item->who, margins[item->side]) == 0 ? "" : item->who;
	row.text = *row.who ? item->text : "";
	print_beside(ladder, &row);
}

static void print_pause(const struct ladder *ladder, const struct story *story, size_t index,
			double seconds)
{
	char text[ROW_TEXT];
	int columns;

	story_pause_text(story, index, seconds, text, sizeof(text));
	columns = text_print(text, text_fit(text, strlen(text), ladder->middle), NULL);
	page_spaces(ladder->page, TIME_WIDTH + STATE_WIDTH + 1);
	draw(ladder, ladder->pen->broken, 1, PAINT_DIM);
	page_spaces(ladder->page, (ladder->middle - columns) / 2);
	fitted(ladder, PAINT_DIM, text, ladder->middle);
	page_spaces(ladder->page, ladder->middle - columns - (ladder->middle - columns) / 2);
	draw(ladder, ladder->pen->broken, 1, PAINT_DIM);
	fputc('\n', ladder->page->out);
}

static void print_heads(const struct ladder *ladder)
{
	page_spaces(ladder->page, TIME_WIDTH + STATE_WIDTH + 1 - 3);
	page_string(ladder->page, PAINT_BOLD, "client");
	page_spaces(ladder->page, ladder->middle + 2 - 6);
	page_string(ladder->page, PAINT_BOLD, "server");
	fputc('\n', ladder->page->out);
}

static bool is_shown(const struct ladder *ladder, const struct story_item *item)
{
	return item->kind != STORY_CHECK || !item->passed || ladder->page->style->verbosity > 0;
}

static void print_item(const struct ladder *ladder, const struct story_item *item)
{
	switch (item->kind) {
	case STORY_SEGMENT:
	case STORY_ARRIVAL:
		print_segment(ladder, item);
		break;
	case STORY_STATE:
		print_state(ladder, item);
		break;
	default:
		print_beside(ladder, item);
	}
}

void ladder_print(const struct page *page, const struct story *story)
{
	const struct ladder ladder = {
		.page = page,
		.pen = &pens[page->style->utf8],
		.middle = page->style->width > FRAME + 12 ? page->style->width - FRAME : 12,
	};
	double last = story->count ? story->items[0].at : 0;

	print_heads(&ladder);
	for (size_t i = 0; i < story->count; i++) {
		const struct story_item *item = &story->items[i];

		if (!is_shown(&ladder, item))
			continue;
		if (item->at - last > STORY_TELLING)
			print_pause(&ladder, story, i, item->at - last);
		if (item->at > last)
			last = item->at;
		print_item(&ladder, item);
	}
}

void report_ladders(const struct run *run, const struct report_style *style, FILE *out)
{
	static const struct page_paragraph nothing = {
		.indent = 2,
		.paint = PAINT_DIM,
		.text = "nothing to draw: it did not run, or the result kept no events, as "
			"baselines",
	};
	const struct page page = {style, out};

	for (size_t i = 0; i < run->count; i++) {
		json_t *events = run_events(run, i);
		struct story *story = story_make(events);

		page_heading(&page, run->instances[i].name);
		if (story && story->count)
			ladder_print(&page, story);
		else
			page_paragraph(&page, &nothing);
		story_free(story);
		json_decref(events);
	}
}
