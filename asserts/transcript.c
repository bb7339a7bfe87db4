/* SPDX-License-Identifier: MIT */
/*
 * The transcript: appending with relative numbers, printing and saving.
 */
#include "transcript.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE       640 /* the longest line: forty option bytes and 32 escaped payload bytes */
#define SNAPLEN    65535
#define NANOSECOND 1000000000

/* --- initial sequence numbers --- */

static struct ws_isn *find_flow(const struct ws_transcript *transcript, const struct ws_addr *src,
				const struct ws_addr *dst)
{
	for (size_t i = 0; i < transcript->flow_count; i++) {
		struct ws_isn *flow = &transcript->flows[i];

		if (ws_addr_equal(&flow->src, src) && ws_addr_equal(&flow->dst, dst))
			return flow;
	}
	return NULL;
}

static int add_flow(struct ws_transcript *transcript, const struct ws_segment *syn)
{
	struct ws_isn *flows = reallocarray(transcript->flows, transcript->flow_count + 1,
					    sizeof(*transcript->flows));

	if (!flows)
		return -ENOMEM;
	transcript->flows = flows;
	flows[transcript->flow_count++] =
		(struct ws_isn){.src = syn->src, .dst = syn->dst, .isn = syn->seq};
	return 0;
}

static int note_syn(struct ws_transcript *transcript, const struct ws_segment *syn)
{
	struct ws_isn *flow = find_flow(transcript, &syn->src, &syn->dst);

	if (!flow)
		return add_flow(transcript, syn);
	flow->pending = flow->isn != syn->seq;
	flow->offered = syn->seq;
	return 0;
}

/* A SYN may carry data (Fast Open), which its SYN|ACK then acknowledges too. */
static void note_ack(struct ws_isn *flow, const struct ws_segment *segment)
{
	uint32_t beyond = segment->ack - flow->offered - 1;

	if (!flow->pending || (beyond && !(segment->flags & SYN)) || beyond > UINT16_MAX)
		return;
	flow->isn = flow->offered;
	flow->pending = false;
}

/* Set the entry's bases, after learning what the segment tells about them. */
static int relate(struct ws_transcript *transcript, struct ws_entry *entry)
{
	const struct ws_segment *segment = &entry->segment;
	struct ws_isn *forth, *back;

	if (segment->protocol != WS_TCP)
		return 0;
	if (segment->flags & SYN && note_syn(transcript, segment))
		return -ENOMEM;
	forth = find_flow(transcript, &segment->src, &segment->dst);
	back = find_flow(transcript, &segment->dst, &segment->src);
	if (segment->flags & SYN)
		entry->seq_base = segment->seq;
	else if (forth)
		entry->seq_base = forth->isn;
	entry->seq = segment->seq - entry->seq_base;
	if (!(segment->flags & ACK))
		return 0;
	if (back) {
		note_ack(back, segment);
		entry->ack_base = back->isn;
	}
	entry->ack = segment->ack - entry->ack_base;
	return 0;
}

/* --- appending --- */

