/* SPDX-License-Identifier: MIT */
/*
 * The TCP state diagram, RFC 9293 figure 5, each edge in the colour of whether a claim took it. What sockets
 * did beside it (a reset, which the figure leaves out) is listed below.
 */
#include <stdlib.h>
#include <string.h>
#include "runner/html.h"
#include "runner/outcome.h"

/* What a transition must come with to be this edge, where the states alone do not tell. */
/* What a transition came with, where the states alone do not tell which edge it is. */
enum cause { ANY, BY_TIMER, BY_CALL, BY_SEGMENT, BY_RST, BY_ICMP };

/* The figure's edges: where it has two boxes for CLOSED, so have we. */
static const struct edge {
	const char *from, *to;
	enum cause cause;
	const char *event, *action;
	const char *path;   /* of SVG */
	int x, y;           /* where its words are */
	const char *anchor; /* "start", "middle", "end" */
} edges[HTML_EDGES] = {
	/* clang-format off */
	{"CLOSED", "LISTEN", ANY, "passive OPEN", "create TCB", "M392 62V118", 384, 86, "end"},
	{"LISTEN", "CLOSED", BY_CALL, "CLOSE", "delete TCB", "M408 118V62", 416, 86, "start"},
	{"CLOSED", "SYN-SENT", ANY, "active OPEN", "create TCB, snd SYN", "M458 32C650 32 712 96 712 206", 690, 62, "start"},
	{"SYN-SENT", "CLOSED", BY_CALL, "CLOSE", "delete TCB", "M664 206C664 130 590 50 458 48", 566, 128, "middle"},
	{"LISTEN", "SYN-RECV", ANY, "rcv SYN", "snd SYN,ACK", "M342 150C270 154 190 176 158 206", 262, 176, "start"},
	{"LISTEN", "SYN-SENT", ANY, "SEND", "snd SYN", "M458 150C530 154 610 176 642 206", 500, 176, "start"},
	{"SYN-SENT", "SYN-RECV", ANY, "rcv SYN", "snd SYN,ACK", "M622 232H178", 400, 212, "middle"},
	{"SYN-RECV", "LISTEN", BY_RST, "rcv RST", "(note 1)", "M96 206C96 140 200 132 342 132", 116, 138, "end"},
	{"SYN-RECV", "ESTAB", ANY, "rcv ACK of SYN", "", "M172 250C230 280 290 300 342 310", 232, 304, "end"},
	{"SYN-SENT", "ESTAB", ANY, "rcv SYN,ACK", "snd ACK", "M628 250C570 280 510 300 458 310", 568, 298, "start"},
	{"SYN-RECV", "FIN-WAIT-1", ANY, "CLOSE", "snd FIN", "M110 250V386", 104, 318, "end"},
	{"ESTAB", "FIN-WAIT-1", ANY, "CLOSE", "snd FIN", "M342 326C280 340 200 360 158 386", 268, 364, "start"},
	{"ESTAB", "CLOSE-WAIT", ANY, "rcv FIN", "snd ACK", "M458 326C520 340 600 360 642 386", 530, 364, "end"},
	{"FIN-WAIT-1", "FIN-WAIT-2", ANY, "rcv ACK of FIN", "", "M110 430V486", 104, 462, "end"},
	{"FIN-WAIT-1", "CLOSING", ANY, "rcv FIN", "snd ACK", "M178 408C290 412 360 440 392 486", 366, 428, "start"},
	{"FIN-WAIT-1", "TIME-WAIT", ANY, "rcv FIN, ACK of FIN", "snd ACK (note 2)", "M164 430C240 470 280 540 356 586", 232, 456, "start"},
	{"FIN-WAIT-2", "TIME-WAIT", ANY, "rcv FIN", "snd ACK", "M130 530C150 590 240 612 342 612", 140, 594, "end"},
	{"CLOSING", "TIME-WAIT", ANY, "rcv ACK of FIN", "", "M400 530V586", 408, 562, "start"},
	{"CLOSE-WAIT", "LAST-ACK", ANY, "CLOSE", "snd FIN", "M680 430V486", 688, 456, "start"},
	{"LAST-ACK", "CLOSED", BY_SEGMENT, "rcv ACK of FIN", "", "M680 530V586", 688, 562, "start"},
	{"TIME-WAIT", "CLOSED", BY_TIMER, "timeout 2 MSL", "delete TCB", "M458 612H622", 540, 592, "middle"},
	{NULL},
	/* clang-format on */
};

static const struct box {
	const char *state;
	int x, y;
} boxes[] = {
	{"CLOSED", 400, 40},      {"LISTEN", 400, 140},     {"SYN-RECV", 120, 228},
	{"SYN-SENT", 680, 228},   {"ESTAB", 400, 318},      {"FIN-WAIT-1", 120, 408},
	{"CLOSE-WAIT", 680, 408}, {"FIN-WAIT-2", 120, 508}, {"CLOSING", 400, 508},
	{"LAST-ACK", 680, 508},   {"TIME-WAIT", 400, 608},  {"CLOSED", 680, 608},
};

