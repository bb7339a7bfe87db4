/* SPDX-License-Identifier: MIT */
/*
 * The decoder's upper half: TCP with its options, ICMP and the segment an ICMP error quotes.
 */
#include "segment.h"
#include "ip.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <string.h>

#define TCP_HEADER  20
#define TCP_QUOTED  8 /* what an ICMP error must quote (RFC 792): ports and seq */
#define ICMP_HEADER 8

/* The first problem is the one nearest to the cause. */
static void note(struct ws_segment *segment, const char *problem)
{
	if (!segment->problem)
		segment->problem = problem;
}

uint32_t ws_segment_space(const struct ws_segment *segment)
{
	if (segment->protocol != WS_TCP)
		return 0;
	return segment->length + !!(segment->flags & SYN) + !!(segment->flags & FIN);
}

/* --- TCP --- */

static void read_mss(struct ws_tcp_options *options, const uint8_t *value, size_t size)
{
	(void)size;
	options->mss = ws_be16(value);
}

static void read_wscale(struct ws_tcp_options *options, const uint8_t *value, size_t size)
{
	(void)size;
	options->wscale = value[0];
}

static void read_sack_permitted(struct ws_tcp_options *options, const uint8_t *value, size_t size)
{
	(void)value;
	(void)size;
	options->sack_permitted = true;
}

static void read_sack(struct ws_tcp_options *options, const uint8_t *value, size_t size)
{
	options->sacks = (unsigned int)size / 8;
	for (size_t i = 0; i < options->sacks; i++) {
		options->sack[i].left = ws_be32(value + i * 8);
		options->sack[i].right = ws_be32(value + i * 8 + 4);
	}
}

static void read_timestamps(struct ws_tcp_options *options, const uint8_t *value, size_t size)
{
	(void)size;
	options->timestamps = true;
	options->tsval = ws_be32(value);
	options->tsecr = ws_be32(value + 4);
}

/** The options that are decoded; the value is one to `most` units long. */
static const struct {
	size_t unit, most;
	void (*read)(struct ws_tcp_options *options, const uint8_t *value, size_t size);
} option_kinds[256] = {
	[TCPOPT_MAXSEG] = {2, 1, read_mss},
	[TCPOPT_WINDOW] = {1, 1, read_wscale},
	[TCPOPT_SACK_PERMITTED] = {0, 1, read_sack_permitted},
	[TCPOPT_SACK] = {8, 4, read_sack},
	[TCPOPT_TIMESTAMP] = {8, 1, read_timestamps},
};

static bool read_option(struct ws_tcp_options *options, uint8_t kind, const uint8_t *value,
			size_t size)
{
	size_t unit = option_kinds[kind].unit;

	if (!option_kinds[kind].read)
		return true;
	if (size < unit || size > unit * option_kinds[kind].most || (unit && size % unit))
		return false;
	option_kinds[kind].read(options, value, size);
	return true;
}

static bool read_options(struct ws_tcp_options *options)
{
	const uint8_t *raw = options->raw;
	size_t left = options->raw_length, size;

	for (; left && raw[0] != TCPOPT_EOL; raw += size, left -= size) {
		size = 1;
		if (raw[0] == TCPOPT_NOP)
			continue;
		if (left < 2 || raw[1] < 2 || raw[1] > left)
			return false;
		size = raw[1];
		if (!read_option(options, raw[0], raw + 2, size - 2))
			return false;
	}
	return true;
}

static bool checksum_holds(const struct ws_ip *ip, uint32_t sum)
{
	return ip->whole && ip->captured == ip->length && !ws_checksum(ip->body, ip->length, sum);
}

static uint32_t pseudo_header(const struct ws_ip *ip, uint8_t protocol)
{
	return ws_pseudo_header(&ip->src, &ip->dst, protocol, (uint32_t)ip->length);
}

/* What follows the fixed header, which is known to be there. */
static void tcp_rest(const struct ws_ip *ip, struct ws_segment *segment)
{
	struct ws_tcp_options *options = &segment->options;
	size_t header = (size_t)(ip->body[12] >> 4) * 4;
	size_t here = header < ip->captured ? header : ip->captured;

	if (header < TCP_HEADER || header > ip->length) {
		note(segment, header < TCP_HEADER ? "TCP data offset below 5"
						  : "TCP data offset beyond the packet");
		return;
	}
	options->raw_length = (unsigned int)(here - TCP_HEADER);
	memcpy(options->raw, ip->body + TCP_HEADER, options->raw_length);
	if (ip->captured < header)
		note(segment, "truncated in the TCP options");
	if (!read_options(options))
		note(segment, "bad TCP option length");

	segment->length = (uint32_t)(ip->length - header);
	segment->payload_captured = WS_PAYLOAD_PREFIX;
	if (ip->captured - here < WS_PAYLOAD_PREFIX)
		segment->payload_captured = (unsigned int)(ip->captured - here);
	memcpy(segment->payload, ip->body + here, segment->payload_captured);
}

