/* SPDX-License-Identifier: MIT */
/*
 * Does a transcript number segments as a reader expects, and is what it prints and saves complete?
 */
#include "suites/claim.h"
#include "suites/self_packets.h"
#include "asserts/transcript.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

CHAPTER("self-tests: transcript");

#define SOURCE      "asserts/transcript.h"
#define SECOND      1000000000
#define EPOCH       ((int64_t)1767225600 * SECOND)
#define LATE        0xfffffff0u /* an ISN after which the numbers soon wrap */
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/** A segment to add, and the numbers it must get. */
struct step {
	enum ws_side from;
	uint16_t flags;
	uint32_t seq, ack, length;
	uint32_t relative_seq, relative_ack;
};

static struct ws_entry *add(struct ws_transcript *transcript, const struct step *step, int64_t at)
{
	struct ws_segment segment = {
		.protocol = WS_TCP,
		.src = {.family = AF_INET, .port = step->from == WS_CLIENT ? 50000 : 80},
		.dst = {.family = AF_INET, .port = step->from == WS_CLIENT ? 80 : 50000},
		.flags = step->flags,
		.seq = step->seq,
		.ack = step->ack,
		.window = 502,
		.length = step->length,
		.options.wscale = -1,
	};
	uint8_t bytes[] = {0x45, (uint8_t)step->seq};
	struct ws_entry *entry =
		ws_transcript_add(transcript, &segment, step->from, at, bytes, sizeof(bytes));

	CU_ASSERT_PTR_NOT_NULL_FATAL(entry);
	return entry;
}

static void numbers(const struct step *steps, size_t count)
{
	struct ws_transcript transcript = {0};

	for (size_t i = 0; i < count; i++) {
		struct ws_entry *entry = add(&transcript, &steps[i], EPOCH);

		CU_ASSERT_EQUAL_FATAL(entry->seq, steps[i].relative_seq);
		CU_ASSERT_EQUAL_FATAL(entry->ack, steps[i].relative_ack);
	}
	ws_transcript_clear(&transcript);
}

CLAIM("self.transcript.relative", HOLDS, "numbers are relative to the SYNs, also across 2^32",
      SOURCE, PURE)
{
	static const struct step steps[] = {
		{WS_CLIENT, SYN, LATE, 0, 0, 0, 0},
		{WS_SERVER, SYN | ACK, 5000, LATE + 1, 0, 0, 1},
		{WS_CLIENT, ACK, LATE + 1, 5001, 0, 1, 1},
		{WS_CLIENT, PSH | ACK, LATE + 1, 5001, 100, 1, 1},
		{WS_SERVER, ACK, 5001, LATE + 101, 0, 1, 101},
	};

	numbers(steps, COUNT(steps));
}

CLAIM("self.transcript.refused", HOLDS, "a RST that answers a SYN acknowledges 1", SOURCE, PURE)
{
	static const struct step steps[] = {
		{WS_CLIENT, SYN, 1000, 0, 0, 0, 0},
		{WS_SERVER, RST | ACK, 0, 1001, 0, 0, 1},
		{WS_CLIENT, SYN, 9000, 0, 0, 0, 0}, /* the same 4-tuple again */
		{WS_SERVER, RST | ACK, 0, 9001, 0, 0, 1},
	};

	numbers(steps, COUNT(steps));
}

CLAIM("self.transcript.no-syn", HOLDS, "without a SYN the numbers stay absolute", SOURCE, PURE)
{
	static const struct step steps[] = {
		{WS_CLIENT, ACK, 1001, 5001, 0, 1001, 5001},
		{WS_CLIENT, RST, 1001, 77, 0, 1001, 0},
	};

	numbers(steps, COUNT(steps));
}

