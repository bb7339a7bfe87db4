/* SPDX-License-Identifier: MIT */
/* Comparing results: what counts as the same, and what diff, table, merge and sweep say. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "runner/columns.h"
#include "runner/observation.h"
#include "suites/claim.h"
#include "suites/self_hostile.h"
#include "suites/self_runner.h"

CHAPTER("Self-test: comparing results");

static bool same(const char *a, const char *b)
{
	json_t *first = json_loads(a, JSON_DECODE_ANY, NULL);
	json_t *second = json_loads(b, JSON_DECODE_ANY, NULL);
	bool equal = observation_item_equals(first, second);

	json_decref(first);
	json_decref(second);
	return equal;
}

CLAIM("self.compare.items", HOLDS, "times may differ by an eighth, words and whole numbers must not",
      "runner/observation.h", PURE)
{
	static const struct {
		const char *a, *b;
		bool same;
	} table[] = {
		{"\"client gone\"", "\"client gone\"", true},
		{"\"client gone\"", "\"client ESTAB\"", false},
		{"\"lasted 2.01 s\"", "\"lasted 2.30 s\"", true},
		{"\"lasted 2.01 s\"", "\"lasted 3.01 s\"", false},
		{"\"lasted 60.1 s\"", "\"lasted 64.4 s\"", true},
		{"\"3 SYNs, 7.00 s\"", "\"3 SYNs, 7.20 s\"", true},
		{"\"3 SYNs, 7.00 s\"", "\"4 SYNs, 7.00 s\"", false},
		{"\"(expected 60 s)\"", "\"(expected 61 s)\"", false},
		{"\"ack 1\"", "\"ack 2\"", false},
		{"\"a b\"", "\"a b c\"", false},
		{"{\"after\": 60.0, \"text\": \"x\"}", "{\"after\": 61.0, \"text\": \"x\"}", true},
		{"{\"after\": 60.0, \"text\": \"x\"}", "{\"after\": 90.0, \"text\": \"x\"}", false},
		{"{\"after\": 0.2, \"text\": \"x\"}", "\"x\"", true},
		{"{\"after\": 1.0, \"text\": \"x\"}", "\"x\"", false},
		{"\"10.1.73.45 is up\"", "\"10.1.73.46 is up\"", false},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ASSERT_THAT(same(table[i].a, table[i].b) == table[i].same, "%s and %s: expected %d",
			    table[i].a, table[i].b, table[i].same);
}

static void expect_lines(const char *events, const char *link, const char *expected)
{
	json_t *parsed = json_loads(events, 0, NULL), *lines = observation_make(parsed, link);
	char *seen = json_dumps(lines, JSON_COMPACT);
	bool right = parsed && seen && strcmp(seen, expected) == 0;

	ASSERT_THAT(right, "expected %s, seen %s", expected, seen ? seen : "nothing");
	free(seen);
	json_decref(lines);
	json_decref(parsed);
}

#define SEGMENT(at, number, from, text)                                                            \
	"{\"event\":\"segment\",\"at\":" at ",\"number\":" number ",\"from\":\"" from              \
	"\",\"text\":\"" text "\"}"
#define FATE(number, client, server)                                                               \
	"{\"event\":\"fate\",\"number\":" number ",\"fate\":\"delivered\",\"client\":\"" client    \
	"\",\"server\":\"" server "\"}"
#define CALL(at, text) "{\"event\":\"call\",\"at\":" at ",\"who\":\"client\",\"text\":\"" text "\"}"
#define STATE(at, state)                                                                           \
	"{\"event\":\"state\",\"at\":" at ",\"of\":\"client\",\"state\":\"" state "\"}"

CLAIM("self.compare.chance", HOLDS,
      "time stamps, windows, and when a state was asked for make no difference",
      "runner/observation.h", PURE)
{
	static const char expected[] =
		"[\"client: close() = 0\",\"client > server: Flags [F.], seq 1, ack 1, length 0\","
		"\"  client FIN-WAIT-1\",\"  server CLOSE-WAIT\"]";
	char events[1024];

	snprintf(events, sizeof(events), "[%s,%s,%s,%s]", CALL("0.1", "close() = 0"),
		 SEGMENT("0.1", "1", "client",
			 "Flags [F.], seq 1, ack 1, win 502, options [nop,nop,TS val 5 ecr 6], "
			 "length 0"),
		 STATE("0.1", "FIN-WAIT-1"), FATE("1", "FIN-WAIT-1", "CLOSE-WAIT"));
	expect_lines(events, "wire", expected);
	snprintf(
		events, sizeof(events), "[%s,%s,%s,%s]", CALL("0.1", "close() = 0"),
		STATE("0.1", "FIN-WAIT-1"),
		SEGMENT("0.12", "1", "client",
			"Flags [F.], seq 1, ack 1, win 9, options [nop,nop,TS val 7 ecr 8], length "
			"0"),
		FATE("1", "FIN-WAIT-1", "CLOSE-WAIT"));
	expect_lines(events, "wire", expected);
}

CLAIM("self.compare.told", HOLDS, "a zero window, a lost segment and a long wait are told",
      "runner/observation.h", PURE)
{
	/* clang-format off */
	expect_lines("[" CALL("0", "connect() = 0") ","
		     SEGMENT("1.5", "1", "server", "Flags [.], ack 1, win 0, length 0") ","
		     "{\"event\":\"fate\",\"number\":1,\"fate\":\"dropped\"},"
		     STATE("61.5", "gone") "," CALL("61.5", "close() = 0") "]", "wire",
		     "[\"client: connect() = 0\",{\"after\":1.5,\"text\":\"server > client: Flags [.], ack 1, win 0, length 0\"},"
		"\"  dropped on the wire\",{\"after\":60.0,\"text\":\"  client gone\"},"
		"\"client: close() = 0\"]");
	/* clang-format on */
}

