/* SPDX-License-Identifier: MIT */
/* wirestate: which subcommand? */
#include "runner/commands.h"
#include "runner/options.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"run", command_run},
	{"list", command_list},
};

static int help(void)
{
	options_usage("wirestate");
	return EXIT_AS_EXPECTED;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

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
