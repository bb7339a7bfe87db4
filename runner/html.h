/* SPDX-License-Identifier: MIT */
/*
 * The HTML report: one file that needs nothing else, neither network nor JavaScript. html_print() in html.c
 * puts the sections together; each has a file of its own. They share this.
 */
#ifndef WIRESTATE_HTML_H
#define WIRESTATE_HTML_H

#include "runner/matrix.h"
#include "runner/story.h"

/** Edges of the state diagram, and two more kinds of transition; see html_states.c. */
enum { HTML_EDGES = 22, HTML_OTHER_EDGES = 24 };

/** Which claims took a transition. */
struct html_edge {
	const char *from, *to; /* only of a transition that the diagram does not have */
	int cause;             /* enum cause of html_states.c */
	size_t *rows;          /* of the matrix, each once and in order */
	size_t count, room;
};

/** A page that is being written. */
struct html {
	FILE *out;
	const struct matrix *matrix;
	size_t ladders; /* how many may still be drawn */
	struct html_edge edges[HTML_EDGES], others[HTML_OTHER_EDGES];
	size_t other_count;
};

/**
 * Print as printf(3) does, with every %s made harmless: markup, quotes, control characters and bad UTF-8
 * become text, in an attribute as well as between tags. Knows %s, %d, %zu, %c and %%.
 */
void html(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** The first `length` bytes of a text, made harmless. */
void html_text(FILE *out, const char *text, size_t length);

/** How an outcome looks: a mark, "✓", and a word that is also a class, "pass". */
const char *html_mark(enum run_outcome outcome);

/** A link to a claim's place in the ledger. */
void html_claim_link(const struct html *page, size_t row);

/* The sections, in the order of the page. Each prints nothing when it has nothing to tell. */
void html_failures(struct html *page);
void html_kernels(struct html *page);
void html_ledger(struct html *page);
void html_plots(struct html *page);
void html_states(struct html *page);
void html_facts(struct html *page);

/** What the claim of row `index` has in its details: ladders, reasons, the explanation. */
void html_details(struct html *page, size_t index);

/** What a run's variants of a claim have seen, but the one that is drawn first, `shown`. */
void html_others(const struct html *page, size_t run_index, const struct matrix_cell *cell,
		 size_t shown);

/** The last of the plots. Returns whether there was anything to draw. */
bool html_timelines(struct html *page);

/** A story as an SVG drawing; `label` says to those who cannot see it what it is. */
void html_ladder(FILE *out, const struct story *story, const char *label);

/** Note the transitions of a story for the state diagram: those of a claim on the wire, where no state is
 *  passed over. */
void html_states_note(struct html *page, size_t row, const struct story *story);

/** Free what was noted. */
void html_states_clear(struct html *page);

/** The style of a state: a class of the style sheet, by its name as ss has it. NULL is "gone". */
const char *html_state_class(const char *state);

/* The style sheet and the script, report.css and report.js, ending with a NUL. */
extern const char html_style[], html_script[];

#endif
