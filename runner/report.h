/* SPDX-License-Identifier: MIT */
/* What is said on the console. Reports that go into files: formats.h. */
#ifndef WIRESTATE_REPORT_H
#define WIRESTATE_REPORT_H

#include "runner/result.h"

/** Colour and width of the console; see report_style(). */
struct report_style {
	bool colour;
	bool terminal; /* rewrite a progress line */
	bool utf8;     /* the locale can show a check mark */
	int width;     /* columns, 40 to 120; 80 where there is no window */
	bool explains; /* the ledger says why, too */
	int verbosity; /* -1 quiet, 0, 1 verbose, 2 with transcripts */
};

/** Look at isatty(3), NO_COLOR, TERM and the window size of `fd`. */
struct report_style report_style(int fd, int verbosity);

/** The line about what is going on; does nothing unless on a terminal. `running` may be 0; `to_go`: the
 *  seconds that timers will take at least. */
void report_progress(const struct run *run, size_t running, double to_go, const char *newest,
		     const struct report_style *style, FILE *out);

/** Take the progress line away. */
void report_progress_clear(const struct report_style *style, FILE *out);

/** What is printed when one instance ends: nothing for a pass unless verbose, the whole
 *  explanation for a failure. `again` is the command that runs just this claim again. */
void report_instance(const struct run_instance *instance, const struct run_result *result,
		     const char *again, const struct report_style *style, FILE *out);

/** The ledger: chapter, claim, verdict on this kernel, evidence; a line a claim. */
void report_ledger(const struct run *run, const struct report_style *style, FILE *out);

/** A table for each claim of a sweep: value, documented, expected, measured. */
void report_sweep(const struct run *run, const struct report_style *style, FILE *out);

/** The last lines: facts in short, counts, time. */
void report_summary(const struct run *run, const struct report_style *style, FILE *out);

/** `wirestate list`: what is planned, for people or as JSON. */
void report_list(const struct run *run, const struct report_style *style, FILE *out);
int report_list_json(const struct run *run, FILE *out);

#endif
