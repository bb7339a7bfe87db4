/* SPDX-License-Identifier: MIT */
/*
 * Does each word of a pattern match what it says, and, as important, nothing else?
 */
#include "suites/claim.h"
#include "suites/self_packets.h"
#include "asserts/pattern.h"

#include <CUnit/CUnit.h>

CHAPTER("self-tests: patterns");

#define SOURCE "asserts/pattern.h"

/** What was seen is written with the words of a pattern too, CLIENT or SERVER always named. */
static struct ws_entry entry_of(ws_pattern seen)
{
	return (struct ws_entry){
		.from = (seen & CLIENT) ? WS_CLIENT : WS_SERVER,
		.fate = (seen & DROPPED) ? WS_DROPPED : WS_DELIVERED,
		.segment = {.protocol = (seen & ICMP) ? WS_ICMP : WS_TCP,
			    .quotes_tcp = seen & ICMP,
			    .flags = seen & 0xff,
			    .length = (uint32_t)(seen >> 32),
			    .seq = seen >> 16 & 0xffff},
	};
}

static bool matches(ws_pattern element, enum ws_side from, uint16_t flags, uint32_t length)
{
	struct ws_entry entry = entry_of((from == WS_CLIENT ? CLIENT : SERVER) | DATA(length));

	entry.segment.flags = flags;
	return ws_pattern_matches(element, &entry);
}

/* --- one element --- */

CLAIM("self.pattern.sender", HOLDS, "CLIENT and SERVER name the sender, neither allows both",
      SOURCE, PURE)
{
	CU_ASSERT_FATAL(matches(CLIENT | SYN, WS_CLIENT, SYN, 0));
	CU_ASSERT_FATAL(!matches(CLIENT | SYN, WS_SERVER, SYN, 0));
	CU_ASSERT_FATAL(matches(SERVER | SYN, WS_SERVER, SYN, 0));
	CU_ASSERT_FATAL(!matches(SERVER | SYN, WS_CLIENT, SYN, 0));
	CU_ASSERT_FATAL(matches(SYN, WS_CLIENT, SYN, 0));
	CU_ASSERT_FATAL(matches(SYN, WS_SERVER, SYN, 0));
}

CLAIM("self.pattern.exact-flags", HOLDS, "FIN, SYN, RST, ACK and URG must be just those named",
      SOURCE, PURE)
{
	static const uint16_t exact[] = {FIN, SYN, RST, ACK, URG};

	for (size_t i = 0; i < 5; i++) {
		for (size_t j = 0; j < 5; j++) {
			uint16_t both = exact[i] | exact[j];

			CU_ASSERT_EQUAL_FATAL(matches(exact[i], WS_CLIENT, exact[j], 0), i == j);
			CU_ASSERT_EQUAL_FATAL(matches(exact[i], WS_CLIENT, both, 0), i == j);
			CU_ASSERT_EQUAL_FATAL(matches(both, WS_CLIENT, exact[i], 0), i == j);
		}
		CU_ASSERT_FATAL(!matches(CLIENT, WS_CLIENT, exact[i], 0));
	}
	CU_ASSERT_FATAL(matches(CLIENT, WS_CLIENT, 0, 0));
}

CLAIM("self.pattern.loose-flags", HOLDS, "PSH, ECE and CWR matter only when named", SOURCE, PURE)
{
	static const uint16_t loose[] = {PSH, ECE, CWR};

	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_FATAL(matches(ACK, WS_CLIENT, ACK | loose[i], 0));
		CU_ASSERT_FATAL(matches(ACK | loose[i], WS_CLIENT, ACK | loose[i], 0));
		CU_ASSERT_FATAL(!matches(ACK | loose[i], WS_CLIENT, ACK, 0));
	}
	CU_ASSERT_FATAL(matches(SYN, WS_CLIENT, SYN | ECE | CWR | WS_AE, 0));
}