/* --------------------------------------------------------------------------- noting them */

static void add_row(struct html_edge *edge, size_t row)
{
	if (edge->count && edge->rows[edge->count - 1] == row)
		return;
	if (edge->count == edge->room) {
		size_t room = edge->room ? 2 * edge->room : 16;
		size_t *larger = reallocarray(edge->rows, room, sizeof(*larger));

		if (!larger)
			return;
		edge->rows = larger;
		edge->room = room;
	}
	edge->rows[edge->count++] = row;
}

/* A transition that the figure does not have. Names that no kernel has are not worth a line. */
static void note_other(struct html *page, size_t row, const char *from, const char *to,
		       enum cause cause)
{
	static const char *const known[] = {"CLOSED",     "SYN-SENT",   "SYN-RECV", "ESTAB",
					    "FIN-WAIT-1", "FIN-WAIT-2", "CLOSING",  "CLOSE-WAIT",
					    "LAST-ACK",   "TIME-WAIT"};
	const char *kept[2] = {NULL, NULL};
	struct html_edge *edge = page->others, *end = page->others + page->other_count;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i], from) == 0)
			kept[0] = known[i];
		if (strcmp(known[i], to) == 0)
			kept[1] = known[i];
	}
	if (!kept[0] || !kept[1])
		return;
	while (edge < end &&
	       (edge->from != kept[0] || edge->to != kept[1] || edge->cause != (int)cause))
		edge++;
	if (edge == page->others + HTML_OTHER_EDGES)
		return;
	if (edge == end) {
		page->other_count++;
		*edge = (struct html_edge){.from = kept[0], .to = kept[1], .cause = (int)cause};
	}
	add_row(edge, row);
}

static void note(struct html *page, size_t row, const char *from, const char *to, enum cause cause)
{
	for (size_t i = 0; edges[i].from; i++) {
		const struct edge *edge = &edges[i];

		if (strcmp(edge->from, from) != 0 || strcmp(edge->to, to) != 0 ||
		    (edge->cause != ANY && edge->cause != cause))
			continue;
		add_row(&page->edges[i], row);
		return;
	}
	note_other(page, row, from, to, cause);
}

