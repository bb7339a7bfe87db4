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
#include "runner/text.h"

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

static void set_sysctl(struct run_options *options, char *text)
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

static void set_shard(struct run_options *options, char *value)
{
	char *slash = strchr(value, '/');

	if (!slash)
		wrong("--shard takes I/N, for example 1/4; not '%s'", value);
	*slash = '\0';
	options->shards = (unsigned)number("shard", slash + 1, 1, 10000);
	options->shard = (unsigned)number("shard", value, 1, options->shards);
}

/* `list` and `diff` say it on standard output. */
static void set_say_json(struct run_options *options, char *value)
{
	(void)value;
	options->reports[FORMAT_JSON] = "-";
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

/* Which subcommands take an option. */
enum command {
	FOR_RUN = 1,
	FOR_LIST = 2,
	FOR_SWEEP = 4,
	FOR_DIFF = 8,
	FOR_TABLE = 16,
	FOR_MERGE = 32,
	FOR_SHOW = 64,
	FOR_REPORT = 128,
	FOR_EXPLAIN = 256,
	FOR_LADDERS = FOR_SHOW | FOR_EXPLAIN,
	FOR_RUNS = FOR_RUN | FOR_SWEEP,
	FOR_FILES = FOR_RUNS | FOR_REPORT,
	FOR_CLAIMS = FOR_RUNS | FOR_LIST,
};

static const struct {
	const char *name;
	enum command command;
	const char *words, *help;
} commands[] = {
	{"run", FOR_RUN, "[OPTION…] [FILTER…]", "check claims on this kernel"},
	{"list", FOR_LIST, "[OPTION…] [FILTER…]", "list them"},
	{"show", FOR_SHOW, "[OPTION…] FILTER…", "draw what happens in them"},
	{"explain", FOR_EXPLAIN, "[OPTION…] FILTER…", "the same, and why: RFC, kernel, what to do"},
	{"sweep", FOR_SWEEP, "NAME=V1,V2… [FILTER…]",
	 "measure what depends on a sysctl, for each value"},
	{"diff", FOR_DIFF, "A B", "what differs between two results"},
	{"table", FOR_TABLE, "RESULT…", "claim × kernel, of several results"},
	{"report", FOR_REPORT, "[OPTION…] RESULT…", "HTML, JUnit, KTAP, Markdown of results"},
	{"merge", FOR_MERGE, "RESULT…", "one result of several (shards of one kernel)"},
};

#define TEXT(member) .text = offsetof(struct run_options, member)
#define FLAG(member) .flag = offsetof(struct run_options, member)

static const struct {
	enum command commands;
	struct option option;
	const char *value, *help;
	/* what it does: either of these */
	void (*set)(struct run_options *options, char *value);
	size_t text, flag; /* offsets in struct run_options of a const char * or a bool */
} table[] = {
	{FOR_CLAIMS,
	 {"tag", required_argument, NULL, 't'},
	 "TAG",
	 "only claims that carry the tag",
	 set_tag},
	{FOR_CLAIMS,
	 {"exclude", required_argument, NULL, 'x'},
	 "TAG|GLOB",
	 "leave out claims with the tag, or whose id matches",
	 set_exclude},
	{FOR_CLAIMS | FOR_LADDERS,
	 {"family", required_argument, NULL, 'f'},
	 "LIST",
	 "ipv4, ipv6, mapped (IPv6 server, IPv4 client); default ipv4,ipv6",
	 set_family},
	{FOR_CLAIMS | FOR_LADDERS,
	 {"link", required_argument, NULL, 'l'},
	 "LIST",
	 "wire, loopback; default both",
	 set_link},
	{FOR_CLAIMS | FOR_LADDERS,
	 {"sysctl", required_argument, NULL, 's'},
	 "NAME=VALUE",
	 "set on every host; expectations follow",
	 set_sysctl},
	{FOR_RUN | FOR_LIST,
	 {"shard", required_argument, NULL, 'I'},
	 "I/N",
	 "only the I-th of N equal parts; see merge",
	 set_shard},
	{FOR_RUNS,
	 {"jobs", required_argument, NULL, 'j'},
	 "N",
	 "claims at a time besides those that wait for a timer; default: processors",
	 set_jobs},
	{FOR_RUNS,
	 {"timeout", required_argument, NULL, 'T'},
	 "SECONDS",
	 "for one claim, besides the timers it waits for; default 60",
	 set_timeout},
	{FOR_RUNS,
	 {"repeat", required_argument, NULL, 'n'},
	 "N",
	 "run everything N times",
	 set_repeat},
	{FOR_RUNS,
	 {"shuffle", optional_argument, NULL, 'S'},
	 "SEED",
	 "in random order",
	 set_shuffle},
	{FOR_RUNS,
	 {"fail-fast", no_argument, NULL, 'F'},
	 NULL,
	 "stop at the first failure",
	 FLAG(fail_fast)},
	{FOR_FILES,
	 {"keep", required_argument, NULL, 'k'},
	 "DIR",
	 "save a capture of every claim: pcapng, what happened as comments",
	 TEXT(keep)},
	{FOR_FILES,
	 {"pcap", no_argument, NULL, 'p'},
	 NULL,
	 "captures as classic pcap, without comments",
	 FLAG(pcap)},
	{FOR_FILES,
	 {"html", required_argument, NULL, 'H'},
	 "FILE",
	 "write a page with ladders, plots and the state diagram",
	 TEXT(reports[FORMAT_HTML])},
	{FOR_FILES,
	 {"junit", required_argument, NULL, 'J'},
	 "FILE",
	 "write a JUnit XML report",
	 TEXT(reports[FORMAT_JUNIT])},
	{FOR_FILES,
	 {"extended", no_argument, NULL, 'E'},
	 NULL,
	 "JUnit with file, line, properties and attachments, for GitHub and GitLab",
	 FLAG(extended)},
	{FOR_FILES,
	 {"label", required_argument, NULL, 'L'},
	 "TEXT",
	 "before the class names in JUnit, for reports of several kernels",
	 TEXT(label)},
	{FOR_FILES,
	 {"ktap", required_argument, NULL, 'K'},
	 "FILE",
	 "write a KTAP report, as the kernel's own tests do",
	 TEXT(reports[FORMAT_KTAP])},
	{FOR_FILES,
	 {"markdown", required_argument, NULL, 'M'},
	 "FILE",
	 "write a summary for a pull request or a job",
	 TEXT(reports[FORMAT_MARKDOWN])},
	{FOR_FILES,
	 {"json", required_argument, NULL, 'o'},
	 "FILE",
	 "write everything as JSON, the result that other subcommands read",
	 TEXT(reports[FORMAT_JSON])},
	{FOR_LIST | FOR_DIFF,
	 {"json", no_argument, NULL, 'o'},
	 NULL,
	 "say it as JSON",
	 set_say_json},
	{FOR_MERGE,
	 {"output", required_argument, NULL, 'o'},
	 "FILE",
	 "where the one result goes; default standard output",
	 TEXT(reports[FORMAT_JSON])},
	{FOR_MERGE,
	 {"observations", no_argument, NULL, 'O'},
	 NULL,
	 "keep only what diff compares: a baseline",
	 FLAG(observations)},
	{FOR_DIFF,
	 {"unexplained", no_argument, NULL, 'u'},
	 NULL,
	 "pass over what a sysctl or a known change of the kernel explains",
	 FLAG(unexplained)},
	{FOR_CLAIMS | FOR_LADDERS | FOR_DIFF,
	 {"verbose", no_argument, NULL, 'v'},
	 NULL,
	 "a line about every claim, twice: what happened in it; of a diff all changes",
	 set_verbose},
	{FOR_LADDERS,
	 {"from", required_argument, NULL, 'r'},
	 "RESULT",
	 "show what is in a result instead of running",
	 TEXT(from)},
	{FOR_RUNS | FOR_DIFF,
	 {"quiet", no_argument, NULL, 'q'},
	 NULL,
	 "say only what is wrong; of a diff only the exit status",
	 set_quiet},
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0]),
	TABLE = sizeof(table) / sizeof(table[0]),
};