CLAIM("self.pattern.data", HOLDS, "DATA(n) is exactly n bytes, SOME_DATA at least one, else none",
      SOURCE, PURE)
{
	CU_ASSERT_FATAL(matches(ACK | DATA(5), WS_CLIENT, PSH | ACK, 5));
	CU_ASSERT_FATAL(!matches(ACK | DATA(5), WS_CLIENT, ACK, 4));
	CU_ASSERT_FATAL(!matches(ACK | DATA(5), WS_CLIENT, ACK, 6));
	CU_ASSERT_FATAL(!matches(ACK | DATA(5), WS_CLIENT, ACK, 0));
	CU_ASSERT_FATAL(!matches(ACK, WS_CLIENT, ACK, 1));
	CU_ASSERT_FATAL(matches(ACK | SOME_DATA, WS_CLIENT, ACK, 1));
	CU_ASSERT_FATAL(matches(ACK | SOME_DATA, WS_CLIENT, ACK, 65000));
	CU_ASSERT_FATAL(!matches(ACK | SOME_DATA, WS_CLIENT, ACK, 0));
	CU_ASSERT_FATAL(matches(ACK | DATA(0xffffffff), WS_CLIENT, ACK, 0xffffffff));
}

CLAIM("self.pattern.dropped", HOLDS, "DROPPED asks for that fate; unnamed, any fate will do",
      SOURCE, PURE)
{
	static const enum ws_fate fates[] = {WS_DELIVERED, WS_HELD, WS_DROPPED, WS_INJECTED};

	for (size_t i = 0; i < 4; i++) {
		struct ws_entry entry = entry_of(CLIENT | SYN);

		entry.fate = fates[i];
		CU_ASSERT_FATAL(ws_pattern_matches(SYN, &entry));
		CU_ASSERT_EQUAL_FATAL(ws_pattern_matches(SYN | DROPPED, &entry),
				      fates[i] == WS_DROPPED);
	}
}

CLAIM("self.pattern.icmp", HOLDS, "ICMP is an ICMP error and never a segment", SOURCE, PURE)
{
	struct ws_entry error = {.from = WS_SERVER, .segment = self_decode("port-v4")};
	struct ws_entry echo = {.from = WS_SERVER, .segment = self_decode("echo-v4")};
	struct ws_entry other = {.from = WS_SERVER, .segment = self_decode("udp")};

	CU_ASSERT_FATAL(ws_pattern_matches(SERVER | ICMP, &error));
	CU_ASSERT_FATAL(!ws_pattern_matches(CLIENT | ICMP, &error));
	CU_ASSERT_FATAL(!ws_pattern_matches(SERVER, &error));
	CU_ASSERT_FATAL(!ws_pattern_matches(ICMP, &echo));
	CU_ASSERT_FATAL(!ws_pattern_matches(ICMP, &other) && !ws_pattern_matches(SERVER, &other));
	CU_ASSERT_FATAL(!matches(ICMP, WS_SERVER, 0, 0));
}

/* --- lists --- */

#define MAX_SEEN     16
#define SEQ(n)       ((ws_pattern)(n) << 16) /* in what was seen: the sequence number */
#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))
#define PATTERN(...) ((const ws_pattern[]){__VA_ARGS__})
#define SEEN(...)    ((const ws_pattern[]){__VA_ARGS__})

/* Match and compare with what is wanted; a failure is told with the comparison's own text. */
static void judge(unsigned int line, const char *text, const ws_pattern *pattern, size_t elements,
		  const ws_pattern *seen, size_t n, bool wanted, size_t best)
{
	struct ws_entry entries[MAX_SEEN];
	size_t partial;
	bool matched;

	CU_ASSERT_FATAL(n <= MAX_SEEN);
	for (size_t i = 0; i < n; i++)
		entries[i] = entry_of(seen[i]);
	matched = ws_patterns_match(pattern, elements, entries, n, &partial);
	CU_assertImplementation(matched == wanted && partial == best, line, text, __FILE__, "",
				CU_TRUE);
}

#define MATCH(pattern, seen)                                                                       \
	judge(__LINE__, #pattern " matches " #seen, pattern, LENGTH(pattern), seen, LENGTH(seen),  \
	      true, LENGTH(seen))