/* A run of the claim that follows a sysctl, kept as `name`. */
static void given_result(const char *name, const char *sysctl)
{
	RUN_SELF("--family", "ipv4", "--sysctl", sysctl, "misbehave.follows", "misbehave.passes");
	self_expect_end(0, "");
	ASSERT_OK(rename("report.json", name));
}

static void expect_output(const char *text)
{
	ASSERT_THAT(strstr(self_ran.out, text), "expected \"%s\", seen:\n%s", text, self_ran.out);
}

CLAIM("self.compare.diff", HOLDS,
      "two runs that did the same are the same; else the difference is shown with its reason",
      "runner/diff.h", PURE)
{
	given_own_tmp();
	given_result("a.json", "net.ipv4.tcp_fin_timeout=60");
	given_result("again.json", "net.ipv4.tcp_fin_timeout=60");
	given_result("b.json", "net.ipv4.tcp_fin_timeout=7");

	RUN_COMMAND("diff", "a.json", "again.json");
	self_expect_end(0, "");
	expect_output("2 the same, 0 differ");

	RUN_COMMAND("diff", "a.json", "b.json");
	self_expect_end(1, "");
	expect_output("1 the same, 1 differ\n");
	expect_output("misbehave.follows  ipv4/wire");
	expect_output("because: net.ipv4.tcp_fin_timeout is 60 in A, 7 in B");
	expect_output("> server > client: Flags [P.]");

	RUN_COMMAND("diff", "--unexplained", "a.json", "b.json");
	self_expect_end(0, "");
	RUN_COMMAND("diff", "--quiet", "a.json", "b.json");
	self_expect_end(1, "");
	ASSERT_THAT(!*self_ran.out, "--quiet said: %s", self_ran.out);
}

/* A run of two claims that connect, on the wire. */
static void given_connections(const char *name, const char *sysctl)
{
	RUN_SELF("--family", "ipv4", "--link", "wire", "--sysctl", sysctl,
		 "misbehave.passes-with-hosts", "misbehave.follows");
	self_expect_end(0, "");
	ASSERT_OK(rename("report.json", name));
}

static void expect_syns(size_t count)
{
	size_t seen = self_occurrences(self_ran.out, "Flags [S], seq 0, options [mss          |");

	ASSERT_THAT(seen == count, "expected %zu changed SYNs, seen %zu:\n%s", count, seen,
		    self_ran.out);
}