static void print_padded(const char *text, int columns)
{
	int used = text_print(text, strlen(text), stdout);

	printf("%*s ", used < columns ? columns - used : 0, "");
}

/* The options that some subcommand of `of` takes and none of `but`. */
static void print_options(const char *heading, enum command of, enum command but)
{
	printf("\n%s:\n", heading);
	for (size_t i = 0; i < TABLE; i++) {
		const struct option *option = &table[i].option;
		bool optional = option->has_arg == optional_argument;
		char text[64];

		if (!(table[i].commands & of) || table[i].commands & but)
			continue;
		snprintf(text, sizeof(text), "  --%s%s%s%s%s", option->name, optional ? "[" : "",
			 table[i].value ? "=" : "", table[i].value ? table[i].value : "",
			 optional ? "]" : "");
		print_padded(text, 24);
		puts(table[i].help);
	}
}

void options_usage(const char *program)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		printf("%s %s %-7s ", i ? "      " : "usage:", program, commands[i].name);
		print_padded(commands[i].words, 24);
		puts(commands[i].help);
	}
	printf("       %s --help | --version\n\n"
	       "A FILTER is a glob on claim ids: 'close.*', connect.listen-is-enough, "
	       "'*/ipv6/wire'.\nA RESULT (A, B) is what --json wrote, a directory with such a "
	       "run.json, "
	       "or a kernel of\nthe last matrix, such as 6.12.\n",
	       program);
	print_options("run, sweep and, where it makes sense, list, show and explain", FOR_RUNS,
		      FOR_REPORT);
	print_options("run, sweep and report; - as a FILE is standard output", FOR_REPORT, 0);
	print_options("list, show, explain, diff and merge", (enum command) ~0,
		      FOR_RUNS | FOR_REPORT);
	puts("\nExit status: 0 all as expected, 1 a claim differs, 2 cannot run, 130 interrupted.\n"
	     "An ordinary user needs user namespaces; nothing outside the run's own is touched.");
}

