/* SPDX-License-Identifier: MIT */
/* Which release this kernel is. */
#include "asserts/kernel.h"
#include "asserts/scene.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

struct release {
	unsigned version, patchlevel, sublevel;
};

static bool parse(const char *text, struct release *release)
{
	*release = (struct release){0};
	return sscanf(text, "%u.%u.%u", &release->version, &release->patchlevel,
		      &release->sublevel) >= 2;
}

static bool same_series(const struct release *a, const struct release *b)
{
	return a->version == b->version && a->patchlevel == b->patchlevel;
}

static bool later_series(const struct release *a, const struct release *b)
{
	return a->version > b->version ||
	       (a->version == b->version && a->patchlevel > b->patchlevel);
}

bool ws_release_has(const char *release, const char *since)
{
	struct release is, first;
	bool after_all = true;

	if (!parse(release, &is))
		return false;
	for (const char *word = since; *word;
	     word += strcspn(word, " "), word += strspn(word, " ")) {
		if (!parse(word, &first))
			continue;
		if (same_series(&is, &first))
			return is.sublevel >= first.sublevel;
		after_all = after_all && later_series(&is, &first);
	}
	return after_all;
}

/* Ubuntu tells it in a file: "Ubuntu 6.8.0-45.45-generic 6.8.12" */
static bool from_signature(char *text, size_t size)
{
	FILE *file = fopen("/proc/version_signature", "re");
	char line[128] = "", *last;

	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	last = strrchr(line, ' ');
	snprintf(text, size, "%s", last ? last + 1 : "");
	return *text;
}

const char *ws_kernel_release(void)
{
	static char text[32];
	struct release release;
	struct utsname name;
	const char *debian;

	if (*text || uname(&name) < 0)
		return text;
	/* Debian tells it in the build: "#1 SMP Debian 5.10.262-1 (2026-10-02)" */
	debian = strstr(name.version, "Debian ");
	if (debian)
		snprintf(text, sizeof(text), "%s", debian + strlen("Debian "));
	else if (!from_signature(text, sizeof(text)))
		snprintf(text, sizeof(text), "%.31s", name.release);
	if (!parse(text, &release))
		parse(name.release, &release);
	snprintf(text, sizeof(text), "%u.%u.%u", release.version, release.patchlevel,
		 release.sublevel);
	return text;
}

bool ws_kernel_has(const struct ws_change *change)
{
	bool has = ws_release_has(ws_kernel_release(), change->since);

	ws_premise(change->title, has ? "yes" : "no", change->since);
	return has;
}
