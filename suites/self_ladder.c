/* SPDX-License-Identifier: MIT */
/* Can a story be told, and drawn, whatever the events are? */
#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>
#include "fixtures/fixtures.h"
#include "runner/ladder.h"
#include "runner/text.h"
#include "suites/claim.h"
#include "suites/self.h"
#include "suites/self_runner.h"

#define SEGMENT(number_, at_, from_, text_)                                                        \
	"{\"event\":\"segment\",\"number\":" number_ ",\"at\":" at_ ",\"from\":\"" from_           \
	"\",\"text\":\"" text_ "\",\"bytes\":\"4500fe\",\"length\":60},"
#define CALL(at_, who_, text_)                                                                     \
	"{\"event\":\"call\",\"at\":" at_ ",\"who\":\"" who_ "\",\"text\":\"" text_ "\"},"
#define STATE(at_, of_, state_)                                                                    \
	"{\"event\":\"state\",\"at\":" at_ ",\"of\":\"" of_ "\",\"state\":\"" state_ "\"},"
#define FATE(number_, fate_, client_, server_)                                                     \
	"{\"event\":\"fate\",\"number\":" number_ ",\"fate\":\"" fate_ "\",\"client\":\"" client_  \
	"\",\"server\":\"" server_ "\"},"
#define END "{\"event\":\"done\"}]"

CHAPTER("Self-test: ladders");

static struct story *story;
static char *drawn;
static size_t drawn_size;

static void given_story(const char *text)
{
	json_error_t error;
	json_t *events = json_loads(text, 0, &error);

	ASSERT_THAT(events, "%s at %d", error.text, error.position);
	story_free(story);
	story = story_make(events);
	json_decref(events);
	ASSERT_THAT(story, "out of memory");
}

static void draw(struct report_style style)
{
	const struct page page = {&style, NULL};
	struct page to = page;

	free(drawn);
	to.out = open_memstream(&drawn, &drawn_size);
	ladder_print(&to, story);
	fclose(to.out);
}

static void expect_drawn(const char *expected)
{
	ASSERT_THAT(strcmp(drawn, expected) == 0, "expected\n%s\nseen\n%s", expected, drawn);
}

