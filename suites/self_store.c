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
	expect_output("| <code>6.9.1</code> | 0 | 1 | 0 | 0 |\n| <code>6.9.1</code> |");
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
