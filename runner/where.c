/* SPDX-License-Identifier: MIT */
/* Where a claim passed, in words. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/result.h"

enum dimension { FAMILY, LINK, VALUE, DIMENSIONS };

static const char *word_of(const struct run_instance *instance, enum dimension dimension)
{
	const char *const words[] = {instance->family, instance->link, instance->value};

	return words[dimension] ? words[dimension] : "";
}

static bool seen_before(const struct run *run, size_t from, size_t index, enum dimension dimension)
{
	for (size_t i = from; i < index; i++)
		if (strcmp(word_of(&run->instances[i], dimension),
			   word_of(&run->instances[index], dimension)) == 0)
			return true;
	return false;
}

/* Print the different words of a dimension. Returns how many there are, an empty one too. */
static size_t print_words(const struct run *run, size_t from, size_t end, enum dimension dimension,
			  FILE *out)
{
	size_t words = 0;

	for (size_t i = from; i < end; i++) {
		const char *word = word_of(&run->instances[i], dimension);

		if (seen_before(run, from, i, dimension))
			continue;
		words++;
		if (*word)
			fprintf(out, "%s%s", ftell(out) > 0 ? " " : "", word);
	}
	return words;
}

char *run_where(const struct run *run, size_t from, size_t end)
{
	size_t counts[RUN_OUTCOMES], product = 1, size;
	char *words = NULL;
	FILE *out = open_memstream(&words, &size);

	if (!out)
		return NULL;
	run_fold(run, from, end, counts);
	for (enum dimension d = FAMILY; d < DIMENSIONS; d++)
		product *= print_words(run, from, end, d, out);
	fclose(out);
	if (words && product == end - from && counts[RUN_PASS] == end - from)
		return words;
	free(words);
	return asprintf(&words, "%zu/%zu", counts[RUN_PASS], end - from) < 0 ? NULL : words;
}
