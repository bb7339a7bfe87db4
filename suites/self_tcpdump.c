/* SPDX-License-Identifier: MIT */
/*
 * Does a segment read as tcpdump would print it, whatever is in it? The fuzzing is here because
 * what was decoded from nonsense must also be printable.
 */
#include "suites/claim.h"
#include "suites/self_packets.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>
#include <string.h>

CHAPTER("self-tests: tcpdump lines");

#define LINE 640

static void same_line(const char *what, const struct ws_segment *segment, uint32_t seq_base,
		      uint32_t ack_base, const char *wanted)
{
	char line[LINE];
	int length = ws_segment_text(segment, seq_base, ack_base, line, sizeof(line));

	self_same_text(what, line, wanted);
	CU_ASSERT_EQUAL_FATAL((size_t)length, strlen(wanted));
}

CLAIM("self.text.tcpdump", HOLDS, "the sample packets read as tcpdump 4.99 prints them",
      "tcpdump(1)", PURE)
{
	for (size_t i = 0; i < self_packet_count; i++) {
		struct ws_segment segment = self_decode(self_packets[i].name);

		same_line(self_packets[i].name, &segment, 0, 0, self_packets[i].text);
	}
}

CLAIM("self.text.relative", HOLDS, "seq, ack and SACK edges are relative, also across 2^32",
      "asserts/segment.h", PURE)
{
	struct ws_segment data = self_decode("ip-options"), sack = self_decode("null");

	same_line("data", &data, 1000, 5000,
		  "Flags [P.], seq 1:6, ack 1, win 502, length 5: \"hello\"");
	same_line("wrapped", &data, 0xfffffff0, 0xffffffff,
		  "Flags [P.], seq 1017:1022, ack 5002, win 502, length 5: \"hello\"");
	same_line("SACK", &sack, 5000, 1000,
		  "Flags [.], ack 1, win 502, options "
		  "[nop,nop,TS val 2 ecr 1,nop,nop,sack 1 {6:11}], length 0");
	data.seq = 0xfffffffe;
	same_line("wraps inside", &data, 0, 5000,
		  "Flags [P.], seq 4294967294:3, ack 1, win 502, length 5: \"hello\"");
}

CLAIM("self.text.problem", HOLDS, "a problem is told, and a bad option ends the list",
      "asserts/segment.h", PURE)
{
	struct ws_segment segment = self_decode("syn");

	segment.options.raw[1] = 0;
	segment.problem = "bad TCP option length";
	same_line("bad option", &segment, 1000, 0,
		  "Flags [S], seq 0, win 64240, options [[bad opt]], length 0 "
		  "[bad TCP option length]");
	segment = self_decode("port-v4");
	segment.icmp_code = 200;
	same_line("unknown code", &segment, 0, 0, "ICMP type 3 code 200, length 68");
}

CLAIM("self.text.flags", HOLDS, "flags in tcpdump's letters and in RFC 9293's names",
      "tcpdump(1); RFC 9293 3.1", PURE)
{
	char letters[12], names[40];

	self_same_text("letters", ws_flags_text(SYN | ACK, letters), "S.");
	self_same_text("letters", ws_flags_text(0, letters), "none");
	self_same_text("letters", ws_flags_text(0x1ff, letters), "FSRP.UEWe");
	self_same_text("names", ws_flags_names(SYN | ACK, names), "SYN,ACK");
	self_same_text("names", ws_flags_names(0, names), "none");
	self_same_text("names", ws_flags_names(0x1ff, names), "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE");
}

CLAIM("self.text.room", HOLDS, "text is cut at the room given and its whole length returned",
      "snprintf(3)", PURE)
{
	struct ws_segment segment = self_decode("long");
	size_t length = (size_t)ws_segment_text(&segment, 0, 0, NULL, 0);
	char whole[LINE];

	ws_segment_text(&segment, 0, 0, whole, sizeof(whole));
	CU_ASSERT_EQUAL_FATAL(length, strlen(whole));
	for (size_t size = 1; size <= length + 1; size++) {
		char *text = malloc(size);

		CU_ASSERT_EQUAL_FATAL(ws_segment_text(&segment, 0, 0, text, size), (int)length);
		CU_ASSERT_EQUAL_FATAL(strlen(text), size - 1);
		CU_ASSERT_FATAL(!strncmp(text, whole, size - 1));
		free(text);
	}
}

/* --- fuzzing --- */

static uint32_t xorshift(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Printable ASCII, and the one ellipsis of ours. */
static bool is_printable(const char *text)
{
	const char *ellipsis = strstr(text, "…");

	for (; *text; text++) {
		if (text == ellipsis)
			text += strlen("…");
		if (*text < ' ' || *text > '~')
			return !*text;
	}
	return true;
}

static void check_decoded(const struct ws_segment *segment)
{
	char line[LINE];
	int length = ws_segment_text(segment, 0, 0, line, sizeof(line));

	CU_ASSERT_FATAL(length > 0 && (size_t)length < sizeof(line));
	CU_ASSERT_FATAL(is_printable(line));
	CU_ASSERT_FATAL(segment->payload_captured <= WS_PAYLOAD_PREFIX);
	CU_ASSERT_FATAL(segment->payload_captured <= segment->length);
	CU_ASSERT_FATAL(segment->options.raw_length <= sizeof(segment->options.raw));
	CU_ASSERT_FATAL(segment->options.sacks <= 4);
}

CLAIM("self.decode.fuzz", HOLDS,
      "20000 packets with random changes are decoded and printed without harm", "asserts/segment.h",
      PURE)
{
	uint32_t random = 20260101;

	for (int round = 0; round < 20000; round++) {
		const struct self_packet *packet =
			&self_packets[xorshift(&random) % self_packet_count];
		size_t size = self_packet_size(packet);
		size_t cut = xorshift(&random) % 4 ? 0 : xorshift(&random) % size;
		uint8_t *bytes = self_packet_bytes(packet, size - cut);
		struct ws_segment segment;

		for (uint32_t changes = xorshift(&random) % 8 + 1; changes; changes--)
			bytes[xorshift(&random) % (size - cut)] = (uint8_t)xorshift(&random);
		ws_decode(packet->linktype, bytes, size - cut, &segment);
		free(bytes);
		check_decoded(&segment);
	}
}
