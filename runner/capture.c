/* SPDX-License-Identifier: MIT */
/* The capture of an instance, in a file named after it. */
#include "runner/capture.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int write_capture(const struct run *run, size_t index, const char *path, bool classic)
{
	json_t *events = run_events(run, index);
	struct story *story = story_make(events);
	const char *kernel = run_fact(run, "kernel");
	char os[128];
	struct capture capture = {
		.story = story,
		.sentence = run->instances[index].claim->says,
		.os = os,
		.hardware = run_fact(run, "arch"),
	};
	int error = -ENOMEM;

	snprintf(os, sizeof(os), "Linux %s", kernel ? kernel : "");
	if (story)
		error = (classic ? capture_pcap : capture_pcapng)(&capture, path);
	story_free(story);
	json_decref(events);
	return error;
}

int capture_save(const struct run *run, size_t index, const char *directory, bool classic,
		 char **path)
{
	if (asprintf(path, "%s/%s.%s", directory, run->instances[index].name,
		     classic ? "pcap" : "pcapng") < 0) {
		*path = NULL;
		return -ENOMEM;
	}
	for (char *slash = *path + strlen(directory) + 1; (slash = strchr(slash, '/'));)
		*slash = '_';
	if (mkdir(directory, 0777) < 0 && errno != EEXIST)
		return -errno;
	return write_capture(run, index, *path, classic);
}