static void tcp_decode(const struct ws_ip *ip, struct ws_segment *segment)
{
	const uint8_t *tcp = ip->body;

	segment->protocol = WS_TCP;
	segment->length = 0;
	if (ip->captured >= TCP_QUOTED) {
		segment->src.port = ws_be16(tcp);
		segment->dst.port = ws_be16(tcp + 2);
		segment->seq = ws_be32(tcp + 4);
	}
	if (ip->captured < TCP_HEADER) {
		note(segment, "truncated in the TCP header");
		return;
	}
	segment->ack = ws_be32(tcp + 8);
	segment->flags = ws_be16(tcp + 12) & 0x1ff;
	segment->window = ws_be16(tcp + 14);
	segment->urgent = ws_be16(tcp + 18);
	segment->checksum_ok = checksum_holds(ip, pseudo_header(ip, IPPROTO_TCP));
	tcp_rest(ip, segment);
}

/* --- ICMP --- */

/** The messages that quote the packet they are about. */
static const bool quotes_v4[256] = {
	[ICMP_DEST_UNREACH] = true,  [ICMP_SOURCE_QUENCH] = true, [ICMP_REDIRECT] = true,
	[ICMP_TIME_EXCEEDED] = true, [ICMP_PARAMETERPROB] = true,
};
static const bool quotes_v6[256] = {
	[ICMP6_DST_UNREACH] = true,
	[ICMP6_PACKET_TOO_BIG] = true,
	[ICMP6_TIME_EXCEEDED] = true,
	[ICMP6_PARAM_PROB] = true,
};

/* A quote is cut short by nature: only what prevents finding the TCP header is a problem. */
static void icmp_quote(const uint8_t *bytes, size_t captured, struct ws_segment *segment)
{
	struct ws_ip ip;

	if (!ws_ip_parse(bytes, captured, &ip) || ip.src.family != segment->src.family) {
		note(segment, "no IP header in the ICMP quote");
		return;
	}
	if (ip.protocol != IPPROTO_TCP)
		return;
	if (ip.captured < TCP_QUOTED) {
		note(segment, "truncated in the ICMP quote");
		return;
	}
	segment->quotes_tcp = true;
	segment->quoted_src = ip.src;
	segment->quoted_dst = ip.dst;
	segment->quoted_src.port = ws_be16(ip.body);
	segment->quoted_dst.port = ws_be16(ip.body + 2);
	segment->quoted_seq = ws_be32(ip.body + 4);
}

static void icmp_decode(const struct ws_ip *ip, struct ws_segment *segment)
{
	bool v6 = ip->src.family == AF_INET6;
	const uint8_t *icmp = ip->body;

	segment->protocol = WS_ICMP;
	if (ip->captured < ICMP_HEADER) {
		note(segment, "truncated in the ICMP header");
		return;
	}
	segment->icmp_type = icmp[0];
	segment->icmp_code = icmp[1];
	segment->checksum_ok = checksum_holds(ip, v6 ? pseudo_header(ip, IPPROTO_ICMPV6) : 0);
	if (v6 && icmp[0] == ICMP6_PACKET_TOO_BIG)
		segment->icmp_mtu = ws_be32(icmp + 4);
	if (!v6 && icmp[0] == ICMP_DEST_UNREACH && icmp[1] == ICMP_FRAG_NEEDED)
		segment->icmp_mtu = ws_be16(icmp + 6);
	if ((v6 ? quotes_v6 : quotes_v4)[icmp[0]])
		icmp_quote(icmp + ICMP_HEADER, ip->captured - ICMP_HEADER, segment);
}

static void transport_decode(const struct ws_ip *ip, struct ws_segment *segment)
{
	uint8_t icmp = ip->src.family == AF_INET6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	if (ip->protocol == IPPROTO_TCP)
		tcp_decode(ip, segment);
	else if (ip->protocol == icmp)
		icmp_decode(ip, segment);
}

bool ws_decode(int linktype, const uint8_t *bytes, size_t captured, struct ws_segment *segment)
{
	struct ws_ip ip;

	*segment = (struct ws_segment){.protocol = WS_OTHER, .options.wscale = -1};
	if (!ws_ip_from_frame(linktype, bytes, captured, &ip)) {
		segment->problem = "no IP header";
		return false;
	}
	segment->src = ip.src;
	segment->dst = ip.dst;
	segment->ttl = ip.ttl;
	segment->tos = ip.tos;
	segment->ip_id = ip.id;
	segment->length = (uint32_t)ip.length;
	segment->problem = ip.problem;
	transport_decode(&ip, segment);
	if (ip.captured < ip.length)
		note(segment, "truncated in the payload");
	return true;
}
