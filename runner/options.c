/* SPDX-License-Identifier: MIT */
/* The command line: one table for the parser and the help. */
#include "runner/options.h"
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A claim that only waits for packets is done in milliseconds; this is for a machine on its knees. */
static const double default_timeout = 60;

static void __attribute__((format(printf, 1, 2), noreturn)) wrong(const char *format, ...)
{
	va_list args;

	fputs("wirestate: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\nTry 'wirestate --help'.\n", stderr);
	exit(2);
}

static unsigned long number(const char *name, const char *text, unsigned long least,
			    unsigned long most)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || strchr(text, '-') || value < least || value > most)
		wrong("--%s takes a whole number from %lu to %lu, not '%s'", name, least, most,
		      text);
	return value;
}

static void add_word(struct run_words *words, const char *name, const char *word)
{
	if (!*word)
		wrong("--%s needs a value", name);
	if (words->count == RUN_LIST_MAX)
		wrong("too many values for --%s (at most %d)", name, RUN_LIST_MAX);
	words->word[words->count++] = word;
}

static bool has_word(const struct run_words *words, const char *word)
{
	size_t i = 0;

	while (i < words->count && strcmp(words->word[i], word) != 0)
		i++;
	return i < words->count;
}

/* "ipv4,ipv6" or several options; each word must be one of `known` */
static void add_known(struct run_words *words, const char *name, char *list,
		      const char *const *known)
{
	if (!list[strspn(list, ",")])
		wrong("--%s needs a value", name);
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		const char *const *match = known;

		while (*match && strcmp(*match, word) != 0)
			match++;
		if (!*match)
			wrong("--%s knows %s, %s%s%s; not '%s'", name, known[0], known[1],
			      known[2] ? ", " : "", known[2] ? known[2] : "", word);
		if (!has_word(words, *match))
			add_word(words, name, *match);
	}
}

static void add_sysctl(struct run_options *options, char *text)
{
	char *value = strchr(text, '=');

	if (!value || value == text || !value[1])
		wrong("--sysctl takes NAME=VALUE, for example net.ipv4.tcp_fin_timeout=5; not '%s'",
		      text);
	*value++ = '\0';
	if (strncmp(text, "net.", 4) != 0)
		wrong("--sysctl %s: only sysctls of a network namespace (net.…) can be set", text);
	if (options->sysctl_count == RUN_LIST_MAX)
		wrong("too many --sysctl (at most %d)", RUN_LIST_MAX);
	options->sysctls[options->sysctl_count++] = (struct fx_sysctl){text, value};
}

static void set_tag(struct run_options *options, char *value)
{
	add_word(&options->tags, "tag", value);
}

static void set_exclude(struct run_options *options, char *value)
{
	add_word(&options->excludes, "exclude", value);
}

static void set_family(struct run_options *options, char *value)
{
	static const char *const known[] = {"ipv4", "ipv6", "mapped", NULL};

	add_known(&options->families, "family", value, known);
}

static void set_link(struct run_options *options, char *value)
{
	static const char *const known[] = {"wire", "loopback", NULL, NULL};

	add_known(&options->links, "link", value, known);
}

static void set_jobs(struct run_options *options, char *value)
{
	options->jobs = (unsigned)number("jobs", value, 1, 64);
}

static void set_timeout(struct run_options *options, char *value)
{
	options->timeout = (double)number("timeout", value, 1, 86400);
}

static void set_repeat(struct run_options *options, char *value)
{
	options->repeat = (unsigned)number("repeat", value, 1, 1000000);
}

static void set_shuffle(struct run_options *options, char *value)
{
	options->shuffle = true;
	/* a seed of one's own is short enough to be typed again */
	options->seed = value ? number("shuffle", value, 0, 0xffffffff)
			      : (unsigned long)(time(NULL) ^ getpid()) % 1000000;
}

static void set_fail_fast(struct run_options *options, char *value)
{
	(void)value;
	options->fail_fast = true;
}

static void set_keep(struct run_options *options, char *value)
{
	options->keep = value;
}

static void set_junit(struct run_options *options, char *value)
{
	options->junit = value;
}

static void set_json(struct run_options *options, char *value)
{
	options->json = value ? value : "-";
}

static void set_verbose(struct run_options *options, char *value)
{
	(void)value;
	options->verbosity = options->verbosity < 1 ? 1 : 2;
}

static void set_quiet(struct run_options *options, char *value)
{
	(void)value;
	options->verbosity = -1;
}

