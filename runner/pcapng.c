/* SPDX-License-Identifier: MIT */
/* Captures with what the claim did between the packets. libpcap reads this format and cannot write it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "runner/atomic_file.h"
#include "runner/capture.h"
#include "runner/outcome.h"
#include "runner/text.h"

enum {
	SECTION_HEADER = 0x0a0d0d0a,
	BYTE_ORDER_MAGIC = 0x1a2b3c4d,
	INTERFACE = 1,
	PACKET = 6,

	END_OF_OPTIONS = 0,
	COMMENT = 1,
	SECTION_HARDWARE = 2,
	SECTION_OS = 3,
	SECTION_APPLICATION = 4,
	INTERFACE_NAME = 2,
	INTERFACE_DESCRIPTION = 3,
	INTERFACE_RESOLUTION = 9,
	PACKET_FLAGS = 2,
	OUTBOUND = 2,

	LINKTYPE_RAW = 101,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	SNAPLEN = 65535,
	OPTION_MOST = 65535,
};

/* A block is collected in memory: its length stands before and behind it. */
struct block {
	uint8_t *bytes;
	size_t length;
	FILE *out;
};

static bool block_begin(struct block *block)
{
	*block = (struct block){0};
	block->out = open_memstream((char **)&block->bytes, &block->length);
	return block->out != NULL;
}

/* Numbers are written as this machine has them; the magic tells the reader which way round. */
static void put16(struct block *block, unsigned value)
{
	uint16_t number = (uint16_t)value;

	fwrite(&number, sizeof(number), 1, block->out);
}

static void put32(struct block *block, uint32_t number)
{
	fwrite(&number, sizeof(number), 1, block->out);
}

static void put_padded(struct block *block, const void *bytes, size_t length)
{
	static const uint8_t zeros[4];

	fwrite(bytes, 1, length, block->out);
	fwrite(zeros, 1, -length & 3, block->out);
}

static void put_option(struct block *block, unsigned code, const void *value, size_t length)
{
	put16(block, code);
	put16(block, (unsigned)length);
	put_padded(block, value, length);
}

static void put_text(struct block *block, unsigned code, const char *text)
{
	char *clean = text_clean(text);
	size_t length = clean ? strlen(clean) : 0;

	if (length)
		put_option(block, code, clean, length < OPTION_MOST ? length : OPTION_MOST);
	free(clean);
}

/* Write the block out and free it. Returns 0 or a negative errno. */
static int block_end(struct block *block, uint32_t type, FILE *out)
{
	uint32_t total;
	bool failed;

	put32(block, END_OF_OPTIONS);
	failed = ferror(block->out) != 0;
	if (fclose(block->out) != 0 || failed) {
		free(block->bytes);
		return -ENOMEM;
	}
	total = (uint32_t)block->length + 3 * sizeof(uint32_t);
	failed = fwrite(&type, sizeof(type), 1, out) != 1 ||
		 fwrite(&total, sizeof(total), 1, out) != 1 ||
		 fwrite(block->bytes, 1, block->length, out) != block->length ||
		 fwrite(&total, sizeof(total), 1, out) != 1;
	free(block->bytes);
	return failed ? -EIO : 0;
}

static int write_section(const struct capture *capture, FILE *out)
{
	struct block block;

	if (!block_begin(&block))
		return -ENOMEM;
	put32(&block, BYTE_ORDER_MAGIC);
	put16(&block, 1); /* version 1.0 */
	put16(&block, 0);
	put32(&block, UINT32_MAX); /* the section's length is not told: -1 in 64 bits */
	put32(&block, UINT32_MAX);
	put_text(&block, COMMENT, capture->sentence);
	put_text(&block, SECTION_HARDWARE, capture->hardware);
	put_text(&block, SECTION_OS, capture->os);
	put_text(&block, SECTION_APPLICATION, "wirestate " WIRESTATE_VERSION);
	return block_end(&block, SECTION_HEADER, out);
}

/* libpcap, and so tcpdump, takes two interfaces of LINKTYPE_RAW for different ones: it keeps another number
 * for it. Those of one version of IP it takes. */
static unsigned link_type(const struct story *story)
{
	static const unsigned types[] = {[4] = LINKTYPE_IPV4, [6] = LINKTYPE_IPV6};
	unsigned type = 0;

	for (size_t i = 0; i < story->count; i++) {
		uint8_t first = 0, version;

		if (story->items[i].kind != STORY_SEGMENT)
			continue;
		story_bytes(&story->items[i], &first, 1);
		version = first >> 4;
		if ((version != 4 && version != 6) || (type && type != types[version]))
			return LINKTYPE_RAW;
		type = types[version];
	}
	return type ? type : LINKTYPE_RAW;
}