CLAIM("self.transcript.reused", HOLDS, "a 4-tuple used again is numbered anew", SOURCE, PURE)
{
	static const struct step steps[] = {
		{WS_CLIENT, SYN, 1000, 0, 0, 0, 0},
		{WS_SERVER, SYN | ACK, 5000, 1001, 0, 0, 1},
		{WS_CLIENT, RST, 1001, 0, 0, 1, 0},
		{WS_CLIENT, SYN, 70000, 0, 10, 0, 0}, /* with ten bytes: Fast Open */
		{WS_CLIENT, SYN, 70000, 0, 10, 0, 0}, /* and once more */
		{WS_SERVER, SYN | ACK, 90000, 70011, 0, 0, 11},
		{WS_CLIENT, ACK, 70011, 90001, 0, 11, 1},
	};

	numbers(steps, COUNT(steps));
}

CLAIM("self.transcript.stray-syn", HOLDS, "a SYN that earns a challenge ACK renumbers nothing",
      "RFC 5961 4", PURE)
{
	static const struct step steps[] = {
		{WS_CLIENT, SYN, 1000, 0, 0, 0, 0},
		{WS_SERVER, SYN | ACK, 5000, 1001, 0, 0, 1},
		{WS_CLIENT, ACK, 1001, 5001, 0, 1, 1},
		{WS_CLIENT, SYN, 1500, 0, 0, 0, 0}, /* above what was received */
		{WS_SERVER, ACK, 5001, 1001, 0, 1, 1},
		{WS_SERVER, SYN | ACK, 5000, 1001, 0, 0, 1}, /* sent again */
		{WS_CLIENT, ACK, 1001, 5001, 100, 1, 1},
		{WS_CLIENT, SYN, 1050, 0, 0, 0, 0}, /* below it */
		{WS_SERVER, ACK, 5001, 1101, 0, 1, 101},
		{WS_CLIENT, ACK, 1101, 5001, 5, 101, 1},
	};

	numbers(steps, COUNT(steps));
}

CLAIM("self.transcript.many", HOLDS, "a transcript grows, and clearing empties it", SOURCE, PURE)
{
	static const struct step step = {WS_CLIENT, ACK, 1, 1, 0, 0, 0};
	struct ws_transcript transcript = {0};

	for (int i = 0; i < 1000; i++)
		add(&transcript, &step, EPOCH);
	ws_transcript_mark(&transcript);
	CU_ASSERT_EQUAL_FATAL(transcript.count, 1000);
	CU_ASSERT_EQUAL_FATAL(transcript.mark, 1000);
	CU_ASSERT_EQUAL_FATAL(transcript.entries[999].states[WS_SERVER], -1);
	ws_transcript_clear(&transcript);
	CU_ASSERT_EQUAL_FATAL(transcript.count, 0);
	CU_ASSERT_PTR_NULL_FATAL(transcript.entries);
}

/* --- what is written --- */

/* A handshake of which the ACK was dropped, held and injected; a mark after the SYN. */
static void handshake(struct ws_transcript *transcript)
{
	static const struct step syn = {WS_CLIENT, SYN, 1000, 0, 0, 0, 0},
				 syn_ack = {WS_SERVER, SYN | ACK, 5000, 1001, 0, 0, 1},
				 ack = {WS_CLIENT, ACK, 1001, 5001, 0, 1, 1};

	add(transcript, &syn, EPOCH);
	ws_transcript_mark(transcript);
	add(transcript, &syn_ack, EPOCH + 153999);
	add(transcript, &ack, EPOCH + SECOND)->fate = WS_DROPPED;
	add(transcript, &ack, EPOCH + (int64_t)2 * SECOND)->fate = WS_HELD;
	add(transcript, &ack, EPOCH + (int64_t)7200 * SECOND)->fate = WS_INJECTED;
}

static char *printed(const struct ws_transcript *transcript, size_t first)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	ws_transcript_print(transcript, first, "| ", out);
	fclose(out);
	return text;
}