static const struct {
	struct option option;
	const char *value, *help;
	void (*set)(struct run_options *options, char *value);
} table[] = {
	{{"tag", required_argument, NULL, 't'}, "TAG", "only claims that carry the tag", set_tag},
	{{"exclude", required_argument, NULL, 'x'},
	 "TAG|GLOB",
	 "leave out claims with the tag, or whose id matches",
	 set_exclude},
	{{"family", required_argument, NULL, 'f'},
	 "LIST",
	 "ipv4, ipv6, mapped (IPv6 server, IPv4 client); default ipv4,ipv6",
	 set_family},
	{{"link", required_argument, NULL, 'l'}, "LIST", "wire, loopback; default both", set_link},
	{{"sysctl", required_argument, NULL, 's'},
	 "NAME=VALUE",
	 "set on every host; expectations follow",
	 NULL},
	{{"jobs", required_argument, NULL, 'j'},
	 "N",
	 "claims at a time besides those that wait for a timer; default: processors",
	 set_jobs},
	{{"timeout", required_argument, NULL, 'T'},
	 "SECONDS",
	 "for one claim, besides the timers it waits for; default 60",
	 set_timeout},
	{{"repeat", required_argument, NULL, 'n'}, "N", "run everything N times", set_repeat},
	{{"shuffle", optional_argument, NULL, 'S'}, "SEED", "in random order", set_shuffle},
	{{"fail-fast", no_argument, NULL, 'F'}, NULL, "stop at the first failure", set_fail_fast},
	{{"keep", required_argument, NULL, 'k'}, "DIR", "save a pcap of every claim", set_keep},
	{{"junit", required_argument, NULL, 'J'}, "FILE", "write a JUnit XML report", set_junit},
	{{"json", required_argument, NULL, 'o'},
	 "FILE",
	 "write everything as JSON, - is standard output; list: no FILE",
	 set_json},
	{{"verbose", no_argument, NULL, 'v'},
	 NULL,
	 "say a line about every claim; twice: what happened in it",
	 set_verbose},
	{{"quiet", no_argument, NULL, 'q'}, NULL, "say only what is wrong", set_quiet},
};

enum { TABLE = sizeof(table) / sizeof(table[0]) };

void options_usage(const char *program)
{
	printf("usage: %s run [OPTION…] [FILTER…]    check claims on this kernel\n"
	       "       %s list [OPTION…] [FILTER…]   list them\n"
	       "       %s --help | --version\n\n"
	       "FILTER is a glob on claim ids: 'close.*', connect.listen-is-enough, "
	       "'*/ipv6/wire'.\n\n",
	       program, program, program);
	for (size_t i = 0; i < TABLE; i++) {
		const struct option *option = &table[i].option;
		char text[64];

		snprintf(text, sizeof(text), "--%s%s%s%s%s", option->name,
			 option->has_arg == optional_argument ? "[" : "", table[i].value ? "=" : "",
			 table[i].value ? table[i].value : "",
			 option->has_arg == optional_argument ? "]" : "");
		printf("  %-24s %s\n", text, table[i].help);
	}
	puts("\nExit status: 0 all as expected, 1 a claim differs, 2 cannot run, 130 interrupted.\n"
	     "An ordinary user needs user namespaces; nothing outside the run's own is touched.");
}

static void set_defaults(struct run_options *options, const char *program)
{
	cpu_set_t allowed;
	int processors;

	/* those this program may use: in a container these are fewer than the machine has */
	CPU_ZERO(&allowed);
	sched_getaffinity(0, sizeof(allowed), &allowed);
	processors = CPU_COUNT(&allowed);
	*options = (struct run_options){
		.program = program,
		.jobs = processors > 0 ? (unsigned)processors : 1,
		.timeout = default_timeout,
		.repeat = 1,
	};
}

static void default_words(struct run_words *words, const char *first, const char *second)
{
	if (!words->count)
		*words = (struct run_words){.word = {first, second}, .count = 2};
}

/* getopt_long(3) is still at a word of short options when one that is not its last is wrong. */
static void __attribute__((noreturn)) wrong_option(char **argv)
{
	const char *word = argv[optind];
	bool inside = optopt && word && word[0] == '-' && word[1] != '-' && strchr(word, optopt);

	wrong("unknown option or missing value: '%s'", inside ? word : argv[optind - 1]);
}

void options_read(struct run_options *options, int argc, char **argv)
{
	static const char short_options[] = "t:x:f:l:s:j:T:n:Fk:vqh";
	struct option options_table[TABLE + 2] = {{0}};
	int letter;

	for (size_t i = 0; i < TABLE; i++) {
		options_table[i] = table[i].option;
		/* `list` writes to standard output, whatever the form */
		if (table[i].set == set_json && strcmp(argv[1], "list") == 0)
			options_table[i].has_arg = no_argument;
	}
	options_table[TABLE] = (struct option){"help", no_argument, NULL, 'h'};
	set_defaults(options, argv[0]);
	opterr = 0;
	optind = 2;
	while ((letter = getopt_long(argc, argv, short_options, options_table, NULL)) != -1) {
		size_t i = 0;

		if (letter == 'h') {
			options_usage("wirestate");
			exit(0);
		}
		while (i < TABLE && table[i].option.val != letter)
			i++;
		if (i == TABLE)
			wrong_option(argv);
		if (table[i].set)
			table[i].set(options, optarg);
		else
			add_sysctl(options, optarg);
	}
	for (int i = optind; i < argc; i++)
		add_word(&options->filters, "FILTER", argv[i]);
	default_words(&options->families, "ipv4", "ipv6");
	default_words(&options->links, "wire", "loopback");
}