/* No match, and the pattern could explain `best` entries. */
#define NO_MATCH(best, pattern, seen)                                                              \
	judge(__LINE__, #pattern " explains just " #best " of " #seen, pattern, LENGTH(pattern),   \
	      seen, LENGTH(seen), false, best)

CLAIM("self.pattern.order", HOLDS, "entries match in order, all of them, and nothing is left over",
      SOURCE, PURE)
{
	MATCH(PATTERN(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK),
	      SEEN(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK));
	NO_MATCH(1, PATTERN(CLIENT | SYN, CLIENT | ACK),
		 SEEN(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK));
	NO_MATCH(0, PATTERN(CLIENT | ACK, SERVER | ACK), SEEN(SERVER | ACK, CLIENT | ACK));
	NO_MATCH(2, PATTERN(CLIENT | ACK, SERVER | ACK),
		 SEEN(CLIENT | ACK, SERVER | ACK, SERVER | RST));
}

CLAIM("self.pattern.empty", HOLDS, "an empty pattern is an empty transcript", SOURCE, PURE)
{
	const struct ws_entry rst = entry_of(SERVER | RST);
	size_t partial = 9;

	CU_ASSERT_FATAL(ws_patterns_match(NULL, 0, NULL, 0, &partial));
	CU_ASSERT_EQUAL_FATAL(partial, 0);
	CU_ASSERT_FATAL(!ws_patterns_match(NULL, 0, &rst, 1, &partial));
	CU_ASSERT_EQUAL_FATAL(partial, 0);
	CU_ASSERT_FATAL(!ws_patterns_match(PATTERN(SERVER | RST), 1, NULL, 0, &partial));
	CU_ASSERT_EQUAL_FATAL(partial, 0);
}

CLAIM("self.pattern.partial", HOLDS,
      "partial == n tells that more is to come, less that waiting is no use", SOURCE, PURE)
{
	NO_MATCH(1, PATTERN(CLIENT | SYN, SERVER | SYN | ACK), SEEN(CLIENT | SYN));
	NO_MATCH(1, PATTERN(CLIENT | SYN, SERVER | SYN | ACK),
		 SEEN(CLIENT | SYN, SERVER | RST | ACK));
	NO_MATCH(2, PATTERN(SYN | MAY_REPEAT, ACK, FIN), SEEN(CLIENT | SYN, CLIENT | SYN));
}

CLAIM("self.pattern.may-repeat", HOLDS, "MAY_REPEAT is one or more of the same segment", SOURCE,
      PURE)
{
	MATCH(PATTERN(CLIENT | SYN | MAY_REPEAT), SEEN(CLIENT | SYN));
	MATCH(PATTERN(CLIENT | SYN | MAY_REPEAT), SEEN(CLIENT | SYN, CLIENT | SYN, CLIENT | SYN));
	MATCH(PATTERN(CLIENT | ACK | MAY_REPEAT, CLIENT | ACK),
	      SEEN(CLIENT | ACK, CLIENT | ACK, CLIENT | ACK));
	NO_MATCH(1, PATTERN(CLIENT | SYN), SEEN(CLIENT | SYN, CLIENT | SYN));
	NO_MATCH(1, PATTERN(SYN | MAY_REPEAT), SEEN(CLIENT | SYN, SERVER | SYN));
	NO_MATCH(1, PATTERN(SYN | MAY_REPEAT), SEEN(CLIENT | SYN, CLIENT | SYN | ECE));
	NO_MATCH(1, PATTERN(SYN | MAY_REPEAT), SEEN(CLIENT | SYN | SEQ(1), CLIENT | SYN | SEQ(2)));
	NO_MATCH(1, PATTERN(ACK | SOME_DATA | MAY_REPEAT),
		 SEEN(CLIENT | ACK | DATA(5), CLIENT | ACK | DATA(6)));
	NO_MATCH(0, PATTERN(CLIENT | SYN | MAY_REPEAT), SEEN(CLIENT | ACK));
}