CLAIM("self.compare.repeated", HOLDS, "what changed in many claims is shown once, unless all is asked for",
      "runner/columns.h", PURE)
{
	static const char title[] = "The same changes, and no others";

	given_own_tmp();
	given_connections("with.json", "net.ipv4.tcp_timestamps=1");
	given_connections("without.json", "net.ipv4.tcp_timestamps=0");

	RUN_COMMAND("diff", "with.json", "without.json");
	self_expect_end(1, "");
	expect_output("0 the same, 2 differ");
	expect_output(title);
	expect_output("    misbehave.follows  ipv4/wire\n");
	expect_syns(1);

	RUN_COMMAND("diff", "--verbose", "with.json", "without.json");
	self_expect_end(1, "");
	ASSERT_THAT(!strstr(self_ran.out, title), "some are only named:\n%s", self_ran.out);
	expect_syns(2);
}

static json_t *lines_of(const char *text)
{
	json_t *lines = json_array();
	size_t length;

	for (; *text; text += length + (text[length] == '/')) {
		length = strcspn(text, "/");
		json_array_append_new(lines, json_stringn(text, length));
	}
	return lines;
}

CLAIM("self.compare.news", HOLDS, "a change that has another number is another one", "runner/columns.h",
      PURE)
{
	static const struct {
		const char *a, *b; /* lines, between slashes */
		bool news;
	} changes[] = {
		{"ack 1, mss 1460,TS", "ack 1, mss 1460", true},
		{"ack 27, mss 65495,TS", "ack 27, mss 65495", false}, /* the same on another link */
		{"ack 1, mss 1460,TS", "ack 2, mss 1460,TS", true},
		{"ack 1, mss 1460,TS", "ack 12, mss 1460,TS", true},
		{"ack 11, mss 1460,TS", "ack 12, mss 1460,TS", true},
		{"ack 1, mss 1460,TS", "ack 2, mss 1440,TS", true},
		{"client gone", "client gone", false},
		{"client gone", "client gone/RST", true},
		{"client gone", "client gone/RST/RST", true}, /* one more */
		{"client gone", "client gone/RST", false},
		{"client gone/RST/RST", "client gone", true}, /* the other way round */
	};
	json_t *told = json_object();
	FILE *out = fopen("/dev/null", "we");
	const struct report_style style = {.width = 80};
	const struct page page = {&style, out};

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		json_t *a = lines_of(changes[i].a), *b = lines_of(changes[i].b);
		struct column left = {"A", a}, right = {"B", b};
		bool news = columns_have_news(&left, &right, told), again;

		columns_print(&page, &left, &right, told);
		again = columns_have_news(&left, &right, told);
		json_decref(a);
		json_decref(b);
		ASSERT_THAT(news == changes[i].news && !again, "\"%s\" and \"%s\"", changes[i].a,
			    changes[i].b);
	}
	json_decref(told);
	fclose(out);
}

CLAIM("self.compare.twice", HOLDS, "what comes twice in one claim is shown twice", "runner/columns.h", PURE)
{
	json_t *a = lines_of("1/2/3/4/5/6/7/8/9"), *b = lines_of("1/RST/2/3/4/5/6/7/8/RST/9");
	struct column left = {"A", a}, right = {"B", b};
	json_t *told = json_object();
	char text[4096] = "", *at = text;
	FILE *out = fmemopen(text, sizeof(text), "w");
	const struct report_style style = {.width = 80};
	unsigned count = 0;

	columns_print(&(struct page){&style, out}, &left, &right, told);
	fclose(out);
	json_decref(a);
	json_decref(b);
	json_decref(told);
	for (; (at = strstr(at, "RST")); at++)
		count++;
	ASSERT_THAT(count == 2, "%u of 2 are shown:\n%s", count, text);
	ASSERT_THAT(!strstr(text, "   5"), "what is equal is shown:\n%s", text);
}

