/* SPDX-License-Identifier: MIT */
/* Which instances are run, and in which order. */
#include "runner/plan.h"
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runner/explain.h"

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; at && (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
			return true;
	return false;
}

bool plan_has_tag(const struct run_instance *instance, const char *tag)
{
	return has_word(instance->claim->tags, tag) || (instance->slow && strcmp(tag, "slow") == 0);
}

/* "close.*" is about ids, "close.*\/ipv4/wire" about instances */
static bool matches(const struct run_instance *instance, const char *glob)
{
	return fnmatch(glob, strchr(glob, '/') ? instance->name : instance->claim->id, 0) == 0;
}

static bool wanted(const struct run_instance *instance, const struct run_options *options)
{
	bool take = options->filters.count == 0;

	for (size_t i = 0; i < options->filters.count && !take; i++)
		take = matches(instance, options->filters.word[i]);
	if (take && options->tags.count) {
		take = false;
		for (size_t i = 0; i < options->tags.count && !take; i++)
			take = plan_has_tag(instance, options->tags.word[i]);
	}
	for (size_t i = 0; i < options->excludes.count && take; i++)
		take = !plan_has_tag(instance, options->excludes.word[i]) &&
		       !matches(instance, options->excludes.word[i]);
	return take;
}

static bool names_instances(const struct run_options *options)
{
	for (size_t i = 0; i < options->filters.count; i++)
		if (strchr(options->filters.word[i], '/'))
			return true;
	return false;
}

bool plan_takes(const struct run_instance *instance, const struct run_instance *before,
		const struct run_options *options)
{
	if (options->show && before && before->claim == instance->claim &&
	    !names_instances(options))
		return false;
	return wanted(instance, options);
}

static bool add_instance(struct run *run, const struct run_options *options,
			 struct run_instance instance)
{
	struct run_instance *bigger;
	const char *parts[] = {instance.family, instance.link, instance.value};
	size_t size;
	FILE *name = open_memstream(&instance.name, &size);

	if (!name)
		return false;
	fputs(instance.claim->id, name);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (*parts[i])
			fprintf(name, "/%s", parts[i]);
	fclose(name);
	/* the value lives in the name, whose last part it is */
	if (*instance.value)
		instance.value = strrchr(instance.name, '/') + 1;
	if (!plan_takes(&instance, run->count ? &run->instances[run->count - 1] : NULL, options)) {
		free(instance.name);
		return true;
	}
	for (size_t i = 0; i < options->filters.count; i++)
		if (matches(&instance, options->filters.word[i]))
			run->matched |= (uint64_t)1 << i;
	instance.order = run->dealt;
	/* dealt like cards, so that each part has its share of what takes long */
	if (run->dealt++ % (options->shards ? options->shards : 1) !=
	    (options->shards ? options->shard - 1 : 0)) {
		free(instance.name);
		return true;
	}
	bigger = reallocarray(run->instances, run->count + 1, sizeof(*bigger));
	if (!bigger)
		return false;
	run->instances = bigger;
	run->instances[run->count++] = instance;
	return true;
}

/* the words of a list of values, one by one */
static bool add_values(struct run *run, const struct run_options *options,
		       struct run_instance instance, const char *values, bool slow)
{
	char *copy = strdup(values), *rest = copy;
	bool added = true;

	if (!copy)
		return false;
	instance.slow = slow;
	for (char *value = strtok_r(copy, " ", &rest); added && value;
	     value = strtok_r(NULL, " ", &rest)) {
		instance.value = value;
		added = add_instance(run, options, instance);
	}
	free(copy);
	return added;
}

/* --sysctl decides: a claim that would try several values of that sysctl runs with this one */
static const char *forced_value(const struct ws_claim *claim, const struct run_options *options)
{
	const char *value = NULL;

	for (size_t i = 0; i < options->sysctl_count; i++)
		if (strcmp(options->sysctls[i].name, claim->sysctl) == 0)
			value = options->sysctls[i].value;
	return value;
}

static bool add_swept(struct run *run, const struct run_options *options,
		      struct run_instance instance)
{
	const struct run_words *values = &options->sweep_values;
	bool added = true;

	for (size_t i = 0; i < values->count && added; i++) {
		instance.value = values->word[i];
		added = add_instance(run, options, instance);
	}
	return added;
}

static bool follows(const struct ws_claim *claim, const char *sysctl)
{
	return has_word(claim->sysctl, sysctl) || has_word(claim->follows, sysctl);
}

static bool add_variants(struct run *run, const struct run_options *options,
			 struct run_instance instance)
{
	const struct ws_claim *claim = instance.claim;
	const char *forced;

