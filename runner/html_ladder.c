/* SPDX-License-Identifier: MIT */
/*
 * A story as a drawing: two lifelines, coloured by state, calls beside them and segments between. All
 * widths are percentages, so that the drawing is as wide as its place and its letters stay as large as others;
 * the style sheet puts times and states aside where there is no room for them.
 */
#include <string.h>
#include "runner/html.h"
#include "runner/text.h"

enum {
	CALL_HEIGHT = 21,
	SEGMENT_HEIGHT = 37,
	PAUSE_HEIGHT = 27,
	TOP = 20, /* the names of the hosts */
	BOTTOM = 6,
	ARROW = 19, /* of a segment's row */
	SLOPE = 5,  /* time passes while a segment is under way */
	LABEL_MOST = 46,
	TEXT_MOST = 512,
	/* Of a long story the beginning and the end are told. */
	FIRST_ITEMS = 90,
	LAST_ITEMS = 30,
};

struct drawing {
	FILE *out;
	const struct story *story;
	int y;                    /* where the next row begins */
	int height;               /* of the whole */
	int since[WS_SIDES];      /* where the state of a side began */
	const char *of[WS_SIDES]; /* that state, NULL: there is none */
	double last;              /* the latest time that was told */
};

const char *html_state_class(const char *state)
{
	static const char *const classes[][2] = {
		{"LISTEN", "li"},    {"SYN-SENT", "sy"},   {"SYN-RECV", "sy"},
		{"ESTAB", "es"},     {"FIN-WAIT-1", "fw"}, {"FIN-WAIT-2", "fw"},
		{"CLOSING", "fw"},   {"CLOSE-WAIT", "cw"}, {"LAST-ACK", "cw"},
		{"TIME-WAIT", "tw"},
	};

	for (size_t i = 0; state && i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i][0], state) == 0)
			return classes[i][1];
	return "go";
}

/* "x1" of a lifeline. */
static const char *side_x(int side)
{
	return side == WS_CLIENT ? "0" : "100%";
}

static bool is_left_out(const struct story *story, size_t index)
{
	return story->count > FIRST_ITEMS + LAST_ITEMS + 1 && index >= FIRST_ITEMS &&
	       index < story->count - LAST_ITEMS;
}

static bool is_shown(const struct story_item *item)
{
	return item->kind != STORY_CHECK || !item->passed;
}

static bool is_segment(const struct story_item *item)
{
	return item->kind == STORY_SEGMENT || item->kind == STORY_ARRIVAL;
}

static int height_of(const struct story_item *item)
{
	return is_segment(item) ? SEGMENT_HEIGHT : CALL_HEIGHT;
}

/* Call `draw` for every row; for what is left out once, with `gap` and the first item behind it. */
static void each_row(struct drawing *drawing,
		     void (*draw)(struct drawing *drawing, const struct story_item *item, bool gap),
		     void (*pause)(struct drawing *drawing, size_t index, double seconds))
{
	const struct story *story = drawing->story;
	bool left_out = false;

	drawing->y = TOP;
	drawing->last = story->count ? story->items[0].at : 0;
	for (size_t i = 0; i < story->count; i++) {
		const struct story_item *item = &story->items[i];

		if (!is_shown(item))
			continue;
		if (is_left_out(story, i)) {
			if (!left_out)
				draw(drawing, &story->items[story->count - LAST_ITEMS], true);
			drawing->y += left_out ? 0 : CALL_HEIGHT;
			left_out = true;
			drawing->last = item->at;
			continue;
		}
		if (item->at - drawing->last > STORY_TELLING) {
			pause(drawing, i, item->at - drawing->last);
			drawing->y += PAUSE_HEIGHT;
		}
		if (item->at > drawing->last)
			drawing->last = item->at;
		draw(drawing, item, false);
		drawing->y += height_of(item);
	}
}

