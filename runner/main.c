/* SPDX-License-Identifier: MIT */
/* wirestate: which subcommand? */
#include "runner/commands.h"
#include "runner/options.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"run", command_run},   {"list", command_list},       {"sweep", command_sweep},
	{"diff", command_diff}, {"table", command_table},     {"merge", command_merge},
	{"show", command_show}, {"explain", command_explain}, {"report", command_report},
};

static int help(void)
{
	options_usage("wirestate");
	return EXIT_AS_EXPECTED;
}

/* Whoever started us may have closed what every program expects to be open, or ignore the end of
 * his children: a report would then go into a pipe of ours, and waiting would find nobody. */
static void set_in_order(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	signal(SIGCHLD, SIG_DFL);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	set_in_order();

	if (!word) {
		fputs("wirestate: what shall it do? 'wirestate run' checks every claim; "
		      "see 'wirestate --help'\n",
		      stderr);
		return EXIT_CANNOT_RUN;
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		return help();
	if (strcmp(word, "--version") == 0) {
		printf("wirestate %s\n", WIRESTATE_VERSION);
		return EXIT_AS_EXPECTED;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(word, commands[i].name) == 0)
			return commands[i].run(argc, argv);
	fprintf(stderr, "wirestate: there is no subcommand '%s'; see 'wirestate --help'\n", word);
	return EXIT_CANNOT_RUN;
}