/* Change a member of the first result of a store. */
static void change(const char *from, const char *to, const char *key, json_t *value)
{
	char text[1 << 16] = "";
	FILE *file = fopen(from, "re");
	json_t *root, *first;

	ASSERT_THAT(file && fread(text, 1, sizeof(text) - 1, file) > 0, "cannot read %s", from);
	fclose(file);
	root = self_read_lines(text);
	first = json_array_get(json_object_get(root, "instances"), 0);
	json_object_set_new(first, key, value);
	ASSERT_THAT(json_dump_file(root, to, 0) == 0, "cannot write %s", to);
	json_decref(root);
}

CLAIM("self.compare.unexplained", HOLDS,
      "another outcome is never explained, and what has vanished is missed", "runner/diff.h", PURE)
{
	given_own_tmp();
	given_result("a.json", "net.ipv4.tcp_fin_timeout=60");
	given_result("b.json", "net.ipv4.tcp_fin_timeout=7");

	change("b.json", "failed.json", "outcome", json_string("fail"));
	RUN_COMMAND("diff", "--unexplained", "a.json", "failed.json");
	self_expect_end(1, "");

	change("b.json", "renamed.json", "name", json_string("other"));
	RUN_COMMAND("diff", "--unexplained", "a.json", "renamed.json");
	self_expect_end(1, "");
	expect_output("Only in A:");
}

static void given_file(const char *name, const char *content)
{
	FILE *file = fopen(name, "we");

	ASSERT_THAT(file && fputs(content, file) >= 0 && fclose(file) == 0, "cannot write %s",
		    name);
}

#define HEAD   "{\"version\": 4, \"facts\": {}, \"counts\": {\"pass\": 2}}\n"
#define RESULT "{\"id\": \"a\", \"name\": \"a\", \"outcome\": \"pass\"}\n"
#define OTHER  "{\"id\": \"b\", \"name\": \"b\", \"outcome\": \"pass\"}\n"
#define EVENTS "{\"events\":[],\"of\":\"a\"}\n"

CLAIM("self.compare.damaged-lines", HOLDS,
      "of a damaged store the rest is read; what is missing is said, and the status is 2",
      "runner/store_file.c", PURE)
{
	static const struct {
		const char *content, *message;
	} files[] = {
		{HEAD RESULT, "only 1 of 2 results can be read"},
		{HEAD RESULT OTHER "{\"id\": \"c\",", "line 4: "},
		{HEAD "oops\n" EVENTS RESULT OTHER, "line 2: "},
		{HEAD RESULT OTHER "[]\n", "this is no object"},
		{HEAD RESULT OTHER "{\"id\": \"c\"}\n", "line 4: the result has no valid"},
		{HEAD RESULT OTHER RESULT, "there twice"},
		{HEAD EVENTS RESULT OTHER, "line 2: it belongs to no result"},
		{HEAD RESULT "{\"observation\":[}\n" OTHER, "line 3: "},
	};

	given_own_tmp();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		given_file("bad.json", files[i].content);
		RUN_COMMAND("merge", "bad.json");
		self_expect_end(2, files[i].message);
		expect_output("\"name\":\"a\"");
	}
	given_file("good.json", HEAD RESULT EVENTS OTHER);
	RUN_COMMAND("merge", "good.json");
	self_expect_end(0, "");
}

CLAIM("self.compare.damaged", HOLDS, "what is no result is said to be none, with status 2",
      "runner/store.c", PURE)
{
	static const struct {
		const char *content, *message;
	} files[] = {
		{"", "line 1"},
		{"{\"version\": 2,\n oops", "line 2"},
		{"[]", "no result of wirestate"},
		{"{}", "no result of wirestate"},
		{"{\"version\": 99}", "take a newer one"},
		{"{\"version\": 2}", "is missing"},
		{"{\"version\": 2, \"facts\": {}, \"instances\": [{}]}", "instance 1 has no valid"},
		{"{\"version\": 2, \"facts\": {}, \"instances\": [{\"id\": \"a\", \"name\": \"a\", "
		 "\"outcome\": \"happy\"}]}",
		 "instance 1 has no valid"},
		{"{\"version\": 2, \"facts\": {}, \"instances\": [{\"id\": \"a\", \"name\": \"a\", "
		 "\"outcome\": \"pass\"}, {\"id\": \"a\", \"name\": \"a\", \"outcome\": "
		 "\"pass\"}]}",
		 "twice"},
	};

	given_own_tmp();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		given_file("bad.json", files[i].content);
		RUN_COMMAND("diff", "bad.json", "bad.json");
		self_expect_end(2, files[i].message);
	}
	RUN_COMMAND("diff", "9.99", "9.98");
	self_expect_end(2, "no such kernel");
	RUN_COMMAND("diff", "one.json");
	self_expect_end(2, "compares two");
}