	instance.sysctl = instance.value = "";
	instance.slow = has_word(claim->tags, "slow");
	if (options->sweep) {
		instance.sysctl = options->sweep;
		return add_swept(run, options, instance);
	}
	if (!claim->sysctl)
		return add_instance(run, options, instance);
	instance.sysctl = claim->sysctl;
	forced = forced_value(claim, options);
	if (forced) {
		instance.value = forced;
		return add_instance(run, options, instance);
	}
	return add_values(run, options, instance, claim->values, instance.slow) &&
	       add_values(run, options, instance, claim->slow_values, true);
}

static bool runs_on(const struct ws_claim *claim, const char *link)
{
	if (claim->links == WS_LINK_ANY)
		return true;
	return claim->links == (strcmp(link, "wire") == 0 ? WS_LINK_WIRE : WS_LINK_LOOPBACK);
}

static bool add_claim(struct run *run, const struct run_options *options,
		      const struct ws_claim *claim, const struct ws_claim *chapter)
{
	struct run_instance instance = {.claim = claim,
					.chapter = chapter,
					.family = "",
					.link = "",
					.sysctl = "",
					.value = ""};

	if (options->sweep && !follows(claim, options->sweep))
		return true;
	if (claim->links == WS_LINK_NONE)
		return add_variants(run, options, instance);
	for (size_t f = 0; f < options->families.count; f++) {
		for (size_t l = 0; l < options->links.count; l++) {
			instance.family = options->families.word[f];
			instance.link = options->links.word[l];
			if (runs_on(claim, instance.link) && !add_variants(run, options, instance))
				return false;
		}
	}
	return true;
}

static void add_words(json_t *set, const char *words)
{
	char *copy = words ? strdup(words) : NULL, *rest = copy;

	for (char *word = copy ? strtok_r(copy, " ", &rest) : NULL; word;
	     word = strtok_r(NULL, " ", &rest))
		json_object_set_new(set, word, json_null());
	free(copy);
}

static bool nothing_follows(const struct run_options *options)
{
	json_t *known = json_object(), *unused;
	const char *name;

	fprintf(stderr, "wirestate: no claim follows %s; there are claims that follow",
		options->sweep);
	for (const struct ws_claim *const *claim = __start_ws_claims; claim < __stop_ws_claims;
	     claim++) {
		if ((*claim)->sysctl)
			json_object_set_new(known, (*claim)->sysctl, json_null());
		add_words(known, (*claim)->follows);
	}
	json_object_foreach(known, name, unused) fprintf(stderr, " %s", name);
	fputc('\n', stderr);
	json_decref(known);
	return false;
}

/* Has the id `part` in it, as one or more of its words between dots if it has to be whole? */
static bool has_part(const char *id, const char *part, bool whole)
{
	size_t length = strlen(part);

	for (const char *at = id; (at = strstr(at, part)); at++)
		if (!whole || ((at == id || at[-1] == '.') && (!at[length] || at[length] == '.')))
			return true;
	return false;
}

/* Print some ids that have `part` in them. Returns whether there are any. */
static bool suggest(const char *part, bool whole)
{
	enum { MOST = 5, LEAST_LETTERS = 4 };
	size_t found = 0;

	/* the linker has the last of a file first */
	for (const struct ws_claim *const *at = __stop_ws_claims; at-- > __start_ws_claims;)
		if (strlen(part) >= LEAST_LETTERS && (*at)->id &&
		    has_part((*at)->id, part, whole) && found++ < MOST)
			fprintf(stderr, "%s%s", found > 1 ? ", " : "; did you mean ", (*at)->id);
	if (found > MOST)
		fprintf(stderr, ", … (%zu more)", found - MOST);
	return found > 0;
}

/* Up to the variant. */
static bool matches_an_id(const char *word)
{
	char *glob = strndup(word, strcspn(word, "/"));
	bool found = false;

	for (const struct ws_claim *const *at = __start_ws_claims; glob && at < __stop_ws_claims;
	     at++)
		found = found || ((*at)->id && fnmatch(glob, (*at)->id, 0) == 0);
	free(glob);
	return found;
}

/* Who looks for "keepalive" or "keepalive.probes" may mean timers.keepalive; of a claim that is there the
 * variants are another. */
static void say_unmatched(const char *word)
{
	char *part = strndup(word, strcspn(word, "*?[/"));
	bool known = matches_an_id(word), whole = false, found = false;

	fprintf(stderr, "wirestate: no claim matches '%s' with these options", word);
	while (part && *part && !known && !found) {
		char *dot = strrchr(part, '.');

		found = suggest(part, whole);
		whole = true;
		*(dot ? dot : part) = '\0';
	}
	if (found)
		fputs("?\n", stderr);
	else if (known)
		fprintf(stderr, "; see: wirestate list '%.*s'\n", (int)strcspn(word, "/"), word);
	else
		fputs("; see: wirestate list\n", stderr);
	free(part);
}

