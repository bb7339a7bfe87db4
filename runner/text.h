/* SPDX-License-Identifier: MIT */
/*
 * Text that reports can print whatever a claim saw: packets put bytes in messages that no XML
 * parser and no terminal should meet. Nothing here depends on the locale.
 */
#ifndef WIRESTATE_TEXT_H
#define WIRESTATE_TEXT_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** What stands for a byte that is not UTF-8: U+FFFD, the replacement character. */
#define TEXT_REPLACEMENT 0xfffd

/** Enough for text_seconds() and text_duration(). */
#define TEXT_TIME_SIZE 48

/**
 * Read the character at `text`, which is not at its end. Returns the bytes it takes: one, with
 * TEXT_REPLACEMENT, for a byte that is not part of valid UTF-8.
 */
size_t text_decode(const char *text, uint32_t *character);

/**
 * A copy in valid UTF-8 with only characters that XML 1.0 allows: bad bytes and control characters
 * other than tab and line feed become U+FFFD. NULL when there is no memory. NULL reads as "".
 */
char *text_clean(const char *text);

enum text_xml { TEXT_XML_BODY, TEXT_XML_ATTRIBUTE };

/**
 * Print `length` bytes cleaned and with XML's special characters escaped. In an attribute tabs and
 * line feeds are escaped too, or the parser would make them spaces.
 */
void text_xml(const char *text, size_t length, enum text_xml place, FILE *out);

/**
 * Print `length` bytes of one line so that they cannot drive a terminal: control characters and bad
 * bytes as \x1b, anything else as it is. Returns the columns that takes; with `out` NULL it
 * only counts. Every character counts as one column.
 */
int text_print(const char *text, size_t length, FILE *out);

/** How many bytes from `text` fit in `columns`, never half a character; at most `length`. */
size_t text_fit(const char *text, size_t length, int columns);

/** Append to the text in `buffer`, which has room for `size` bytes; what does not fit is left out. */
void text_append(char *buffer, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The bytes of the first line, its line feed left out. */
size_t text_line(const char *text);

/** Are two texts the same but for their numbers? */
bool text_alike(const char *a, const char *b);

/** Seconds in fixed point, "0.007"; what is more than nothing is never shown as 0.000. */
const char *text_seconds(double seconds, char buffer[TEXT_TIME_SIZE]);

/** A duration for people: "6.2 ms", "312 ms", "6.1 s", "124 s". */
const char *text_duration(double seconds, char buffer[TEXT_TIME_SIZE]);

/** How long to wait, for who has to: "12 s", "131 min". */
const char *text_wait(double seconds, char buffer[TEXT_TIME_SIZE]);

#endif