CLAIM("self.compare.merge", HOLDS, "the parts of a run make the whole again, each once",
      "runner/command_merge.c", PURE)
{
	given_own_tmp();
	RUN_SELF("misbehave.order-*", "misbehave.passes");
	ASSERT_OK(rename("report.json", "whole.json"));
	RUN_SELF("--shard", "1/2", "misbehave.order-*", "misbehave.passes");
	ASSERT_OK(rename("report.json", "1.json"));
	RUN_SELF("--shard", "2/2", "misbehave.order-*", "misbehave.passes");
	ASSERT_OK(rename("report.json", "2.json"));

	RUN_COMMAND("merge", "--output", "merged.json", "2.json", "1.json");
	self_expect_end(0, "");
	RUN_COMMAND("diff", "whole.json", "merged.json");
	self_expect_end(0, "");
	RUN_COMMAND("diff", "whole.json", "1.json");
	self_expect_end(1, "");
	RUN_COMMAND("merge", "--observations", "--output", "baseline.json", "merged.json");
	RUN_COMMAND("diff", "whole.json", "baseline.json");
	self_expect_end(0, "");

	RUN_COMMAND("merge", "--output", "twice.json", "1.json", "merged.json");
	self_expect_end(2, "is in 1.json and in merged.json");
	ASSERT_THAT(access("twice.json", F_OK) < 0, "it was written all the same");
	RUN_SELF("--shard", "3/2", "misbehave.passes");
	self_expect_end(2, "--shard takes");
}

CLAIM("self.compare.table", HOLDS, "a kernel that behaves in another way has another letter",
      "runner/command_table.c", PURE)
{
	given_own_tmp();
	given_result("a.json", "net.ipv4.tcp_fin_timeout=60");
	given_result("b.json", "net.ipv4.tcp_fin_timeout=7");

	setenv("LC_ALL", "C", 1);
	RUN_COMMAND("table", "a.json", "b.json", "a.json");
	self_expect_end(0, "");
	expect_output("misbehave.follows  ok        ok b      ok");
	expect_output("misbehave.passes   ok        ok        ok");
}

CLAIM("self.compare.sweep", HOLDS,
      "a sweep runs what follows the sysctl with each value, and says where documentation is wrong",
      "runner/sweep.c", PURE)
{
	given_own_tmp();

	RUN_COMMAND("sweep", "--family", "ipv4", "net.ipv4.tcp_fin_timeout=5,7,5");
	self_expect_end(0, "");
	expect_output("    5      5 s         5 s       5.25 s    ipv4/wire \n");
	expect_output(
		"    7      7 s         8 s       7.25 s    ipv4/wire  the documentation is wrong");
	expect_output("2 passed");

	RUN_COMMAND("sweep", "net.ipv4.tcp_no_such=1");
	self_expect_end(2, "no such sysctl");
	RUN_COMMAND("sweep", "net.ipv4.tcp_mem=1");
	self_expect_end(2, "one value for the whole machine");
	RUN_COMMAND("sweep", "kernel.hostname=1");
	self_expect_end(2, "only sysctls of a network namespace");
	RUN_COMMAND("sweep", "net.ipv4.tcp_fin_timeout=nonsense");
	self_expect_end(2, "does not take that value");
	RUN_COMMAND("sweep", "net.ipv4.tcp_available_congestion_control=reno");
	self_expect_end(2, "tcp_available_congestion_control");
	RUN_COMMAND("sweep", "net.ipv4.tcp_sack=0");
	self_expect_end(2, "no claim follows net.ipv4.tcp_sack");
	RUN_COMMAND("sweep", "misbehave.passes");
	self_expect_end(2, "which sysctl");
}
