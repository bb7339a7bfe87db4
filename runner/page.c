/* SPDX-License-Identifier: MIT */
/* Colours, paragraphs and verdict words of the reports for people. */
#include "runner/page.h"
#include <stdlib.h>
#include <string.h>
#include "runner/text.h"

static const char *const paints[] = {
	[PAINT_PLAIN] = "",           [PAINT_BOLD] = "\x1b[1m",   [PAINT_DIM] = "\x1b[2m",
	[PAINT_RED] = "\x1b[1;31m",   [PAINT_GREEN] = "\x1b[32m", [PAINT_YELLOW] = "\x1b[33m",
	[PAINT_MAGENTA] = "\x1b[35m", [PAINT_CYAN] = "\x1b[36m",
};

/* How an outcome is marked. A pass shows the verdict itself, so it needs no word. */
static const struct mark {
	const char *utf8, *ascii, *word;
	enum paint paint;
} marks[RUN_OUTCOMES] = {
	[RUN_PENDING] = {"·", "-", "not run", PAINT_DIM},
	[RUN_PASS] = {"✓", "ok", NULL, PAINT_GREEN},
	[RUN_FAIL] = {"✗", "FAIL", "DIFFERS", PAINT_RED},
	[RUN_ERROR] = {"✗", "FAIL", "ERROR", PAINT_RED},
	[RUN_SKIP] = {"–", "-", "SKIPPED", PAINT_YELLOW},
};

static const enum paint verdict_paints[] = {
	[HOLDS] = PAINT_GREEN,
	[REFUTED] = PAINT_MAGENTA,
	[QUALIFIED] = PAINT_YELLOW,
	[EXTENDS] = PAINT_CYAN,
};

int page_text(const struct page *page, enum paint paint, const char *text, size_t length)
{
	bool painted = page->style->colour && paint != PAINT_PLAIN && length > 0;

	if (painted)
		fputs(paints[paint], page->out);

	int columns = text_print(text, length, page->out);

	if (painted)
		fputs("\x1b[0m", page->out);
	return columns;
}

int page_string(const struct page *page, enum paint paint, const char *text)
{
	return page_text(page, paint, text, strlen(text));
}

void page_spaces(const struct page *page, int columns)
{
	fprintf(page->out, "%*s", columns > 0 ? columns : 0, "");
}

void page_right(const struct page *page, int used, const char *text)
{
	int columns = text_print(text, strlen(text), NULL);

	if (columns > 0)
		page_spaces(page, page->style->width - used - columns);
	page_string(page, PAINT_DIM, text);
	fputc('\n', page->out);
}

/* The longest prefix of whole words that fits; one word at least. */
static size_t fit_words(const char *text, int columns)
{
	size_t line = 0, end = 0;

	while (text[end]) {
		end += strspn(text + end, " ");
		end += strcspn(text + end, " ");
		if (line && text_print(text, end, NULL) > columns)
			break;
		line = end;
	}
	return line;
}

/* Wrap one line of text whose first piece starts at `indent`, where the cursor is. */
static void wrap_line(const struct page *page, enum paint paint, int indent, const char *text)
{
	for (bool first = true; *text || first; first = false) {
		if (!first)
			page_spaces(page, indent);

		size_t length = fit_words(text, page->style->width - indent);

		page_text(page, paint, text, length);
		fputc('\n', page->out);
		text += length;
		text += strspn(text, " ");
	}
}

void page_paragraph(const struct page *page, const struct page_paragraph *paragraph)
{
	const char *text = paragraph->text;
	int indent = paragraph->indent;

	page_spaces(page, indent);
	if (paragraph->label)
		indent += page_string(page, paragraph->label_paint, paragraph->label);
	for (;;) {
		size_t length = text_line(text);
		char *line = strndup(text, length);

		wrap_line(page, paragraph->paint, indent, line ? line : "");
		free(line);
		text += length;
		if (*text == '\0' || text[1] == '\0')
			break;
		text++;
		page_spaces(page, indent);
	}
}

void page_block(const struct page *page, int indent, const char *text)
{
	while (*text) {
		size_t length = text_line(text);

		if (length)
			page_spaces(page, indent);
		page_text(page, PAINT_PLAIN, text, length);
		fputc('\n', page->out);
		text += length;
		text += *text == '\n';
	}
}

void page_heading(const struct page *page, const char *title)
{
	fputc('\n', page->out);
	page_paragraph(page, &(struct page_paragraph){.text = title, .paint = PAINT_BOLD});
	fputc('\n', page->out);
}

enum paint page_verdict_paint(enum run_outcome outcome, enum ws_verdict verdict)
{
	return outcome == RUN_PASS ? verdict_paints[verdict] : marks[outcome].paint;
}

int page_verdict(const struct page *page, enum run_outcome outcome, enum ws_verdict verdict)
{
	const struct mark *mark = &marks[outcome];
	const char *word = mark->word ? mark->word : run_verdict_names[verdict];
	int start = page->style->utf8 ? 4 : 7, columns = 2;

	page_spaces(page, columns);
	columns += page_string(page, mark->paint, page->style->utf8 ? mark->utf8 : mark->ascii);
	page_spaces(page, start - columns);
	columns = start + page_string(page, page_verdict_paint(outcome, verdict), word);
	page_spaces(page, start + 11 - columns);
	return start + 11;
}