#define SYN_LINE "|    0.000000 client > server: Flags [S], seq 0, win 502, length 0\n"
#define LATER_LINES                                                                                \
	"|    0.000153 server > client: Flags [S.], seq 0, ack 1, win 502, length 0\n"             \
	"|    1.000000 client > server: Flags [.], ack 1, win 502, length 0 (dropped)\n"           \
	"|    2.000000 client > server: Flags [.], ack 1, win 502, length 0 (held)\n"              \
	"| 7200.000000 client > server: Flags [.], ack 1, win 502, length 0 (injected)\n"

CLAIM("self.transcript.print", HOLDS, "a line for each segment with its fate, and one for the mark",
      SOURCE, PURE)
{
	struct ws_transcript transcript = {0};
	char *all, *later;

	handshake(&transcript);
	all = printed(&transcript, 0);
	later = printed(&transcript, transcript.mark);
	ws_transcript_clear(&transcript);
	self_same_text("all", all, SYN_LINE "|  --- mark ---\n" LATER_LINES);
	self_same_text("since the mark", later, LATER_LINES);
	free(all);
	free(later);
}

CLAIM("self.transcript.epoch", HOLDS, "time 0 can be chosen", SOURCE, PURE)
{
	struct ws_transcript transcript = {.epoch = EPOCH - (int64_t)5 * SECOND};
	static const struct step step = {WS_SERVER, RST, 7, 0, 0, 7, 0};
	char line[128];

	add(&transcript, &step, EPOCH);
	ws_entry_text(&transcript, transcript.entries, line, sizeof(line));
	ws_transcript_clear(&transcript);
	self_same_text("line", line,
		       "   5.000000 server > client: Flags [R], seq 7, win 502, length 0");
}

/* Read a saved transcript with libpcap and compare it entry by entry. */
static void read_back(const struct ws_transcript *transcript, const char *path)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap =
		pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	struct pcap_pkthdr *header;
	const u_char *bytes;

	self_same_text("pcap_open_offline", error, "");
	CU_ASSERT_EQUAL_FATAL(pcap_datalink(pcap), DLT_RAW);
	for (size_t i = 0; i < transcript->count; i++) {
		const struct ws_entry *entry = &transcript->entries[i];

		CU_ASSERT_EQUAL_FATAL(pcap_next_ex(pcap, &header, &bytes), 1);
		CU_ASSERT_EQUAL_FATAL(header->caplen, entry->captured);
		CU_ASSERT_FATAL(!memcmp(bytes, entry->bytes, entry->captured));
		CU_ASSERT_EQUAL_FATAL((int64_t)header->ts.tv_sec * SECOND + header->ts.tv_usec,
				      entry->at);
	}
	CU_ASSERT_EQUAL_FATAL(pcap_next_ex(pcap, &header, &bytes), PCAP_ERROR_BREAK);
	pcap_close(pcap);
}

CLAIM("self.transcript.save", HOLDS, "libpcap reads back what was saved, to the nanosecond", SOURCE,
      PURE)
{
	char path[] = "/tmp/wirestate-self-XXXXXX";
	int fd = mkstemp(path);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct ws_transcript transcript = {0};

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	handshake(&transcript);
	CU_ASSERT_EQUAL_FATAL(ws_transcript_save(&transcript, out), 0);
	CU_ASSERT_EQUAL_FATAL(fclose(out), 0); /* the stream is still the caller's */
	read_back(&transcript, path);
	unlink(path);
	ws_transcript_clear(&transcript);
}

CLAIM("self.transcript.save-fails", HOLDS, "a file that cannot be written is an error", SOURCE,
      PURE)
{
	struct ws_transcript transcript = {0};
	FILE *full = fopen("/dev/full", "w");
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	CU_ASSERT_FATAL(full && memory);
	handshake(&transcript);
	CU_ASSERT_EQUAL_FATAL(ws_transcript_save(&transcript, full), -EIO);
	CU_ASSERT_EQUAL_FATAL(ws_transcript_save(&transcript, memory), -EBADF);
	fclose(full);
	fclose(memory);
	free(text);
	ws_transcript_clear(&transcript);
}
