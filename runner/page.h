/* SPDX-License-Identifier: MIT */
/*
 * What the reports for people share: colours, verdict words, paragraphs that fit the width. All
 * text passes through text_print(), so nothing a claim saw can drive the terminal.
 */
#ifndef WIRESTATE_PAGE_H
#define WIRESTATE_PAGE_H

#include "runner/report.h"

enum paint {
	PAINT_PLAIN,
	PAINT_BOLD,
	PAINT_DIM,
	PAINT_RED,
	PAINT_GREEN,
	PAINT_YELLOW,
	PAINT_MAGENTA,
	PAINT_CYAN,
};

/** Where a report goes and how it may look. */
struct page {
	const struct report_style *style;
	FILE *out;
};

/** Words that wrap at the page's width; lines after the first start below the first word. */
struct page_paragraph {
	int indent;
	const char *label; /* before the first word, "but:  "; may be NULL */
	enum paint label_paint;
	const char *text;
	enum paint paint;
};

/** Print `length` bytes of one line in a colour. Returns the columns it took. */
int page_text(const struct page *page, enum paint paint, const char *text, size_t length);

/** page_text() of a whole string. */
int page_string(const struct page *page, enum paint paint, const char *text);

/** Print spaces; none when `columns` is negative. */
void page_spaces(const struct page *page, int columns);

/** Print text that ends at the right edge of a line `used` columns long, and end the line. */
void page_right(const struct page *page, int used, const char *text);

void page_paragraph(const struct page *page, const struct page_paragraph *paragraph);

/** Every line of `text` as it is, indented. */
void page_block(const struct page *page, int indent, const char *text);

/** A heading: bold, wrapped, an empty line around it. */
void page_heading(const struct page *page, const char *title);

/** How a claim's verdict looks in this outcome: its colour. */
enum paint page_verdict_paint(enum run_outcome outcome, enum ws_verdict verdict);

/**
 * Start a line with a mark and the verdict, or with what kept the claim from showing it:
 * "  ✓ refuted    ". Returns the columns it took, the same for every verdict.
 */
int page_verdict(const struct page *page, enum run_outcome outcome, enum ws_verdict verdict);

#endif
