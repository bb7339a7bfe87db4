/* SPDX-License-Identifier: MIT */
/* The segments of a story as a classic pcap file. */
#include <errno.h>
#include <pcap/pcap.h>
#include "runner/atomic_file.h"
#include "runner/capture.h"

enum { SNAPLEN = 65535 };

static void dump_segment(pcap_dumper_t *dumper, const struct story_item *item, double started)
{
	double at = started + item->at;
	uint8_t bytes[256];
	struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)story_bytes(item, bytes, sizeof(bytes)),
		.len = (bpf_u_int32)json_integer_value(json_object_get(item->event, "length")),
		.ts.tv_sec = (time_t)at,
		/* nanoseconds, as the file's header says */
		.ts.tv_usec = (suseconds_t)((at - (double)(time_t)at) * 1e9),
	};

	pcap_dump((u_char *)dumper, &header, bytes);
}

static int print(FILE *out, const void *argument)
{
	const struct capture *capture = argument;
	const struct story *story = capture->story;
	pcap_t *pcap =
		pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *dumper = pcap ? pcap_dump_fopen(pcap, out) : NULL;

	for (size_t i = 0; dumper && i < story->count; i++)
		if (story->items[i].kind == STORY_SEGMENT)
			dump_segment(dumper, &story->items[i], story->started);
	if (dumper)
		pcap_dump_flush(dumper);
	/* the dumper is the stream itself, which the caller closes */
	if (pcap)
		pcap_close(pcap);
	return dumper ? 0 : -ENOMEM;
}

int capture_pcap(const struct capture *capture, const char *path)
{
	return atomic_file_write(path, print, capture);
}
