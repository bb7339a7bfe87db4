/* SPDX-License-Identifier: MIT */
/* What is written can be read again, of this version and of older ones; and what `report` makes of it. */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "asserts/assert.h"
#include "suites/claim.h"
#include "suites/self_runner.h"

CHAPTER("Self-test: stores and what is reported of them");

/* A file's content, "" when it cannot be read. To be freed. */
static char *content(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (file && getdelim(&text, &size, '\0', file) < 0)
		text[0] = '\0';
	if (file)
		fclose(file);
	return text ? text : strdup("");
}

static void expect_in_file(const char *path, const char *text)
{
	char *all = content(path);
	bool there = strstr(all, text);

	free(all);
	ASSERT_THAT(there, "%s does not have %s", path, text);
}

static void expect_output(const char *text)
{
	ASSERT_THAT(strstr(self_ran.out, text), "'%s' is not in the output:\n%s", text,
		    self_ran.out);
}

static void given_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	ASSERT_THAT(file && fputs(text, file) >= 0 && fclose(file) == 0, "cannot write %s", path);
}

CLAIM("self.store.again", HOLDS, "a store that is read and written again is the same to the byte",
      "runner/json.c; runner/store.c", PURE)
{
	char *first, *second;
	bool same;

	given_own_tmp();
	RUN_SELF("misbehave.passes", "misbehave.fails", "misbehave.skips", "misbehave.follows");
	RUN_COMMAND("report", "report.json", "--json", "again.json");
	self_expect_end(0, "");
	first = content("report.json");
	second = content("again.json");
	same = *first && strcmp(first, second) == 0;
	free(first);
	free(second);
	CU_ASSERT_TRUE_FATAL(same);
}

CLAIM("self.store.numbers", HOLDS, "what a run counted and measured is read again",
      "runner/store_run.c", PURE)
{
	static const char head[] =
		"{\"version\":4,\"started\":1767225600.5,\"seconds\":7.25,\"interrupted\":true,"
		"\"stalled\":3,\"facts\":{\"kernel\":\"6.9.1-x\"},\"counts\":{\"pass\":1},"
		"\"claims\":{\"a.b\":{\"sentence\":\"it is so\",\"verdict\":\"refuted\"}}}\n";
	static const char result[] =
		"{\"id\":\"a.b\",\"name\":\"a.b/ipv4/wire/"
		"5\",\"family\":\"ipv4\",\"link\":\"wire\","
		"\"sysctl\":\"net.ipv4.tcp_fin_timeout\",\"value\":\"5\",\"outcome\":\"pass\","
		"\"order\":6,"
		"\"seconds\":1.5,\"cpu\":0.25,\"checks\":9,\"runs\":4,\"bad_runs\":0,\"evidence\":"
		"\"C:F.\","
		"\"pcap\":\"a.pcapng\",\"measured\":{\"what\":\"it lasted\",\"seen\":\"5.1 s\"}}\n";
	char text[2048];

	given_own_tmp();
	snprintf(text, sizeof(text), "%s%s", head, result);
	given_file("in.json", text);
	RUN_COMMAND("report", "in.json", "--json", "out.json");
	self_expect_end(0, "");
	expect_in_file("out.json", "\"started\":1767225600.5,\"seconds\":7.25,\"interrupted\":true,"
				   "\"stalled\":3,");
	expect_in_file("out.json",
		       "\"order\":6,\"seconds\":1.5,\"cpu\":0.25,\"checks\":9,\"runs\":4,"
		       "\"bad_runs\":0,\"evidence\":\"C:F.\",\"pcap\":\"a.pcapng\"");
	RUN_COMMAND("report", "in.json");
	expect_output("it lasted 5.1 s");
	expect_output("interrupted");
	RUN_COMMAND("report", "in.json", "--markdown", "-");
	expect_output("1 of 1 done, as expected, on Linux 6.9.1-x");
	expect_output("1 claim: 1 refuted.");
}

/* A claim of a kernel: what it saw, and what became of it. */
#define KERNEL(release, outcome, seen)                                                             \
	"{\"version\":4,\"facts\":{\"release\":\"" release "\"},\"counts\":{},\"claims\":{}}\n"    \
	"{\"id\":\"a.b\",\"name\":\"a.b/ipv4/wire\",\"link\":\"wire\",\"outcome\":\"" outcome      \
	"\"}\n"                                                                                    \
	"{\"observation\":[\"" seen "\"],\"of\":\"a.b/ipv4/wire\"}\n"                              \
	"{\"id\":\"a.c\",\"name\":\"a.c\",\"outcome\":\"pass\"}\n"

