/* SPDX-License-Identifier: MIT */
/* The command line of all subcommands. */
#ifndef WIRESTATE_OPTIONS_H
#define WIRESTATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include "fixtures/host.h"
#include "runner/formats.h"

enum { RUN_FAMILIES_MAX = 3, RUN_LIST_MAX = 64 };

/** A growing list of words from the command line; the words are argv's own. */
struct run_words {
	const char *word[RUN_LIST_MAX];
	size_t count;
};

struct run_options {
	const char *program;       /* argv[0], for messages and "again:" lines */
	const char *command;       /* the whole command line, as it was given */
	struct run_words filters;  /* globs on ids or instance names; none = all. Of diff, table,
				    * merge and report: the results */
	struct run_words tags;     /* only claims with one of these */
	struct run_words excludes; /* no claims with one of these tags, or ids matching the glob */
	struct run_words families; /* "ipv4", "ipv6", "mapped" */
	struct run_words links;    /* "wire", "loopback" */
	struct fx_sysctl sysctls[RUN_LIST_MAX + 1];
	size_t sysctl_count;
	const char *sweep; /* the sysctl that `sweep` sets to each of sweep_values, or NULL */
	struct run_words sweep_values;
	unsigned shard, shards; /* 1/4 is 1 and 4; 0 and 0: everything */
	bool show;         /* draw ladders, of one instance a claim unless a filter names more */
	bool explain;      /* say why, too */
	bool loose;        /* a filter that matches nothing is no mistake */
	const char *from;  /* show: the store to read instead of running; NULL none */
	bool observations; /* merge: only what diff compares */
	bool unexplained;  /* diff: only what no premise explains */
	unsigned jobs;     /* quick claims at the same time */
	double timeout;    /* seconds for one claim, on top of the timers it waits for */
	unsigned repeat;
	bool shuffle;
	unsigned long seed;
	bool fail_fast;
	const char *keep; /* directory for captures of all claims; NULL: of failed ones only */
	bool pcap;        /* captures in the classic format, without comments */
	/* paths, "-" or NULL; for `list` and `diff` any of FORMAT_JSON means JSON */
	const char *reports[FORMATS];
	const char *label; /* of the kernel, for JUnit; NULL none */
	bool extended;     /* JUnit with more than Jenkins' schema takes */
	int verbosity;     /* -1, 0, 1, 2 */
};

/**
 * Read the options of a subcommand. Prints help and ends the program with 0 for --help, and says
 * what is wrong and ends it with 2 for a mistake.
 */
void options_read(struct run_options *options, int argc, char **argv);

/**
 * The first word of `sweep`, NAME=V1,V2…, which options_read() took for a filter.
 * @return true; false after saying on stderr what is wrong with it
 */
bool options_take_sweep(struct run_options *options);

/** The usage text of all subcommands. */
void options_usage(const char *program);

#endif