static bool begins(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static enum cause cause_of_segment(const struct story_item *item)
{
	if (strchr(item->flags, 'R'))
		return BY_RST;
	return *item->flags ? BY_SEGMENT : BY_ICMP;
}

/* A segment brings states with it. One that was seen by itself comes from what was before it, unless time
 * has passed since: then a timer did it. */
static enum cause cause_of(const struct story *story, size_t index, enum ws_side side)
{
	const struct story_item *item = &story->items[index], *before = item;

	if (item->kind == STORY_SEGMENT || item->kind == STORY_ARRIVAL)
		return cause_of_segment(item);
	while (before > story->items && before->kind == STORY_STATE)
		before--;
	if (item->at - before->at > STORY_TELLING)
		return BY_TIMER;
	if (before->kind == STORY_CALL && before->side == side)
		return BY_CALL;
	return before->kind == STORY_SEGMENT ? cause_of_segment(before) : BY_TIMER;
}

/* Where a state comes from that was not followed from its beginning, or is another socket's than the one
 * before: a socket's first state comes from CLOSED, a child's from LISTEN. NULL: that cannot be told. */
static const char *origin(const char *before, const char *now)
{
	if (strcmp(now, "SYN-SENT") == 0)
		return "CLOSED";
	if (strcmp(now, "SYN-RECV") == 0 && (!before || strcmp(before, "SYN-SENT") != 0))
		return "LISTEN";
	return before;
}

static void note_listener(struct html *page, size_t row, const struct story_item *item)
{
	if (item->kind != STORY_CALL || !strstr(item->text, " = 0"))
		return;
	if (begins(item->text, "listen("))
		note(page, row, "CLOSED", "LISTEN", BY_CALL);
	if (strcmp(item->who, "listener") == 0 &&
	    (begins(item->text, "close(") || begins(item->text, "shutdown(SHUT_RD")))
		note(page, row, "LISTEN", "CLOSED", BY_CALL);
}

void html_states_note(struct html *page, size_t row, const struct story *story)
{
	const char *states[WS_SIDES] = {NULL};
	bool passive[WS_SIDES] = {false}; /* it came from LISTEN */

	for (size_t i = 0; i < story->count; i++) {
		const struct story_item *item = &story->items[i];

		note_listener(page, row, item);
		for (enum ws_side side = WS_CLIENT; side < WS_SIDES; side++) {
			const char *now = item->states[side];
			const char *before = item->changed[side] ? origin(states[side], now) : NULL;
			enum cause cause = cause_of(story, i, side);

			if (!item->changed[side])
				continue;
			if (before && strcmp(now, "SYN-RECV") == 0)
				passive[side] = strcmp(before, "LISTEN") == 0;
			states[side] = strcmp(now, "gone") == 0 ? NULL : now;
			if (strcmp(now, "gone") == 0)
				now = "CLOSED";
			/* note 1 of the figure */
			if (before && cause == BY_RST && passive[side] &&
			    strcmp(before, "SYN-RECV") == 0)
				now = "LISTEN";
			if (before)
				note(page, row, before, now, cause);
		}
	}
}

void html_states_clear(struct html *page)
{
	for (size_t i = 0; i < HTML_EDGES; i++)
		free(page->edges[i].rows);
	for (size_t i = 0; i < page->other_count; i++)
		free(page->others[i].rows);
}

/* ---------------------------------------------------------------------------- drawing them */

static void print_edge(const struct html *page, size_t i)
{
	const struct edge *edge = &edges[i];
	size_t count = page->edges[i].count;

	html(page->out, "<g class=\"edge%s\">", count ? " taken" : "");
	if (count)
		html(page->out, "<a href=\"#e-%zu\">", i);
	html(page->out, "<title>%s to %s: taken by %zu claims</title><path d=\"%s\"/>", edge->from,
	     edge->to, count, edge->path);
	html(page->out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s", edge->x, edge->y,
	     edge->anchor, edge->event);
	if (*edge->action)
		html(page->out, "<tspan x=\"%d\" dy=\"13\">%s</tspan>", edge->x, edge->action);
	html(page->out, "</text>%s</g>\n", count ? "</a>" : "");
}

static void print_diagram(const struct html *page)
{
	html(page->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"State "
			"diagram\">\n<svg class=\"diagram\" viewBox=\"0 0 860 640\" role=\"group\" "
			"aria-label=\"TCP state diagram, RFC 9293 figure 5\">\n");
	for (size_t i = 0; edges[i].from; i++)
		print_edge(page, i);
	for (size_t i = 0; i < sizeof(boxes) / sizeof(boxes[0]); i++)
		html(page->out,
		     "<g class=\"box %s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"44\" "
		     "rx=\"7\"/><text x=\"%d\" y=\"%d\">%s</text></g>\n",
		     html_state_class(boxes[i].state), boxes[i].x - 58, boxes[i].y - 22, 116,
		     boxes[i].x, boxes[i].y + 5, boxes[i].state);
	html(page->out, "</svg></div>\n");
}

static void print_claims(const struct html *page, const struct html_edge *edge)
{
	enum { OPEN = 4 };

	for (size_t i = 0; i < edge->count; i++) {
		if (i == OPEN && edge->count > OPEN + 1)
			html(page->out, " <details><summary>and %zu more</summary>",
			     edge->count - OPEN);
		html(page->out, "%s", i && i != OPEN ? ", " : "");
		html_claim_link(page, edge->rows[i]);
	}
	if (edge->count > OPEN + 1)
		fputs("</details>", page->out);
}

static void print_list(const struct html *page)
{
	static const char *const causes[] = {
		[ANY] = "",           [BY_TIMER] = "a timer",
		[BY_CALL] = "a call", [BY_SEGMENT] = "a segment",
		[BY_RST] = "RST",     [BY_ICMP] = "ICMP",
	};

	html(page->out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Edges\">"
			"<table class=\"edges\">\n<thead><tr><th scope=\"col\">from</th>"
			"<th scope=\"col\">to</th><th scope=\"col\">when</th>"
			"<th scope=\"col\">claims that took it</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; edges[i].from; i++) {
		html(page->out,
		     "<tr id=\"e-%zu\" class=\"%s\"><td>%s</td><td>%s</td><td>%s%s%s</td><td>", i,
		     page->edges[i].count ? "taken" : "not", edges[i].from, edges[i].to,
		     edges[i].event, *edges[i].action ? "; " : "", edges[i].action);
		print_claims(page, &page->edges[i]);
		html(page->out, "</td></tr>\n");
	}
	for (size_t i = 0; i < page->other_count; i++) {
		const struct html_edge *edge = &page->others[i];

		html(page->out,
		     "<tr class=\"taken beside\"><td>%s</td><td>%s</td><td>%s, not in the figure"
		     "</td><td>",
		     edge->from, edge->to, causes[edge->cause]);
		print_claims(page, edge);
		html(page->out, "</td></tr>\n");
	}
	html(page->out, "</tbody></table></div>\n");
}

/* Note 2 says that the figure leaves it out. */
static bool is_in_figure(const struct edge *edge)
{
	return strcmp(edge->from, "FIN-WAIT-1") != 0 || strcmp(edge->to, "TIME-WAIT") != 0;
}

void html_states(struct html *page)
{
	size_t all = 0, taken = 0;

	for (size_t i = 0; edges[i].from; i++) {
		all += is_in_figure(&edges[i]);
		taken += is_in_figure(&edges[i]) && page->edges[i].count;
	}
	html(page->out,
	     "<section id=\"states\"><h2>States</h2>\n"
	     "<p>RFC 9293 figure 5. %zu of its %zu edges were taken by the claims drawn above. "
	     "Note "
	     "1: a RST leads back to LISTEN if the connection came from there. Note 2: the figure "
	     "leaves this edge out, for want of room.</p>\n",
	     taken, all);
	print_diagram(page);
	print_list(page);
	html(page->out, "</section>\n");
}
