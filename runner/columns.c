/* SPDX-License-Identifier: MIT */
/* Two observations beside each other. */
#include "runner/columns.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/observation.h"
#include "runner/text.h"

enum {
	INDENT = 4,
	CONTEXT = 2,         /* equal lines that are shown before and after a difference */
	CELLS_MAX = 1 << 24, /* of the table below; more lines are paired one by one */
};

/* A line of the page: indices into both observations, -1 where that side has nothing. */
struct row {
	int left, right;
	bool equal, news;
};

struct rows {
	struct row *row;
	size_t count;
};

static bool equal(const struct column *left, size_t i, const struct column *right, size_t j)
{
	return observation_item_equals(json_array_get(left->lines, i),
				       json_array_get(right->lines, j));
}

/* How long the longest common subsequence is from (i, j) on: dynamic programming, from the end. */
static uint16_t *common_lengths(const struct column *left, size_t n, const struct column *right,
				size_t m)
{
	uint16_t *length;

	if ((n + 1) * (m + 1) > CELLS_MAX)
		return NULL;
	length = calloc((n + 1) * (m + 1), sizeof(*length));
	if (!length)
		return NULL;
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint16_t *here = &length[i * (m + 1) + j], *below = here + m + 1;

			if (equal(left, i, right, j))
				*here = (uint16_t)(below[1] + 1);
			else
				*here = below[0] > here[1] ? below[0] : here[1];
		}
	return length;
}

static void add(struct rows *rows, long left, long right, bool is_equal)
{
	struct row *last = rows->count ? &rows->row[rows->count - 1] : NULL;

	/* what came instead stands beside what it came instead of */
	if (left < 0 && last && last->right < 0) {
		for (; last > rows->row && last[-1].right < 0; last--)
			;
		last->right = (int)right;
		return;
	}
	rows->row[rows->count++] = (struct row){(int)left, (int)right, is_equal, false};
}

static struct rows align(const struct column *left, const struct column *right)
{
	size_t n = json_array_size(left->lines), m = json_array_size(right->lines), i = 0, j = 0;
	uint16_t *length = common_lengths(left, n, right, m);
	struct rows rows = {.row = calloc(n + m + 1, sizeof(struct row))};

	while (rows.row && (i < n || j < m)) {
		const uint16_t *here = length ? &length[i * (m + 1) + j] : NULL;

		if (i < n && j < m && equal(left, i, right, j)) {
			add(&rows, (long)i++, (long)j++, true);
		} else if (j == m || (i < n && (!here || here[m + 1] >= here[1]))) {
			add(&rows, (long)i++, -1, false);
			if (!here && j < m)
				add(&rows, -1, (long)j++, false);
		} else {
			add(&rows, -1, (long)j++, false);
		}
	}
	free(length);
	return rows;
}

static const json_t *item_of(const struct column *column, int index)
{
	return index < 0 ? NULL : json_array_get(column->lines, (size_t)index);
}

/* "+60.0 s  client gone" */
static char *cell_text(const struct column *column, int index)
{
	const json_t *item = item_of(column, index);
	const char *text = observation_text(item);
	double after = observation_after(item);
	char *line = NULL;

	if (after <= 0)
		return strdup(text);
	if (asprintf(&line, "+%.2f s  %s", after, text + strspn(text, " ")) < 0)
		return NULL;
	return line;
}

/* As much of the text as fits, whole words where that is possible. */
static size_t take(const char *text, int columns)
{
	size_t length = text_fit(text, strlen(text), columns), word = length;

	if (!text[length])
		return length;
	while (word > 0 && text[word] != ' ')
		word--;
	return word > length / 3 ? word : length;
}

static const char *print_piece(const struct page *page, enum paint paint, const char *text,
			       int columns, bool first, bool padded)
{
	int indent = first || !*text ? 0 : 4;
	size_t length = take(text, columns - indent);
	int used;

	page_spaces(page, indent);
	used = indent + page_text(page, paint, text, length);
	if (padded)
		page_spaces(page, columns - used);
	text += length;
	return text + strspn(text, " ");
}

static void print_pair(const struct page *page, const char *left, const char *right,
		       enum paint left_paint, enum paint right_paint, char mark)
{
	int width = (page->style->width - INDENT - 3) / 2;
	bool first = true;

	do {
		page_spaces(page, INDENT);
		left = print_piece(page, left_paint, left, width, first, true);
		fprintf(page->out, " %c ", first ? mark : ' ');
		if (*right)
			right = print_piece(page, right_paint, right, 1 + width, first, false);
		fputc('\n', page->out);
		first = false;
	} while (*left || *right);
}

static void print_row(const struct page *page, const struct column *left,
		      const struct column *right, const struct row *row)
{
	char *left_text = cell_text(left, row->left), *right_text = cell_text(right, row->right);
	char mark = row->equal ? ' ' : row->right < 0 ? '<' : row->left < 0 ? '>' : '|';

	print_pair(page, left_text ? left_text : "", right_text ? right_text : "",
		   row->equal ? PAINT_DIM : PAINT_RED, row->equal ? PAINT_DIM : PAINT_GREEN, mark);
	free(left_text);
	free(right_text);
}