static int write_interface(const char *name, unsigned type, FILE *out)
{
	static const uint8_t billionths = 9;
	struct block block;

	if (!block_begin(&block))
		return -ENOMEM;
	put16(&block, type);
	put16(&block, 0);
	put32(&block, SNAPLEN);
	put_text(&block, INTERFACE_NAME, name);
	put_text(&block, INTERFACE_DESCRIPTION, "what this host sends");
	put_option(&block, INTERFACE_RESOLUTION, &billionths, sizeof(billionths));
	return block_end(&block, INTERFACE, out);
}

static const char *const sides[WS_SIDES] = {[WS_CLIENT] = "client", [WS_SERVER] = "server"};

static void comment_states(struct block *block, const struct story_item *item)
{
	char text[160];

	for (int side = 0; side < WS_SIDES; side++) {
		if (!item->changed[side])
			continue;
		snprintf(text, sizeof(text), "%s is %s", sides[side], item->states[side]);
		put_text(block, COMMENT, text);
	}
}

/* What happened beside the packets in [from, end). */
static void comment_events(struct block *block, const struct story *story, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		const struct story_item *item = &story->items[i];
		char text[512];

		if (item->kind == STORY_BEGIN || item->kind == STORY_CALL) {
			snprintf(text, sizeof(text), "%s: %s%s", item->who, item->text,
				 item->kind == STORY_BEGIN ? " ..." : "");
			put_text(block, COMMENT, text);
		} else if (item->kind == STORY_ARRIVAL) {
			snprintf(text, sizeof(text), "packet %zu of the %s %s", item->number,
				 sides[item->side],
				 item->fate == STORY_DROPPED ? "is lost" : "arrives");
			put_text(block, COMMENT, text);
		} else if (item->kind == STORY_CHECK && !item->passed) {
			snprintf(text, sizeof(text), "FAILS: %s", item->text);
			put_text(block, COMMENT, text);
		}
		comment_states(block, item);
	}
}

static void comment_fate(struct block *block, const struct story_item *item)
{
	static const char *const fates[] = {
		[STORY_UNKNOWN] = "",
		[STORY_DELIVERED] = "",
		[STORY_DROPPED] = "lost on the wire",
		[STORY_HELD] = "waits on the wire",
		[STORY_INJECTED] = "written by the test",
	};

	put_text(block, COMMENT, fates[item->fate]);
	comment_states(block, item);
}

/* Where the story goes on with another packet. */
static size_t next_packet(const struct story *story, size_t from)
{
	while (from < story->count && story->items[from].kind != STORY_SEGMENT)
		from++;
	return from;
}

/* A double cannot hold the nanoseconds of today; events tell their start to some milliseconds, and what
 * follows it to the nanosecond. */
static uint64_t nanoseconds(double started, double at)
{
	return (uint64_t)fmax(0, round(started * 1e3)) * 1000000 +
	       (uint64_t)fmax(0, round(at * 1e9));
}

/* The packet at `index`; the story since the one before stands at it, and behind the last all the rest. */
static int write_packet(const struct story *story, size_t since, size_t index, FILE *out)
{
	const struct story_item *item = &story->items[index];
	size_t next = next_packet(story, index + 1);
	uint8_t bytes[256];
	size_t kept = story_bytes(item, bytes, sizeof(bytes));
	json_int_t length = json_integer_value(json_object_get(item->event, "length"));
	uint64_t at = nanoseconds(story->started, item->at);
	struct block block;

	if (!block_begin(&block))
		return -ENOMEM;
	put32(&block, item->side == WS_SERVER);
	put32(&block, (uint32_t)(at >> 32));
	put32(&block, (uint32_t)at);
	put32(&block, (uint32_t)kept);
	put32(&block, length > (json_int_t)kept ? (uint32_t)length : (uint32_t)kept);
	put_padded(&block, bytes, kept);
	comment_events(&block, story, since, index);
	comment_fate(&block, item);
	if (next == story->count)
		comment_events(&block, story, index + 1, next);
	put16(&block, PACKET_FLAGS);
	put16(&block, sizeof(uint32_t));
	put32(&block, OUTBOUND);
	return block_end(&block, PACKET, out);
}

static int print(FILE *out, const void *argument)
{
	const struct capture *capture = argument;
	const struct story *story = capture->story;
	int error = write_section(capture, out);
	size_t since = 0;

	for (int side = 0; side < WS_SIDES && !error; side++)
		error = write_interface(sides[side], link_type(story), out);
	for (size_t i = next_packet(story, 0); i < story->count && !error;
	     i = next_packet(story, i + 1)) {
		error = write_packet(story, since, i, out);
		since = i + 1;
	}
	return error;
}

int capture_pcapng(const struct capture *capture, const char *path)
{
	return atomic_file_write(path, print, capture);
}