CLAIM("self.store.kernels", HOLDS,
      "kernels that pass in another way have a letter, those that fail do not hide, twins are told apart",
      "runner/matrix.c", PURE)
{
	given_own_tmp();
	given_file("one", KERNEL("6.1.1", "pass", "client gone"));
	given_file("two", KERNEL("6.2.2", "pass", "client ESTAB"));
	given_file("three", KERNEL("6.3.3", "fail", "client gone"));
	RUN_COMMAND("report", "one", "two", "one", "three", "--markdown", "-", "--html", "page");
	self_expect_end(0, "");
	expect_output("1 of 8 failed on 4 kernels, Linux 6.1.1 to 6.3.3");
	expect_output("1 of 2 claims do the same on all of them.");
	expect_output("| <code>a.b</code> | \xe2\x9c\x93 | \xe2\x9c\x93 b | \xe2\x9c\x93 | "
		      "**\xe2\x9c\x97 differs** |");
	expect_in_file("page", "<td class=\"pass other\">\xe2\x9c\x93 b</td>");
	expect_in_file("page", "<span class=\"kernel\">6.1.1, 6.1.1-2</span>");
	expect_in_file("page", "<span class=\"kernel\">6.2.2</span>");
	expect_in_file("page", "<section id=\"failed\">");
	RUN_COMMAND("table", "one", "two", "three");
	self_expect_end(0, "");
	expect_output("a.b  \xe2\x9c\x93         \xe2\x9c\x93 b       \xe2\x9c\x97 differs");
}

CLAIM("self.store.scattered", HOLDS, "results of a claim that do not follow each other are one claim",
      "runner/store_run.c", PURE)
{
	given_own_tmp();
	given_file("in", "{\"version\":4,\"facts\":{},\"counts\":{},\"claims\":{}}\n"
			 "{\"id\":\"a.b\",\"name\":\"a.b/1\",\"outcome\":\"fail\"}\n"
			 "{\"id\":\"a.c\",\"name\":\"a.c/1\",\"outcome\":\"pass\"}\n"
			 "{\"id\":\"a.b\",\"name\":\"a.b/2\",\"outcome\":\"pass\"}\n");
	RUN_COMMAND("table", "in");
	self_expect_end(0, "");
	expect_output("a.b  \xe2\x9c\x97 differs\na.c  ");
	RUN_COMMAND("report", "in", "--markdown", "-");
	expect_output("2 claims: 1 holds, 1 differ.");
}

CLAIM("self.store.cut", HOLDS, "a line that was cut, or is another result's, is said, not told as its own",
      "runner/store_file.c", PURE)
{
	given_own_tmp();
	given_file("in", KERNEL("6.1.1", "pass", "client gone") "{\"events\":[],\"of\":\"a.b\"}\n");
	RUN_COMMAND("report", "in", "--json", "out");
	self_expect_end(2, "line 5: it is cut, or does not belong to the result before it");
	given_file("in", KERNEL("6.1.1", "pass", "client gone") "{\"events\":[{\"event\":");
	RUN_COMMAND("report", "in", "--json", "out");
	self_expect_end(2, "line 5: it is cut");
}

CLAIM("self.store.baseline", HOLDS,
      "what a baseline does not say of a claim that is known is said all the same",
      "runner/store_run.c", PURE)
{
	given_own_tmp();
	RUN_SELF("misbehave.passes");
	RUN_COMMAND("merge", "--observations", "--output", "baseline.json", "report.json");
	self_expect_end(0, "");
	RUN_COMMAND("report", "baseline.json", "--junit", "-");
	self_expect_end(0, "");
	expect_output("claim: it does not misbehave at all\n");
	expect_output("<testsuite name=\"Claims that misbehave on purpose\"");
}

/* As version 3 wrote it, in short. */
static const char version_3[] =
	"{\"version\":3,\"started\":1.5,\"seconds\":2.5,\"facts\":{\"release\":\"6.9.1\"},"
	"\"counts\":{\"fail\":1}}\n"
	"{\"id\":\"old.claim\",\"name\":\"old.claim/ipv4/"
	"wire\",\"chapter\":\"Old\",\"sentence\":\"it was "
	"so\",\"but\":null,\"source\":\"RFC "
	"793\",\"verdict\":\"extends\",\"file\":\"old.c\",\"line\":7,"
	"\"family\":\"ipv4\",\"link\":\"wire\",\"outcome\":\"fail\",\"reason\":\"it is not\"}\n"
	"{\"observation\":[\"client: close() = 0\"],\"transcript\":\"the whole "
	"story\",\"of\":\"old.claim/ipv4/wire\"}\n"
	"{\"events\":[{\"event\":\"call\",\"at\":0.5,\"who\":\"client\",\"text\":\"close() = "
	"0\"}],\"of\":\"old.claim/ipv4/wire\"}\n";