CLAIM("self.pattern.may-miss", HOLDS, "MAY_MISS is zero or one", SOURCE, PURE)
{
	MATCH(PATTERN(CLIENT | ACK | MAY_MISS, SERVER | FIN), SEEN(CLIENT | ACK, SERVER | FIN));
	MATCH(PATTERN(CLIENT | ACK | MAY_MISS, SERVER | FIN), SEEN(SERVER | FIN));
	MATCH(PATTERN(SERVER | FIN, CLIENT | ACK | MAY_MISS), SEEN(SERVER | FIN));
	MATCH(PATTERN(ACK | MAY_MISS | MAY_REPEAT, FIN),
	      SEEN(CLIENT | ACK, CLIENT | ACK, CLIENT | FIN));
	NO_MATCH(1, PATTERN(ACK | MAY_MISS, FIN), SEEN(CLIENT | ACK, CLIENT | ACK, CLIENT | FIN));
	NO_MATCH(0, PATTERN(SERVER | ACK | MAY_MISS, FIN), SEEN(CLIENT | ACK, SERVER | FIN));
}

CLAIM("self.pattern.may-merge", HOLDS, "MAY_MERGE may come alone or ride on its sender's next",
      SOURCE, PURE)
{
	const ws_pattern closing[] = {CLIENT | FIN | ACK, SERVER | ACK | MAY_MERGE,
				      SERVER | FIN | ACK, CLIENT | ACK};

	MATCH(closing, SEEN(CLIENT | FIN | ACK, SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK));
	MATCH(closing, SEEN(CLIENT | FIN | ACK, SERVER | FIN | ACK, CLIENT | ACK));
	NO_MATCH(2, closing, SEEN(CLIENT | FIN | ACK, SERVER | ACK, CLIENT | ACK));
	NO_MATCH(2, closing, SEEN(CLIENT | FIN | ACK, SERVER | FIN | ACK));
}

CLAIM("self.pattern.merge-adds", HOLDS, "merging ORs the flags and adds the payloads", SOURCE, PURE)
{
	MATCH(PATTERN(ACK | DATA(5) | MAY_MERGE, FIN | ACK), SEEN(CLIENT | FIN | ACK | DATA(5)));
	NO_MATCH(0, PATTERN(ACK | DATA(5) | MAY_MERGE, FIN | ACK),
		 SEEN(CLIENT | FIN | ACK | DATA(4)));
	NO_MATCH(0, PATTERN(ACK | DATA(5) | MAY_MERGE, FIN), SEEN(CLIENT | FIN | DATA(5)));
	MATCH(PATTERN(ACK | DATA(5) | MAY_MERGE, FIN), SEEN(CLIENT | FIN | ACK | DATA(5)));
	NO_MATCH(0, PATTERN(PSH | ACK | DATA(5) | MAY_MERGE, FIN | ACK),
		 SEEN(CLIENT | FIN | ACK | DATA(5)));
	MATCH(PATTERN(ACK | DROPPED | MAY_MERGE, FIN | ACK), SEEN(CLIENT | FIN | ACK | DROPPED));
	NO_MATCH(0, PATTERN(ACK | DROPPED | MAY_MERGE, FIN | ACK), SEEN(CLIENT | FIN | ACK));
	MATCH(PATTERN(ACK | SOME_DATA | MAY_MERGE, ACK | DATA(5)), SEEN(CLIENT | ACK | DATA(6)));
	NO_MATCH(1, PATTERN(ACK | SOME_DATA | MAY_MERGE, ACK | DATA(5)),
		 SEEN(CLIENT | ACK | DATA(5))); /* not merged: the five bytes may yet come */
}

