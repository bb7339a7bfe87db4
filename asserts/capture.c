/* SPDX-License-Identifier: MIT */
/* Live capture through libpcap, and markers. */
#include "asserts/capture.h"
#include <arpa/inet.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole frames of a 1500 byte link, and enough of them for a full receive window. */
enum { SNAPLEN = 2048, BUFFER = 256 * 1024, ETHERTYPE_MARKER = 0x88b5 };

struct ws_capture {
	pcap_t *pcap;
	int linktype;
};

static int activate(struct ws_capture *capture, const char *filter, char *problem)
{
	char expression[512];
	struct bpf_program program;
	int status;

	/* without immediate mode a packet waits for a block of 3 MB to fill or time out */
	pcap_set_immediate_mode(capture->pcap, 1);
	pcap_set_snaplen(capture->pcap, SNAPLEN);
	pcap_set_buffer_size(capture->pcap, BUFFER);
	pcap_set_tstamp_precision(capture->pcap, PCAP_TSTAMP_PRECISION_NANO);
	status = pcap_activate(capture->pcap);
	if (status < 0) {
		snprintf(problem, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(capture->pcap));
		if (!problem[0])
			snprintf(problem, PCAP_ERRBUF_SIZE, "%s", pcap_statustostr(status));
		return -1;
	}
	capture->linktype = pcap_datalink(capture->pcap);
	snprintf(expression, sizeof(expression), "(%s) or ether proto %d", filter,
		 ETHERTYPE_MARKER);
	/* not optimised: that takes longer than any claim's packets take in the kernel */
	if (pcap_compile(capture->pcap, &program, expression, 0, PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(problem, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(capture->pcap));
		return -1;
	}
	status = pcap_setfilter(capture->pcap, &program);
	pcap_freecode(&program);
	if (status < 0) {
		snprintf(problem, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(capture->pcap));
		return -1;
	}
	return pcap_setnonblock(capture->pcap, 1, problem);
}

struct ws_capture *ws_capture_open(const char *interface, const char *filter, char *problem)
{
	struct ws_capture *capture = calloc(1, sizeof(*capture));

	if (!capture)
		return NULL;
	capture->pcap = pcap_create(interface, problem);
	if (!capture->pcap || activate(capture, filter, problem) < 0) {
		ws_capture_close(capture);
		return NULL;
	}
	return capture;
}

void ws_capture_close(struct ws_capture *capture)
{
	if (!capture)
		return;
	if (capture->pcap)
		pcap_close(capture->pcap);
	free(capture);
}

int ws_capture_fd(const struct ws_capture *capture)
{
	return pcap_get_selectable_fd(capture->pcap);
}

int ws_capture_linktype(const struct ws_capture *capture)
{
	return capture->linktype;
}

static uint32_t marker_number(const uint8_t *bytes, uint32_t captured)
{
	uint32_t number;

	if (captured < WS_ETHER + sizeof(number) || bytes[12] != ETHERTYPE_MARKER >> 8 ||
	    bytes[13] != (ETHERTYPE_MARKER & 0xff))
		return 0;
	memcpy(&number, bytes + WS_ETHER, sizeof(number));
	return ntohl(number);
}

int ws_capture_next(struct ws_capture *capture, struct ws_packet *packet)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int status = pcap_next_ex(capture->pcap, &header, &bytes);

	if (status <= 0)
		return status == 0 ? 0 : -EIO;
	*packet = (struct ws_packet){
		.bytes = bytes,
		.captured = header->caplen,
		/* with nanosecond precision tv_usec holds nanoseconds */
		.at = header->ts.tv_sec * 1000000000LL + header->ts.tv_usec,
		.marker = marker_number(bytes, header->caplen),
	};
	return 1;
}

int ws_capture_send(struct ws_capture *capture, const void *frame, size_t length)
{
	if (pcap_inject(capture->pcap, frame, length) < 0)
		return errno ? -errno : -EIO;
	return 0;
}

int ws_capture_mark(struct ws_capture *capture, uint32_t number, const uint8_t *to,
		    const uint8_t *from)
{
	uint8_t frame[WS_MARKER] = {0};
	uint32_t wire_order = htonl(number);

	if (to)
		memcpy(frame, to, 6);
	if (from)
		memcpy(frame + 6, from, 6);
	frame[12] = ETHERTYPE_MARKER >> 8;
	frame[13] = ETHERTYPE_MARKER & 0xff;
	memcpy(frame + WS_ETHER, &wire_order, sizeof(wire_order));
	return ws_capture_send(capture, frame, sizeof(frame));
}

unsigned ws_capture_lost(struct ws_capture *capture)
{
	struct pcap_stat stats;

	return pcap_stats(capture->pcap, &stats) < 0 ? 0 : stats.ps_drop;
}
