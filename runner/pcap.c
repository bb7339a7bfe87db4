/* SPDX-License-Identifier: MIT */
/* The segments of an event list as a pcap file. */
#include "runner/outcome.h"
#include "runner/atomic_file.h"
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SNAPLEN = 65535 };

static unsigned from_hex(const char *text, uint8_t *bytes, unsigned room)
{
	unsigned count = 0;

	for (; count < room && sscanf(text, "%2hhx", &bytes[count]) == 1; count++)
		text += 2;
	return count;
}

static void dump_segment(pcap_dumper_t *dumper, const json_t *event, double started)
{
	double at = started + json_number_value(json_object_get(event, "at"));
	uint8_t bytes[256];
	struct pcap_pkthdr header = {
		.caplen = from_hex(outcome_text(event, "bytes"), bytes, sizeof(bytes)),
		.len = (bpf_u_int32)json_integer_value(json_object_get(event, "length")),
		.ts.tv_sec = (time_t)at,
		/* nanoseconds, as the file's header says */
		.ts.tv_usec = (suseconds_t)((at - (double)(time_t)at) * 1e9),
	};

	pcap_dump((u_char *)dumper, &header, bytes);
}

static int write_capture(FILE *out, const void *argument)
{
	const json_t *events = argument, *start = outcome_event(events, "start");
	double started = json_real_value(json_object_get(start, "realtime"));
	pcap_t *pcap =
		pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPLEN, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *dumper = pcap ? pcap_dump_fopen(pcap, out) : NULL;
	json_t *event;
	size_t i;

	if (dumper) {
		json_array_foreach (events, i, event)
			if (strcmp(outcome_text(event, "event"), "segment") == 0)
				dump_segment(dumper, event, started);
		pcap_dump_flush(dumper);
	}
	/* the dumper is the stream itself, which the caller closes */
	if (pcap)
		pcap_close(pcap);
	return dumper ? 0 : -ENOMEM;
}

int outcome_pcap(const json_t *events, const char *path)
{
	return atomic_file_write(path, write_capture, events);
}