/* A filter that matches nothing is a typing error, not an empty success. */
static bool filters_match(const struct run *run, const struct run_options *options)
{
	if (options->sweep && !run->count && !options->filters.count)
		return nothing_follows(options);
	for (size_t i = 0; i < options->filters.count; i++) {
		if (!options->loose && !(run->matched & (uint64_t)1 << i)) {
			say_unmatched(options->filters.word[i]);
			return false;
		}
	}
	if (run->count)
		return true;
	fprintf(stderr,
		"wirestate: no claim is left with these options%s%s; "
		"see 'wirestate list'\n",
		options->tags.count ? ": --tag " : "",
		options->tags.count ? options->tags.word[0] : "");
	return false;
}

static int by_line(const void *a, const void *b)
{
	const struct ws_claim *first = *(const struct ws_claim *const *)a;
	const struct ws_claim *second = *(const struct ws_claim *const *)b;

	return first->line - second->line;
}

/* The linker keeps files in order but the compiler may turn a file's claims round. */
static size_t claims_of_file(const struct ws_claim *const *from, const struct ws_claim **sorted)
{
	size_t count = 0;

	while (from + count < __stop_ws_claims && strcmp(from[count]->file, from[0]->file) == 0)
		count++;
	for (size_t i = 0; i < count; i++)
		sorted[i] = from[i];
	qsort(sorted, count, sizeof(void *), by_line);
	return count;
}

bool plan_make(struct run *run, const struct run_options *options)
{
	size_t total = (size_t)(__stop_ws_claims - __start_ws_claims), count;
	const struct ws_claim **sorted = calloc(total ? total : 1, sizeof(void *));
	const struct ws_claim *chapter = NULL;
	bool made = sorted != NULL;

	for (const struct ws_claim *const *from = __start_ws_claims;
	     made && from < __stop_ws_claims; from += count) {
		count = claims_of_file(from, sorted);
		for (size_t i = 0; i < count && made; i++) {
			if (sorted[i]->id)
				made = add_claim(run, options, sorted[i], chapter);
			else
				chapter = sorted[i];
		}
	}
	free(sorted);
	if (!made) {
		fputs("wirestate: out of memory\n", stderr);
		return false;
	}
	run->results = calloc(run->count ? run->count : 1, sizeof(*run->results));
	run->explanations = explain_claims(run);
	return run->results && run->explanations && filters_match(run, options);
}

const struct ws_claim *plan_claim(const char *id, const struct ws_claim **chapter)
{
	const struct ws_claim *found = NULL, *heading = NULL;

	for (const struct ws_claim *const *at = __start_ws_claims; at < __stop_ws_claims; at++)
		if ((*at)->id && strcmp((*at)->id, id) == 0)
			found = *at;
	for (const struct ws_claim *const *at = __start_ws_claims; found && at < __stop_ws_claims;
	     at++)
		if (!(*at)->id && strcmp((*at)->file, found->file) == 0 &&
		    (*at)->line < found->line && (!heading || heading->line < (*at)->line))
			heading = *at;
	if (chapter)
		*chapter = heading;
	return found;
}

void plan_clear(struct run *run)
{
	for (size_t i = 0; i < run->count; i++)
		free(run->instances[i].name);
	free(run->instances);
	free(run->results);
	json_decref(run->explanations);
	run->explanations = NULL;
	run->instances = NULL;
	run->results = NULL;
	run->count = 0;
}

double plan_waits(const struct run_instance *instance)
{
	double waits = instance->claim->waits;

	return waits < 0 ? strtod(instance->value, NULL) : waits;
}

double plan_waits_with(const struct run_instance *instance, const struct run_options *options)
{
	const struct ws_claim *claim = instance->claim;

	if (claim->waits < 0)
		return plan_waits(instance);
	for (size_t i = 0; i < options->sysctl_count; i++)
		if (follows(claim, options->sysctls[i].name))
			return 0;
	return options->sweep ? 0 : plan_waits(instance);
}

/* A shuffle anybody can compute again: the POSIX 48-bit generator with the printed seed. */
static void shuffle_order(size_t *order, size_t count, unsigned long seed)
{
	unsigned short state[3] = {0x330e, (unsigned short)seed, (unsigned short)(seed >> 16)};

	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)nrand48(state) % i, keep = order[i - 1];

		order[i - 1] = order[j];
		order[j] = keep;
	}
}

void plan_order(const struct run *run, bool shuffle, unsigned long seed, size_t *order)
{
	for (size_t i = 0; i < run->count; i++)
		order[i] = i;
	if (shuffle)
		shuffle_order(order, run->count, seed);
	/* insertion: stable, and few instances wait */
	for (size_t i = 1; i < run->count; i++) {
		size_t at = i, moved = order[i];
		double waits = plan_waits(&run->instances[moved]);

		if (waits <= 0)
			continue;
		for (; at > 0 && plan_waits(&run->instances[order[at - 1]]) < waits; at--)
			order[at] = order[at - 1];
		order[at] = moved;
	}
}