CLAIM("self.pattern.merge-chain", HOLDS, "several elements may ride on one, and none gets lost",
      SOURCE, PURE)
{
	const ws_pattern chain[] = {CLIENT | ACK | MAY_MERGE, CLIENT | ACK | DATA(5) | MAY_MERGE,
				    CLIENT | FIN | ACK};

	MATCH(chain, SEEN(CLIENT | FIN | ACK | DATA(5)));
	MATCH(chain, SEEN(CLIENT | ACK | DATA(5), CLIENT | FIN | ACK));
	MATCH(chain, SEEN(CLIENT | ACK, CLIENT | FIN | ACK | DATA(5)));
	MATCH(chain, SEEN(CLIENT | ACK, CLIENT | ACK | DATA(5), CLIENT | FIN | ACK));
	NO_MATCH(1, chain, SEEN(CLIENT | ACK, CLIENT | FIN | ACK));
	NO_MATCH(0, chain, SEEN(CLIENT | FIN | ACK));
}

CLAIM("self.pattern.merge-sender", HOLDS,
      "a rider passes over the other end's segments to the next of its own sender", SOURCE, PURE)
{
	MATCH(PATTERN(SERVER | ACK | MAY_MERGE, CLIENT | FIN, SERVER | FIN),
	      SEEN(CLIENT | FIN, SERVER | FIN | ACK));
	NO_MATCH(0, PATTERN(SERVER | ACK | MAY_MERGE, CLIENT | FIN), SEEN(CLIENT | FIN | ACK));
	NO_MATCH(0, PATTERN(SERVER | ACK | MAY_MERGE, CLIENT | FIN), SEEN(CLIENT | FIN));
	NO_MATCH(0, PATTERN(SERVER | ACK | MAY_MERGE, SERVER | ICMP), SEEN(SERVER | ICMP));
	MATCH(PATTERN(SERVER | ACK | MAY_MERGE, SERVER | ICMP), SEEN(SERVER | ACK, SERVER | ICMP));
	NO_MATCH(0, PATTERN(CLIENT | ACK | MAY_MERGE, CLIENT | FIN | MAY_MISS, SERVER | RST),
		 SEEN(SERVER | RST));
	NO_MATCH(0, PATTERN(ACK | MAY_MERGE, FIN | MAY_MISS), SEEN(CLIENT | FIN));
	MATCH(PATTERN(ACK | MAY_MERGE, FIN | MAY_MISS), SEEN(CLIENT | FIN | ACK));
}

CLAIM("self.pattern.merge-repeat", HOLDS, "what may be sent again may be so when merged", SOURCE,
      PURE)
{
	MATCH(PATTERN(ACK | DATA(5) | MAY_REPEAT | MAY_MERGE, FIN | ACK),
	      SEEN(CLIENT | FIN | ACK | DATA(5), CLIENT | FIN | ACK | DATA(5)));
	MATCH(PATTERN(ACK | DATA(5) | MAY_REPEAT | MAY_MERGE, FIN | ACK),
	      SEEN(CLIENT | ACK | DATA(5), CLIENT | ACK | DATA(5), CLIENT | FIN | ACK));
	NO_MATCH(1, PATTERN(ACK | DATA(5) | MAY_MERGE, FIN | ACK),
		 SEEN(CLIENT | FIN | ACK | DATA(5), CLIENT | FIN | ACK | DATA(5)));
}

/* --- text --- */

static void same_element(ws_pattern element, const char *wanted)
{
	char text[160];

	ws_pattern_text(element, text, sizeof(text));
	self_same_text("element", text, wanted);
}

CLAIM("self.pattern.text", HOLDS, "an element reads like the line it asks for", SOURCE, PURE)
{
	same_element(CLIENT | SYN, "client: Flags [S], length 0");
	same_element(SERVER | ACK | DATA(5), "server: Flags [.], length 5");
	same_element(PSH | ACK | SOME_DATA, "either: Flags [P.], length more than 0");
	same_element(SERVER | ICMP, "server: ICMP error");
	same_element(CLIENT | SYN | DROPPED | MAY_REPEAT,
		     "client: Flags [S], length 0 (dropped) (may repeat)");
	same_element(FIN | MAY_MERGE | MAY_MISS,
		     "either: Flags [F], length 0 (may merge) (may be missing)");
}