static void count_row(struct drawing *drawing, const struct story_item *item, bool gap)
{
	(void)drawing;
	(void)item;
	(void)gap;
}

static void count_pause(struct drawing *drawing, size_t index, double seconds)
{
	(void)drawing;
	(void)index;
	(void)seconds;
}

/* A text as long as the narrowest place takes; the whole is in its title. The end of a call, its result, stays. */
static void print_text(const struct drawing *drawing, const char *attributes, const char *text)
{
	size_t length = text_line(text), fits = text_fit(text, length, LABEL_MOST);
	const char *end = strstr(text, " = ");
	size_t tail = end && end < text + length ? (size_t)(text + length - end) : 0;

	if (fits < length && tail > 0 && tail < LABEL_MOST / 2)
		fits = text_fit(text, length, LABEL_MOST - 1 - (int)tail);
	else
		tail = 0;
	html(drawing->out, "<text y=\"%d\"", drawing->y + 14);
	fputs(attributes, drawing->out);
	fputc('>', drawing->out);
	html_text(drawing->out, text, fits);
	if (fits < length) {
		fputs("…", drawing->out);
		html_text(drawing->out, text + length - tail, tail);
		fputs("<title>", drawing->out);
		html_text(drawing->out, text, length);
		fputs("</title>", drawing->out);
	}
	fputs("</text>\n", drawing->out);
}

/* The lifeline of a side up to here, in the colour of its state. */
static void end_state(struct drawing *drawing, int side, int until)
{
	if (until > drawing->since[side])
		html(drawing->out,
		     "<line class=\"b %s\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>\n",
		     html_state_class(drawing->of[side]), side_x(side), drawing->since[side],
		     side_x(side), until);
	drawing->since[side] = until;
}

/* The state that an item brought, beside the line and `down` below the row's top. */
static void print_state(struct drawing *drawing, const struct story_item *item, int side, int down)
{
	if (!item->changed[side])
		return;
	end_state(drawing, side, drawing->y + down);
	drawing->of[side] = item->states[side];
	html(drawing->out, "<text class=\"%s%s %s\" x=\"%s\" y=\"%d\">%s</text>\n",
	     side == WS_CLIENT ? "sl" : "sr", is_segment(item) ? "" : " flat",
	     html_state_class(item->states[side]), side_x(side), drawing->y + down + 4,
	     item->states[side]);
}

static void print_time(const struct drawing *drawing, double at)
{
	char text[64];

	story_time_text(at, text, sizeof(text));
	html(drawing->out, "<text class=\"t\" y=\"%d\">%s</text>\n", drawing->y + 14, text);
}

static void draw_segment(struct drawing *drawing, const struct story_item *item)
{
	bool from_client = item->side == WS_CLIENT, lost = item->fate == STORY_DROPPED;
	bool ends = !lost && item->fate != STORY_HELD;
	const char *far = ends ? (from_client ? "100%" : "0") : (from_client ? "86%" : "14%");
	const char *look = lost                           ? " lost"
			   : item->fate == STORY_HELD     ? " held"
			   : strchr(item->flags, 'R')     ? " rst"
			   : item->fate == STORY_INJECTED ? " test"
							  : "";
	int from = drawing->y + ARROW, to = from + SLOPE;
	char label[TEXT_MOST];

	html(drawing->out,
	     "<line class=\"s%s%s\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"><title>%s > %s: "
	     "%s%s</title>"
	     "</line>\n",
	     look, item->kind == STORY_ARRIVAL ? " late" : "", from_client ? "0" : "100%", from,
	     far, to, from_client ? "client" : "server", from_client ? "server" : "client",
	     item->text, lost ? " (lost)" : "");
	story_segment_text(item, LABEL_MOST, label, sizeof(label));
	print_text(drawing, " class=\"m\" x=\"50%\"", label);
	print_state(drawing, item, WS_CLIENT, from_client ? ARROW : ARROW + SLOPE);
	print_state(drawing, item, WS_SERVER, from_client ? ARROW + SLOPE : ARROW);
}

