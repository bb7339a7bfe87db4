/* SPDX-License-Identifier: MIT */
/* Fuzzing: a file that somebody gave us as a result. Whatever is in it, it is refused or reported. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "runner/capture.h"
#include "runner/diff.h"
#include "runner/formats.h"
#include "runner/ladder.h"
#include "runner/report.h"
#include "runner/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void save_captures(const struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		json_t *events = run_events(run, i);
		struct story *story = story_make(events);
		const struct capture capture = {.story = story,
						.sentence = run->instances[i].claim->says};

		if (story) {
			capture_pcapng(&capture, "/dev/null");
			capture_pcap(&capture, "/dev/null");
		}
		story_free(story);
		json_decref(events);
	}
}

static void print(const struct run *run, FILE *out)
{
	const struct report_style style = {
		.colour = true, .width = 60, .explains = true, .verbosity = 2};

	report_ladders(run, &style, out);
	report_ledger(run, &style, out);
	report_summary(run, &style, out);
	for (size_t i = 0; i < run->count; i++)
		report_instance(&run->instances[i], &run->results[i], "", &style, out);
}

static void report(struct run *run)
{
	struct run runs[] = {*run, *run};
	FILE *null = fopen("/dev/null", "we");

	/* as if there were a second kernel, on which every other result is another */
	runs[1].results = calloc(run->count + 1, sizeof(*runs[1].results));
	for (size_t i = 0; runs[1].results && i < run->count; i++) {
		runs[1].results[i] = run->results[i];
		if (i % 2)
			runs[1].results[i].outcome = (enum run_outcome)(i / 2 % RUN_OUTCOMES);
	}
	run->extended = true;
	for (int format = 0; format < FORMATS; format++)
		format_write((enum format)format, run, 1, "/dev/null");
	if (runs[1].results) {
		format_write(FORMAT_HTML, runs, 2, "/dev/null");
		format_write(FORMAT_MARKDOWN, runs, 2, "/dev/null");
	}
	free(runs[1].results);
	save_captures(run);
	if (null) {
		print(run, null);
		fclose(null);
	}
}

static void read_store(const char *path)
{
	struct store store;
	struct run run;

	if (store_read(&store, path) && store_run(&store, &run)) {
		report(&run);
		json_decref(diff_make(&store, &store));
		store_run_clear(&run);
	}
	store_clear(&store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("result", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd >= 0 && write(fd, data, size) == (ssize_t)size)
		read_store(path);
	if (fd >= 0)
		close(fd);
	return 0;
}
