/* SPDX-License-Identifier: MIT */
/* The subcommands. Each gets the whole command line and returns the exit status. */
#ifndef WIRESTATE_COMMANDS_H
#define WIRESTATE_COMMANDS_H

/** Exit statuses, as the manual page says. */
enum {
	EXIT_AS_EXPECTED = 0,
	EXIT_DIFFERS = 1,
	EXIT_CANNOT_RUN = 2,
	EXIT_INTERRUPTED = 130,
};

int command_run(int argc, char **argv);
int command_list(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_table(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_sweep(int argc, char **argv);
int command_show(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_report(int argc, char **argv);

struct run_options;

/** `show` and `explain` of what is in a store, options->from. */
int command_show_stored(const struct run_options *options);

/** `run` with options that are read already. */
int command_run_options(const struct run_options *options);

#endif