/* Before any word is taken apart. */
static const char *command_line(int argc, char **argv)
{
	static char *line;
	size_t size;
	FILE *out;

	free(line);
	line = NULL;
	out = open_memstream(&line, &size);
	for (int i = 0; out && i < argc; i++)
		fprintf(out, "%s%s", i ? " " : "", argv[i]);
	if (out)
		fclose(out);
	return line ? line : "";
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

static void take(struct run_options *options, size_t i, char *value)
{
	char *base = (char *)options;

	if (table[i].set)
		table[i].set(options, value);
	else if (table[i].flag)
		*(bool *)(base + table[i].flag) = true;
	else if (*value)
		*(const char **)(base + table[i].text) = value;
	else
		wrong("--%s needs a value", table[i].option.name);
}

static const char short_options[] = ":t:x:f:l:s:j:T:n:Fk:o:vqh";

/* Is it "--name", "--name=value", "-n" or "-nvalue"? Letters that have no short option are no letters. */
static bool names_option(const char *text, const struct option *option)
{
	size_t length = strcspn(text, "=");

	if (strncmp(text, "--", 2) == 0)
		return strncmp(option->name, text + 2, length - 2) == 0 &&
		       !option->name[length - 2];
	return text[1] == option->val && strchr(short_options + 1, option->val);
}

/* If another subcommand takes the option, say so and end. */
static void wrong_command(const char *text, enum command command)
{
	size_t i = 0;

	while (i < TABLE && (table[i].commands & command || !names_option(text, &table[i].option)))
		i++;
	for (size_t j = 0; i < TABLE && j < COMMANDS; j++)
		if (table[i].commands & commands[j].command)
			wrong("this subcommand does not take '%s'; %s does", text,
			      commands[j].name);
}

/* What getopt_long(3) did not take. It is still at a word of short options when one that is not its last is
 * wrong. */
static void __attribute__((noreturn)) wrong_option(char **argv, int letter, enum command command)
{
	const char *word = argv[optind];
	bool inside = word && word[0] == '-' && word[1] != '-' &&
		      strchr(word + 1, optopt ? optopt : letter);
	/* or took the next word for the value of one */
	const char *text =
		inside ? word : argv[optind - 1 - (optarg && optarg == argv[optind - 1])];

	if (letter == ':')
		wrong("'%s' needs a value", text);
	wrong_command(text, command);
	if (optopt && strncmp(text, "--", 2) == 0)
		wrong("'%.*s' takes no value", (int)strcspn(text, "="), text);
	wrong("unknown option '%s'", text);
}

static enum command command_of(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return commands[i].command;
	return FOR_RUN;
}

/* Two reports in one stream are none. */
static void check_outputs(const struct run_options *options)
{
	size_t count = 0;

	for (int i = 0; i < FORMATS; i++)
		count += options->reports[i] && strcmp(options->reports[i], "-") == 0;
	if (count > 1)
		wrong("only one report can go to standard output");
	for (int i = 0; i < FORMATS; i++)
		for (int j = 0; j < i; j++)
			if (options->reports[i] && options->reports[j] &&
			    strcmp(options->reports[i], options->reports[j]) == 0)
				wrong("two reports cannot go to one file, %s", options->reports[i]);
	if (options->extended && !options->reports[FORMAT_JUNIT])
		wrong("--extended is about --junit, which is not there");
}

void options_read(struct run_options *options, int argc, char **argv)
{
	enum command command = command_of(argv[1]);
	struct option options_table[TABLE + 2] = {{0}};
	size_t count = 0, i;
	int letter;

	for (i = 0; i < TABLE; i++)
		if (table[i].commands & command)
			options_table[count++] = table[i].option;
	options_table[count] = (struct option){"help", no_argument, NULL, 'h'};
	set_defaults(options, argv[0]);
	options->command = command_line(argc, argv);
	opterr = 0;
	optind = 2;
	while ((letter = getopt_long(argc, argv, short_options, options_table, NULL)) != -1) {
		if (letter == 'h') {
			options_usage("wirestate");
			exit(0);
		}
		for (i = 0; i < TABLE; i++)
			if (table[i].option.val == letter && table[i].commands & command)
				break;
		if (i == TABLE)
			wrong_option(argv, letter, command);
		take(options, i, optarg);
	}
	for (int word = optind; word < argc; word++)
		add_word(&options->filters, "FILTER", argv[word]);
	default_words(&options->families, "ipv4", "ipv6");
	default_words(&options->links, "wire", "loopback");
	check_outputs(options);
}

static bool bad_sweep(const char *word, const char *why)
{
	fprintf(stderr, "wirestate: %s: %s\n", word, why);
	return false;
}

/* /proc/sys/net/ipv4/tcp_fin_timeout, as this process sees it: without namespaces of our own. */
static bool is_sysctl(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (char *at = path + strlen("/proc/sys/"); (at = strchr(at, '.'));)
		*at = '/';
	return access(path, F_OK) == 0;
}

bool options_take_sweep(struct run_options *options)
{
	struct run_words *filters = &options->filters;
	/* argv's own words may be written to */
	char *word = filters->count ? (char *)filters->word[0] : NULL;
	char *values = word ? strchr(word, '=') : NULL;

	if (!values || values == word || !values[1])
		return bad_sweep(word ? word : "sweep",
				 "which sysctl, which values? as in: wirestate sweep "
				 "net.ipv4.tcp_fin_timeout=1,2,5");
	*values++ = '\0';
	memmove(filters->word, filters->word + 1, --filters->count * sizeof(filters->word[0]));
	if (strncmp(word, "net.", 4) != 0)
		return bad_sweep(word, "only sysctls of a network namespace (net.…) can be swept");
	if (!is_sysctl(word))
		return bad_sweep(word, "this kernel has no such sysctl");
	options->sweep = word;
	for (char *value = strtok(values, ","); value; value = strtok(NULL, ","))
		if (!has_word(&options->sweep_values, value))
			add_word(&options->sweep_values, "sweep", value);
	return options->sweep_values.count > 0 || bad_sweep(word, "no value");
}