static bool is_digit(char letter)
{
	return letter >= '0' && letter <= '9';
}

/* Numbers that both lines have say where it is, not what changed, which is from `start` to `end`. */
static void hide_numbers(char *text, size_t start, size_t end)
{
	size_t length = 0;

	for (size_t i = 0; text[i]; i++) {
		bool common = i < start || i >= end;

		if (!common || !is_digit(text[i]))
			text[length++] = text[i];
		else if (!length || text[length - 1] != '#')
			text[length++] = '#';
	}
	text[length] = '\0';
}

/* How many bytes both begin with, no number cut in two. */
static size_t common_start(const char *left, const char *right)
{
	size_t length = 0;

	while (left[length] && left[length] == right[length])
		length++;
	if (is_digit(left[length]) || is_digit(right[length]))
		while (length && is_digit(left[length - 1]))
			length--;
	return length;
}

/* How many bytes both end with, behind what they begin with. */
static size_t common_end(const char *left, const char *right, size_t start)
{
	size_t n = strlen(left), m = strlen(right), length = 0;

	while (n - length > start && m - length > start &&
	       left[n - length - 1] == right[m - length - 1])
		length++;
	if ((n > length && is_digit(left[n - length - 1])) ||
	    (m > length && is_digit(right[m - length - 1])))
		while (length && is_digit(left[n - length]))
			length--;
	return length;
}

/* "client > server: Flags [S], seq #, options [mss #,sackOK -> …", or "+60.00 s  client gone -> …" when
 * only the time is another. */
static char *change(const struct column *left, const struct column *right, const struct row *row)
{
	const char *before = observation_text(item_of(left, row->left)),
		   *after = observation_text(item_of(right, row->right));
	bool retimed = strcmp(before, after) == 0;
	char *from = retimed ? cell_text(left, row->left) : strdup(before);
	char *to = retimed ? cell_text(right, row->right) : strdup(after);
	char *text = NULL;

	if (from && to) {
		size_t start = common_start(from, to), end = common_end(from, to, start);

		hide_numbers(from, start, strlen(from) - end);
		hide_numbers(to, start, strlen(to) - end);
		if (asprintf(&text, "%s -> %s", from, to) < 0)
			text = NULL;
	}
	free(from);
	free(to);
	return text;
}

/* Two lines too many are more than one: what is on one side only is counted. */
static json_t *counted(const char *text, json_t *counts)
{
	json_int_t count = 1 + json_integer_value(json_object_get(counts, text));

	json_object_set_new(counts, text, json_integer(count));
	return json_sprintf("%s, no. %lld", text, (long long)count);
}

/* Mark the rows that tell of a change which is not in `told`. Returns the changes. */
static json_t *find_news(struct rows *rows, const struct column *left, const struct column *right,
			 const json_t *told)
{
	json_t *changes = json_object(), *counts = json_object();

	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->row[i];
		bool lonely = row->left < 0 || row->right < 0;
		char *text = row->equal ? NULL : change(left, right, row);
		json_t *named = text && lonely ? counted(text, counts) : NULL;
		const char *name = named ? json_string_value(named) : text;

		row->news = !row->equal && (!name || !json_object_get(told, name));
		if (name)
			json_object_set_new(changes, name, json_true());
		json_decref(named);
		free(text);
	}
	json_decref(counts);
	return changes;
}

bool columns_have_news(const struct column *left, const struct column *right, const json_t *told)
{
	struct rows rows = align(left, right);
	bool news = false;

	json_decref(find_news(&rows, left, right, told));
	for (size_t i = 0; i < rows.count; i++)
		news = news || rows.row[i].news;
	free(rows.row);
	return news;
}

static bool is_near_news(const struct rows *rows, size_t i)
{
	size_t from = i < CONTEXT ? 0 : i - CONTEXT;

	for (size_t j = from; j <= i + CONTEXT && j < rows->count; j++)
		if (rows->row[j].news)
			return true;
	return false;
}

void columns_print(const struct page *page, const struct column *left, const struct column *right,
		   json_t *told)
{
	struct rows rows = align(left, right);
	json_t *changes = find_news(&rows, left, right, told);
	bool skipping = false;

	/* only now: what comes twice in here is told twice */
	if (told)
		json_object_update(told, changes);
	json_decref(changes);
	print_pair(page, left->title, right->title, PAINT_BOLD, PAINT_BOLD, ' ');
	for (size_t i = 0; i < rows.count; i++) {
		bool shown = is_near_news(&rows, i);

		if (shown)
			print_row(page, left, right, &rows.row[i]);
		else if (!skipping)
			print_pair(page, "...", "...", PAINT_DIM, PAINT_DIM, ' ');
		skipping = !shown;
	}
	free(rows.row);
}