CLAIM("self.store.version-3", HOLDS, "a store of version 3 is read, and becomes one of this version",
      "runner/STORE.md", PURE)
{
	given_own_tmp();
	given_file("old.json", version_3);

	for (int round = 0; round < 2; round++) {
		RUN_COMMAND("report", round ? "new.json" : "old.json", "--junit", "-");
		self_expect_end(0, "");
		expect_output("claim: it was so\nsource: RFC 793\nverdict: extends\n");
		expect_output("the whole story</system-out>");
		expect_output("it is not\n\nold.c:7</failure>");
		RUN_COMMAND("show", "--from", round ? "new.json" : "old.json", "old.claim");
		self_expect_end(1, "");
		expect_output(" close() = 0 ");
		RUN_COMMAND("report", "old.json", "--json", "new.json");
		self_expect_end(0, "");
	}
	expect_in_file("new.json", "{\"version\":4,");
	expect_in_file("new.json", "\n{\"transcript\":\"the whole story\",\"of\":");
}

CLAIM("self.store.report", HOLDS, "every report can be made of a store, and says the same",
      "runner/command_report.c", PURE)
{
	given_own_tmp();
	RUN_SELF("misbehave.passes", "misbehave.fails", "--junit", "a.xml", "--ktap", "a.ktap",
		 "--markdown", "a.md", "--html", "a.html");
	RUN_COMMAND("report", "report.json", "--junit", "b.xml", "--ktap", "b.ktap", "--markdown",
		    "b.md", "--html", "b.html");
	self_expect_end(0, "");
	for (size_t i = 0; i < 4; i++) {
		static const char *const pairs[][2] = {{"a.xml", "b.xml"},
						       {"a.ktap", "b.ktap"},
						       {"a.md", "b.md"},
						       {"a.html", "b.html"}};
		char *live = content(pairs[i][0]), *stored = content(pairs[i][1]);
		bool same = *live && strcmp(live, stored) == 0;

		free(live);
		free(stored);
		ASSERT_THAT(same, "%s and %s differ", pairs[i][0], pairs[i][1]);
	}
	RUN_COMMAND("report", "report.json");
	self_expect_end(0, "");
	expect_output("1 passed, 1 failed");
}

CLAIM("self.store.report-several", HOLDS,
      "of several results each gets a file of its own, and names that no other has",
      "runner/formats.c", PURE)
{
	given_own_tmp();
	given_file("old.json", version_3);
	RUN_COMMAND("report", "old.json", "old.json", "--junit", "out.dir.xml", "--ktap", "ktap",
		    "--markdown", "-");
	self_expect_end(0, "");
	expect_output("| <code>6.9.1</code> | 0 | 1 | 0 | 0 | 0 |\n| <code>6.9.1-2</code> |");
	expect_in_file("out.dir-6.9.1.xml", "classname=\"linux-6_9_1.wirestate.old\"");
	expect_in_file("out.dir-6.9.1-2.xml", "classname=\"linux-6_9_1-2.wirestate.old\"");
	expect_in_file("ktap-6.9.1", "not ok 1 old.claim_ipv4_wire");
	RUN_COMMAND("report", "old.json", "old.json", "--ktap", "-");
	self_expect_end(2, "each kernel gets its own");
}

CLAIM("self.store.report-mistakes", HOLDS, "a mistake is told with status 2, and nothing is written",
      "runner/command_report.c; runner/options.c", PURE)
{
	given_own_tmp();
	RUN_COMMAND("report", "--html", "x.html");
	self_expect_end(2, "report what?");
	RUN_COMMAND("report", "--html", "x.html", "nothing.json");
	self_expect_end(2, "no such file");
	given_file("old.json", version_3);
	RUN_COMMAND("report", "--html", "-", "--ktap", "-", "old.json");
	self_expect_end(2, "only one report can go to standard output");
	RUN_COMMAND("report", "--html", "", "old.json");
	self_expect_end(2, "--html needs a value");
	RUN_COMMAND("report", "--html", "no/such/directory/x.html", "old.json");
	self_expect_end(2, "cannot write no/such/directory/x.html: No such file");
	ASSERT_THAT(access("x.html", F_OK) < 0, "x.html was written");
}

CLAIM("self.store.captures", HOLDS, "captures can be made of a store that was run without them",
      "runner/capture.c", PURE)
{
	given_own_tmp();
	RUN_SELF("misbehave.fails-with-hosts", "--family", "ipv4");
	RUN_COMMAND("report", "report.json", "--keep", "kept");
	self_expect_end(0, "");
	ASSERT_THAT(access("kept/misbehave.fails-with-hosts_ipv4_wire.pcapng", R_OK) == 0,
		    "there is no capture");
}