static void expect_no_line_beyond(int width)
{
	for (const char *line = drawn; *line;) {
		size_t length = strcspn(line, "\n");

		ASSERT_THAT(text_print(line, length, NULL) <= width,
			    "%d columns are too few for\n%.*s", width, (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static const char connects[] = "[" SEGMENT("1", "0.0002", "client",
					   "Flags [S], seq 0, win 9, options [mss 1460], length 0")
	STATE("0.0003", "client", "SYN-SENT") SEGMENT("2", "0.0004", "server",
						      "Flags [S.], seq 0, ack 1, length 0")
		FATE("1", "delivered", "SYN-SENT", "SYN-RECV")
			FATE("2", "dropped", "SYN-SENT",
			     "SYN-RECV") "{\"event\":\"call\",\"at\":1.5,\"began\":0.0001,\"who\":"
					 "\"client\",\"what\":\"connect()\",\"text\":\"connect() = "
					 "-1 EAGAIN\"}," END;

CLAIM("self.ladder.drawn", HOLDS, "calls, segments, states and pauses are drawn where they belong",
      "runner/ladder.c", PURE)
{
	given_story(connects);

	draw((struct report_style){.width = 72});

	expect_drawn("                    client                                server\n"
		     "    0.10 ms            | connect() ...                      |\n"
		     "    0.20 ms   SYN-SENT +-[S] seq 0, options [mss 1460]----->| SYN-RECV\n"
		     "    0.40 ms            |    x-------------[S.] seq 0, ack 1-+\n"
		     "                       :            1.5 s later             :\n"
		     " 1500.00 ms            | connect() = -1 EAGAIN              |\n");
}

CLAIM("self.ladder.overtaken", HOLDS,
      "a segment that waits while a call is made leaves at one place and arrives at another",
      "runner/story.c", PURE)
{
	given_story("[" SEGMENT("1", "0.001", "client", "Flags [F.], seq 1, ack 1, length 0")
			    CALL("0.002", "server", "close() = 0") SEGMENT(
				    "2", "0.003", "server", "Flags [F.], seq 1, ack 1, length 0")
				    FATE("1", "delivered", "FIN-WAIT-1", "CLOSING")
					    FATE("2", "delivered", "CLOSING", "CLOSING") END);

	CU_ASSERT_EQUAL_FATAL(story->count, 5);
	CU_ASSERT_EQUAL_FATAL(story->items[0].kind, STORY_SEGMENT);
	CU_ASSERT_EQUAL_FATAL(story->items[0].fate, STORY_HELD);
	CU_ASSERT_EQUAL_FATAL(story->items[3].kind, STORY_ARRIVAL);
	CU_ASSERT_EQUAL_FATAL(story->items[3].number, 1);
	CU_ASSERT_TRUE_FATAL(story->items[3].changed[WS_CLIENT]);
	CU_ASSERT_EQUAL_FATAL(story->items[4].number, 2);
	CU_ASSERT_STRING_EQUAL_FATAL(story->items[4].states[WS_CLIENT], "CLOSING");
}

CLAIM("self.ladder.arrival", HOLDS,
      "what was overtaken arrives before the state and the answer that it brings",
      "runner/story.c", PURE)
{
	given_story("[" SEGMENT("1", "0.001", "client", "Flags [F.], seq 1, ack 1, length 0") CALL(
		"0.002", "server", "close() = 0") STATE("0.0025", "server", "FIN-WAIT-1")
			    SEGMENT("2", "0.004", "server", "Flags [.], ack 2, length 0") STATE(
				    "0.005", "server",
				    "CLOSING") "{\"event\":\"fate\",\"number\":1,\"at\":0.003,"
					       "\"fate\":\"delivered\",\"client\":\"FIN-WAIT-1\","
					       "\"server\":\"CLOSING\"}," END);

	CU_ASSERT_EQUAL_FATAL(story->count, 5);
	CU_ASSERT_EQUAL_FATAL(story->items[2].kind, STORY_STATE);
	CU_ASSERT_EQUAL_FATAL(story->items[3].kind, STORY_ARRIVAL);
	CU_ASSERT_EQUAL_FATAL(story->items[3].number, 1);
	CU_ASSERT_TRUE_FATAL(story->items[3].changed[WS_SERVER]);
	CU_ASSERT_STRING_EQUAL_FATAL(story->items[3].states[WS_SERVER], "CLOSING");
	CU_ASSERT_EQUAL_FATAL(story->items[4].number, 2);
}

CLAIM("self.ladder.bytes", HOLDS, "the bytes of a segment can be had again", "runner/story.c", PURE)
{
	uint8_t bytes[8] = {0};

	given_story("[" SEGMENT("1", "0", "client", "Flags [.]") END);

	CU_ASSERT_EQUAL_FATAL(story_bytes(&story->items[0], bytes, sizeof(bytes)), 3);
	CU_ASSERT_EQUAL_FATAL(bytes[2], 0xfe);
	CU_ASSERT_EQUAL_FATAL(story_bytes(&story->items[0], bytes, 2), 2);
}

CLAIM("self.ladder.hostile", HOLDS,
      "whatever the events hold, no line is too long and nothing drives the terminal",
      "runner/ladder.c", PURE)
{
	static const char *const stories[] = {
		"[]",
		"[1, null, \"call\", {}, {\"event\": 7}]",
		"[" CALL("\"x\"", "\\u001b[31m", "\\u001b]0;title\\u0007\\n") END,
		"[" FATE("1", "delivered", "A", "B") FATE("-1", "held", "", "") END,
		"[" SEGMENT("9", "1e300", "nobody", "Flags [\\u001b[2J, seq , ack ]")
			FATE("1", "lost", "a state that is much too long for its column", "\\t")
				END,
		"[" CALL("-5", "client",
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
			END,
		connects,
	};

	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		given_story(stories[i]);
		for (int width = 48; width <= 120; width += 4) {
			draw((struct report_style){.width = width, .utf8 = width % 8 == 0});
			ASSERT_THAT(!strchr(drawn, '\x1b'), "an escape gets through");
			expect_no_line_beyond(width);
		}
	}
}

CLAIM("self.ladder.show", HOLDS,
      "show draws claims that run and those of a result, and says when there are none",
      "runner/command_show.c", PURE)
{
	given_own_tmp();
	RUN_SELF("misbehave.follows");
	self_expect_end(0, "");

	RUN_COMMAND("show", "--from", "report.json", "misbehave.follows");
	self_expect_end(0, "");
	ASSERT_THAT(strstr(self_ran.out, "[S] seq 0") && strstr(self_ran.out, "SYN-RECV"),
		    "no ladder:\n%s", self_ran.out);
	ASSERT_THAT(!strstr(self_ran.out, "ipv6/wire\n"), "more than one instance:\n%s",
		    self_ran.out);

	RUN_COMMAND("show", "--from", "report.json", "*/ipv6/wire");
	self_expect_end(0, "");
	ASSERT_THAT(strstr(self_ran.out, "ipv6/wire\n"), "not the instance:\n%s", self_ran.out);

	RUN_COMMAND("merge", "--observations", "--output", "baseline.json", "report.json");
	self_expect_end(0, "");
	RUN_COMMAND("show", "--from", "baseline.json", "misbehave.follows");
	self_expect_end(0, "");
	ASSERT_THAT(strstr(self_ran.out, "nothing to draw"), "no word of it:\n%s", self_ran.out);

	RUN_COMMAND("show", "misbehave.follows");
	self_expect_end(0, "");
	ASSERT_THAT(strstr(self_ran.out, "[S] seq 0"), "no ladder:\n%s", self_ran.out);

	RUN_COMMAND("show", "misbehave.fails");
	self_expect_end(1, "");
	ASSERT_THAT(strstr(self_ran.out, "FAILS: "), "where did it fail?\n%s", self_ran.out);

	RUN_COMMAND("show", "--from", "report.json", "no.such");
	self_expect_end(2, "no result matches");
	RUN_COMMAND("show", "no.such");
	self_expect_end(2, "'no.such' with these options; see: wirestate list");
	RUN_COMMAND("show", "follows.more");
	self_expect_end(2, "with these options; did you mean misbehave.follows?");
	self_how.command = "show";
	self_run((const char *const[]){NULL});
	self_expect_end(2, "which claim?");
}
