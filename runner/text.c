/* SPDX-License-Identifier: MIT */
/* Hostile text made fit for XML, JSON and terminals; times that ignore the locale. */
#include "runner/text.h"
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The forms of UTF-8 by length; `least` refuses a character written longer than it need be. */
static const struct utf8_form {
	unsigned char mask, lead;
	uint32_t least;
} forms[] = {
	{0x80, 0x00, 0},
	{0xe0, 0xc0, 0x80},
	{0xf0, 0xe0, 0x800},
	{0xf8, 0xf0, 0x10000},
};

static bool is_scalar(uint32_t character)
{
	return character < 0xd800 || (character > 0xdfff && character <= 0x10ffff);
}

size_t text_decode(const char *text, uint32_t *character)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t more = 0;

	*character = TEXT_REPLACEMENT;
	while (more < 4 && (byte[0] & forms[more].mask) != forms[more].lead)
		more++;
	if (more == 4)
		return 1;

	uint32_t value = byte[0] & (unsigned char)~forms[more].mask;

	for (size_t i = 1; i <= more; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (byte[i] & 0x3f);
	}
	if (value < forms[more].least || !is_scalar(value))
		return 1;
	*character = value;
	return more + 1;
}

/* C0 without tab and line feed, DEL and C1: XML forbids most of them, terminals obey them. */
static bool is_control(uint32_t character)
{
	if (character == '\t' || character == '\n')
		return false;
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

static bool is_clean(uint32_t character)
{
	return !is_control(character) && character != 0xfffe && character != 0xffff;
}

/* How many bytes from here on nobody can object to: nearly always all. They are printed at once. */
static size_t plain_length(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length] >= ' ' && text[length] <= '~')
		length++;
	return length;
}

/* Print what is read from `text` as it is, or its replacement. Returns the bytes it took. */
static size_t copy_clean(const char *text, FILE *out)
{
	uint32_t character;
	size_t length = text_decode(text, &character);

	if (character != TEXT_REPLACEMENT && is_clean(character))
		fwrite(text, 1, length, out);
	else
		fputs("\xef\xbf\xbd", out);
	return length;
}

char *text_clean(const char *text)
{
	size_t length, plain, size;
	char *clean = NULL;
	FILE *out;

	text = text ? text : "";
	length = strlen(text);
	if (plain_length(text, length) == length)
		return strdup(text);
	out = open_memstream(&clean, &size);
	if (!out)
		return NULL;
	while (*text) {
		plain = plain_length(text, (size_t)-1);
		fwrite(text, 1, plain, out);
		text += plain;
		if (*text)
			text += copy_clean(text, out);
	}
	if (fclose(out) != 0) {
		free(clean);
		return NULL;
	}
	return clean;
}

static const char *xml_escape(char character, enum text_xml place)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return place == TEXT_XML_ATTRIBUTE ? "&quot;" : NULL;
	case '\n':
		return place == TEXT_XML_ATTRIBUTE ? "&#10;" : NULL;
	case '\t':
		return place == TEXT_XML_ATTRIBUTE ? "&#9;" : NULL;
	}
	return NULL;
}

void text_xml(const char *text, size_t length, enum text_xml place, FILE *out)
{
	const char *end = text + length;

	while (text < end) {
		size_t plain = 0, most = plain_length(text, (size_t)(end - text));

		while (plain < most && !xml_escape(text[plain], place))
			plain++;
		fwrite(text, 1, plain, out);
		text += plain;
		if (text == end)
			return;

		const char *escape = xml_escape(*text, place);

		if (escape) {
			fputs(escape, out);
			text++;
		} else {
			text += copy_clean(text, out);
		}
	}
}

/* Print one character, or each byte of a bad or dangerous one as \xNN. Returns its columns. */
static int print_character(const char *text, size_t length, uint32_t character, FILE *out)
{
	bool bad = length == 1 && character == TEXT_REPLACEMENT;

	if (!bad && !is_control(character) && character != '\n') {
		if (out)
			fwrite(text, 1, length, out);
		return 1;
	}
	for (size_t i = 0; out && i < length; i++)
		fprintf(out, "\\x%02x", (unsigned char)text[i]);
	return 4 * (int)length;
}

int text_print(const char *text, size_t length, FILE *out)
{
	int columns = 0;

	for (size_t i = 0; i < length;) {
		size_t plain = plain_length(text + i, length - i);
		uint32_t character;

		if (out)
			fwrite(text + i, 1, plain, out);
		columns += (int)plain;
		i += plain;
		if (i == length)
			break;
		size_t bytes = text_decode(text + i, &character);

		columns += print_character(text + i, bytes, character, out);
		i += bytes;
	}
	return columns;
}

size_t text_fit(const char *text, size_t length, int columns)
{
	size_t fits = 0;

	/* no byte takes more columns than \xNN */
	if (length < INT_MAX / 4 && 4 * (int)length <= columns)
		return length;
	while (fits < length) {
		uint32_t character;
		size_t bytes = text_decode(text + fits, &character);

		columns -= print_character(text + fits, bytes, character, NULL);
		if (columns < 0)
			break;
		fits += bytes;
	}
	return fits;
}

void text_append(char *buffer, size_t size, const char *format, ...)
{
	size_t used = strlen(buffer);
	va_list args;

	va_start(args, format);
	vsnprintf(buffer + used, size - used, format, args);
	va_end(args);
}

size_t text_line(const char *text)
{
	return strcspn(text, "\n");
}

/* printf("%.3f") would write a comma where the locale does: so whole numbers only. */
static void print_fixed(double value, int decimals, const char *unit, char buffer[TEXT_TIME_SIZE])
{
	static const long long scales[] = {1, 10, 100, 1000};
	long long scale = scales[decimals], units = 0;

	/* no clock that works leaves this range; what is outside, NaN too, reads as nothing */
	if (value > 0 && value < 1e12)
		units = (long long)(value * (double)scale + 0.5);
	if (decimals == 0)
		snprintf(buffer, TEXT_TIME_SIZE, "%lld%s", units, unit);
	else
		snprintf(buffer, TEXT_TIME_SIZE, "%lld.%0*lld%s", units / scale, decimals,
			 units % scale, unit);
}

bool text_alike(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	for (;;) {
		a += strspn(a, digits);
		b += strspn(b, digits);
		if (*a != *b || !*a)
			return *a == *b;
		a++;
		b++;
	}
}

const char *text_seconds(double seconds, char buffer[TEXT_TIME_SIZE])
{
	print_fixed(seconds > 0 && seconds < 0.001 ? 0.001 : seconds, 3, "", buffer);
	return buffer;
}

const char *text_duration(double seconds, char buffer[TEXT_TIME_SIZE])
{
	if (seconds < 0.00995)
		print_fixed(seconds * 1e3, 1, " ms", buffer);
	else if (seconds < 0.9995)
		print_fixed(seconds * 1e3, 0, " ms", buffer);
	else
		print_fixed(seconds, seconds < 99.95, " s", buffer);
	return buffer;
}

const char *text_wait(double seconds, char buffer[TEXT_TIME_SIZE])
{
	if (seconds < 600)
		print_fixed(seconds, 0, " s", buffer);
	else
		print_fixed(seconds / 60, 0, " min", buffer);
	return buffer;
}