/* A call beside the line of the host that makes it; others say who they are. States of others too. */
static void draw_beside(struct drawing *drawing, const struct story_item *item)
{
	bool named =
		*item->who && strcmp(item->who, "client") != 0 && strcmp(item->who, "server") != 0;
	bool own_state = item->kind == STORY_STATE && !named;
	char text[TEXT_MOST], attributes[64];

	snprintf(text, sizeof(text), "%s%s%s%s%s", item->kind == STORY_CHECK ? "FAILS: " : "",
		 named ? item->who : "", named ? ": " : "", item->text,
		 item->kind == STORY_BEGIN ? " ..." : "");
	snprintf(attributes, sizeof(attributes), " class=\"%s%s\" x=\"%s\"",
		 item->side == WS_SERVER ? "cr" : "cl",
		 item->kind == STORY_CHECK      ? " fails"
		 : strstr(item->text, " = -1 ") ? " err"
						: "",
		 side_x(item->side));
	if (!own_state)
		print_text(drawing, attributes, text);
	print_state(drawing, item, WS_CLIENT, 10);
	print_state(drawing, item, WS_SERVER, 10);
}

/* States go on where the drawing does. What the next item itself brings it will say. */
static void draw_gap(struct drawing *drawing, const struct story_item *next)
{
	print_text(drawing, " class=\"p\" x=\"50%\"", "… the middle is left out …");
	for (int side = 0; side < WS_SIDES; side++) {
		end_state(drawing, side, drawing->y + CALL_HEIGHT / 2);
		drawing->of[side] = next->states[side];
	}
}

static void draw_row(struct drawing *drawing, const struct story_item *item, bool gap)
{
	if (gap)
		draw_gap(drawing, item);
	else if (is_segment(item))
		draw_segment(drawing, item);
	else
		draw_beside(drawing, item);
}

static void draw_time(struct drawing *drawing, const struct story_item *item, bool gap)
{
	if (!gap)
		print_time(drawing, item->at);
}

static void draw_pause(struct drawing *drawing, size_t index, double seconds)
{
	char text[TEXT_MOST];

	story_pause_text(drawing->story, index, seconds, text, sizeof(text));
	print_text(drawing, " class=\"p\" x=\"50%\"", text);
	for (int side = 0; side < WS_SIDES; side++) {
		int y = drawing->y;

		end_state(drawing, side, y + 4);
		html(drawing->out,
		     "<line class=\"b gap %s\" x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\"/>\n",
		     html_state_class(drawing->of[side]), side_x(side), y + 4, side_x(side),
		     y + PAUSE_HEIGHT - 4);
		drawing->since[side] = y + PAUSE_HEIGHT - 4;
	}
}

void html_ladder(FILE *out, const struct story *story, const char *label)
{
	struct drawing drawing = {.out = out, .story = story};

	each_row(&drawing, count_row, count_pause);
	drawing.height = drawing.y + BOTTOM;
	drawing.since[WS_CLIENT] = drawing.since[WS_SERVER] = TOP;
	html(out,
	     "<div class=\"ladder\" role=\"group\" aria-label=\"%s\"><div><svg class=\"times\" "
	     "width=\"76\" height=\"%d\">\n",
	     label, drawing.height);
	each_row(&drawing, draw_time, count_pause);
	html(out,
	     "</svg><svg class=\"lane\" height=\"%d\"><text class=\"head\" x=\"0\" "
	     "y=\"13\">client</text><text class=\"head\" x=\"100%%\" y=\"13\">server</text>\n",
	     drawing.height);
	each_row(&drawing, draw_row, draw_pause);
	for (int side = 0; side < WS_SIDES; side++)
		end_state(&drawing, side, drawing.height);
	html(out, "</svg></div></div>\n");
}