static int grow(struct ws_transcript *transcript)
{
	size_t room = transcript->room ? transcript->room * 2 : 32;
	struct ws_entry *entries;

	if (transcript->count < transcript->room)
		return 0;
	entries = reallocarray(transcript->entries, room, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	transcript->entries = entries;
	transcript->room = room;
	return 0;
}

struct ws_entry *ws_transcript_add(struct ws_transcript *transcript,
				   const struct ws_segment *segment, enum ws_side from, int64_t at,
				   const uint8_t *ip, uint32_t captured)
{
	struct ws_entry entry = {
		.segment = *segment,
		.from = from,
		.at = at,
		.states = {-1, -1},
		.captured = captured,
	};

	if (grow(transcript) || relate(transcript, &entry))
		return NULL;
	entry.bytes = malloc(captured ? captured : 1);
	if (!entry.bytes)
		return NULL;
	if (captured)
		memcpy(entry.bytes, ip, captured);
	transcript->entries[transcript->count] = entry;
	return &transcript->entries[transcript->count++];
}

void ws_transcript_mark(struct ws_transcript *transcript)
{
	transcript->mark = transcript->count;
}

void ws_transcript_clear(struct ws_transcript *transcript)
{
	for (size_t i = 0; i < transcript->count; i++)
		free(transcript->entries[i].bytes);
	free(transcript->entries);
	free(transcript->flows);
	*transcript = (struct ws_transcript){0};
}

/* --- text --- */

static const char *const sides[WS_SIDES] = {[WS_CLIENT] = "client", [WS_SERVER] = "server"};

static const char *const fates[] = {
	[WS_DELIVERED] = "",
	[WS_HELD] = " (held)",
	[WS_DROPPED] = " (dropped)",
	[WS_INJECTED] = " (injected)",
};

static double seconds_since_epoch(const struct ws_transcript *transcript, int64_t at)
{
	int64_t epoch = transcript->epoch, microseconds;

	if (!epoch && transcript->count)
		epoch = transcript->entries[0].at;
	microseconds = (at - epoch) / 1000; /* cut, as tcpdump does */
	return (double)microseconds / 1e6;
}

int ws_entry_text(const struct ws_transcript *transcript, const struct ws_entry *entry, char *text,
		  size_t size)
{
	char segment[LINE];

	ws_segment_text(&entry->segment, entry->seq_base, entry->ack_base, segment,
			sizeof(segment));
	return snprintf(text, size, "%11.6f %s > %s: %s%s",
			seconds_since_epoch(transcript, entry->at), sides[entry->from],
			sides[!entry->from], segment, fates[entry->fate]);
}

void ws_transcript_print(const struct ws_transcript *transcript, size_t first, const char *indent,
			 FILE *out)
{
	char line[LINE];

	for (size_t i = first; i <= transcript->count; i++) {
		if (i == transcript->mark && i > first)
			fprintf(out, "%s --- mark ---\n", indent);
		if (i == transcript->count)
			break;
		ws_entry_text(transcript, &transcript->entries[i], line, sizeof(line));
		fprintf(out, "%s%s\n", indent, line);
	}
}

/* --- pcap --- */

static void dump_entry(pcap_dumper_t *dumper, const struct ws_entry *entry)
{
	struct pcap_pkthdr header = {
		.ts = {.tv_sec = entry->at / NANOSECOND, .tv_usec = entry->at % NANOSECOND},
		.caplen = entry->captured,
		.len = entry->captured,
	};

	pcap_dump((u_char *)dumper, &header, entry->bytes);
}

/* A stream of our own on the same file: closing the dumper closes it. */
static FILE *second_stream(FILE *out)
{
	int fd = fflush(out) ? -1 : dup(fileno(out));
	FILE *copy = fd < 0 ? NULL : fdopen(fd, "w");

	if (!copy && fd >= 0)
		close(fd);
	return copy;
}

static int dump_all(const struct ws_transcript *transcript, pcap_t *pcap, FILE *file)
{
	pcap_dumper_t *dumper = pcap_dump_fopen(pcap, file);
	int rc;

	if (!dumper) {
		fclose(file);
		return -EIO;
	}
	for (size_t i = 0; i < transcript->count; i++)
		dump_entry(dumper, &transcript->entries[i]);
	rc = pcap_dump_flush(dumper) || ferror(file) ? -EIO : 0;
	pcap_dump_close(dumper);
	return rc;
}

int ws_transcript_save(const struct ws_transcript *transcript, FILE *out)
{
	FILE *file = second_stream(out);
	pcap_t *pcap;
	int rc = -ENOMEM;

	if (!file)
		return -errno;
	pcap = pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap)
		rc = dump_all(transcript, pcap, file);
	else
		fclose(file);
	if (pcap)
		pcap_close(pcap);
	return rc;
}
