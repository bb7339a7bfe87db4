/* SPDX-License-Identifier: MIT */
/*
 * A decoded segment as a line of text, in the words of `tcpdump -n` 4.99, so that a transcript can
 * be compared by eye with a capture. What came from the wire is never printed raw.
 */
#include "segment.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>

/** Text under construction: `length` counts on when the room is used up, as snprintf(3) does. */
struct text {
	char *start;
	size_t size, length;
};

static __attribute__((format(printf, 2, 3))) void put(struct text *text, const char *format, ...)
{
	bool fits = text->length < text->size;
	va_list values;
	int n;

	va_start(values, format);
	n = vsnprintf(fits ? text->start + text->length : NULL,
		      fits ? text->size - text->length : 0, format, values);
	va_end(values);
	if (n > 0)
		text->length += (size_t)n;
}

/** In the order in which tcpdump prints them. */
static const struct {
	uint16_t flag;
	const char *letter, *name;
} flag_names[] = {
	{FIN, "F", "FIN"}, {SYN, "S", "SYN"}, {RST, "R", "RST"},
	{PSH, "P", "PSH"}, {ACK, ".", "ACK"}, {URG, "U", "URG"},
	{ECE, "E", "ECE"}, {CWR, "W", "CWR"}, {WS_AE, "e", "AE"},
};

static const char *join_flags(uint16_t flags, bool names, char *joined, size_t size)
{
	struct text text = {.start = joined, .size = size};

	put(&text, "%s", "");
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		put(&text, "%s%s", names && text.length ? "," : "",
		    names ? flag_names[i].name : flag_names[i].letter);
	}
	if (!text.length)
		put(&text, "none");
	return joined;
}

const char *ws_flags_text(uint16_t flags, char text[12])
{
	return join_flags(flags, false, text, 12);
}

const char *ws_flags_names(uint16_t flags, char text[40])
{
	return join_flags(flags, true, text, 40);
}

/* --- TCP options --- */

static void put_hex(struct text *text, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		put(text, "%02x", bytes[i]);
}

static uint32_t number(const uint8_t *bytes, size_t size)
{
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void put_number(struct text *text, const uint8_t *value, size_t size, uint32_t base)
{
	(void)base;
	put(text, " %u", number(value, size));
}

static void put_timestamps(struct text *text, const uint8_t *value, size_t size, uint32_t base)
{
	(void)base;
	put(text, " val %u ecr %u", number(value, size / 2), number(value + 4, size / 2));
}

static void put_sack(struct text *text, const uint8_t *value, size_t size, uint32_t base)
{
	put(text, " %zu ", size / 8);
	for (size_t i = 0; i < size; i += 8)
		put(text, "{%u:%u}", number(value + i, 4) - base, number(value + i + 4, 4) - base);
}

static void put_fast_open(struct text *text, const uint8_t *value, size_t size, uint32_t base)
{
	(void)base;
	put(text, size ? "  cookie " : "  cookiereq"); /* two spaces: tcpdump's */
	put_hex(text, value, size);
}

static void put_opaque(struct text *text, const uint8_t *value, size_t size, uint32_t base)
{
	(void)base;
	if (size)
		put(text, " 0x");
	put_hex(text, value, size);
}

#define ANY_SIZE 0xff

/** Options with a name; `size` is that of the value. */
static const struct option_text {
	const char *name;
	uint8_t size;
	void (*put)(struct text *text, const uint8_t *value, size_t size, uint32_t base);
} option_texts[256] = {
	[TCPOPT_MAXSEG] = {"mss", 2, put_number},
	[TCPOPT_WINDOW] = {"wscale", 1, put_number},
	[TCPOPT_SACK_PERMITTED] = {"sackOK", 0, NULL},
	[TCPOPT_SACK] = {"sack", ANY_SIZE, put_sack},
	[TCPOPT_TIMESTAMP] = {"TS", 8, put_timestamps},
	[19] = {"md5", ANY_SIZE, put_opaque},
	[29] = {"tcp-ao", ANY_SIZE, put_opaque},
	[30] = {"mptcp", ANY_SIZE, put_opaque},
	[34] = {"tfo", ANY_SIZE, put_fast_open},
};

static bool put_option(struct text *text, const uint8_t *option, size_t size, uint32_t base)
{
	const struct option_text *known = &option_texts[option[0]];

	if (known->name && known->size != ANY_SIZE && known->size != size - 2)
		return false;
	if (option[0] == TCPOPT_SACK && (size == 2 || (size - 2) % 8))
		return false;
	if (known->name)
		put(text, "%s", known->name);
	else
		put(text, "unknown-%u", option[0]);
	if (known->put)
		known->put(text, option + 2, size - 2, base);
	else if (!known->name)
		put_opaque(text, option + 2, size - 2, base);
	return true;
}

/* Print one option. Returns its size, or 0 when nothing can follow it. */
static size_t put_next_option(struct text *text, const uint8_t *raw, size_t left, uint32_t base)
{
	if (raw[0] == TCPOPT_EOL) {
		put(text, "eol");
		return 0;
	}
	if (raw[0] == TCPOPT_NOP) {
		put(text, "nop");
		return 1;
	}
	if (left < 2 || raw[1] < 2 || raw[1] > left || !put_option(text, raw, raw[1], base)) {
		put(text, "[bad opt]");
		return 0;
	}
	return raw[1];
}

static void put_options(struct text *text, const struct ws_tcp_options *options, uint32_t base)
{
	size_t left = options->raw_length, size = 0;
	const uint8_t *raw = options->raw;

	if (!left)
		return;
	put(text, ", options [");
	do {
		raw += size;
		size = put_next_option(text, raw, left, base);
		left -= size;
		put(text, size && left ? "," : "]");
	} while (size && left);
}

/* --- TCP --- */

static void put_byte(struct text *text, uint8_t byte)
{
	static const char *const escapes[256] = {
		['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t", ['"'] = "\\\"", ['\\'] = "\\\\",
	};

	if (escapes[byte])
		put(text, "%s", escapes[byte]);
	else if (byte >= 0x20 && byte < 0x7f)
		put(text, "%c", byte);
	else
		put(text, "\\x%02x", byte);
}

static void put_payload(struct text *text, const struct ws_segment *segment)
{
	if (!segment->payload_captured)
		return;
	put(text, ": \"");
	for (unsigned int i = 0; i < segment->payload_captured; i++)
		put_byte(text, segment->payload[i]);
	put(text, "\"%s", segment->payload_captured < segment->length ? "…" : "");
}

static void put_tcp(struct text *text, const struct ws_segment *segment, uint32_t seq_base,
		    uint32_t ack_base)
{
	uint32_t seq = segment->seq - seq_base;
	char flags[12];

	put(text, "Flags [%s]", ws_flags_text(segment->flags, flags));
	if (segment->length || segment->flags & (SYN | FIN | RST))
		put(text, ", seq %u", seq);
	if (segment->length)
		put(text, ":%u", seq + segment->length);
	if (segment->flags & ACK)
		put(text, ", ack %u", segment->ack - ack_base);
	put(text, ", win %u", segment->window);
	if (segment->flags & URG)
		put(text, ", urg %u", segment->urgent);
	put_options(text, &segment->options, ack_base);
	put(text, ", length %u", segment->length);
	put_payload(text, segment);
}

/* --- ICMP --- */

/** In the phrases '@' is the quoted destination, '<' the quoted source, '#' the destination port
 *  and '&' the MTU. */
static const char *const unreachable_v4[] = {
	[ICMP_NET_UNREACH] = "net @ unreachable",
	[ICMP_HOST_UNREACH] = "host @ unreachable",
	[ICMP_PROT_UNREACH] = "@ protocol 6 unreachable",
	[ICMP_PORT_UNREACH] = "@ tcp port # unreachable",
	[ICMP_FRAG_NEEDED] = "@ unreachable - need to frag (mtu &)",
	[ICMP_SR_FAILED] = "@ unreachable - source route failed",
	[ICMP_NET_UNKNOWN] = "net @ unreachable - unknown",
	[ICMP_HOST_UNKNOWN] = "host @ unreachable - unknown",
	[ICMP_HOST_ISOLATED] = "@ unreachable - source host isolated",
	[ICMP_NET_ANO] = "net @ unreachable - admin prohibited",
	[ICMP_HOST_ANO] = "host @ unreachable - admin prohibited",
	[ICMP_NET_UNR_TOS] = "net @ unreachable - tos prohibited",
	[ICMP_HOST_UNR_TOS] = "host @ unreachable - tos prohibited",
	[ICMP_PKT_FILTERED] = "host @ unreachable - admin prohibited filter",
	[ICMP_PREC_VIOLATION] = "host @ unreachable - host precedence violation",
	[ICMP_PREC_CUTOFF] = "host @ unreachable - precedence cutoff",
};
static const char *const exceeded_v4[] = {
	[ICMP_EXC_TTL] = "time exceeded in-transit",
	[ICMP_EXC_FRAGTIME] = "ip reassembly time exceeded",
};
static const char *const quench_v4[] = {"source quench"};
static const char *const unreachable_v6[] = {
	[ICMP6_DST_UNREACH_NOROUTE] = "destination unreachable, unreachable route @",
	[ICMP6_DST_UNREACH_ADMIN] = "destination unreachable,  unreachable prohibited @",
	[ICMP6_DST_UNREACH_BEYONDSCOPE] =
		"destination unreachable, beyond scope @, source address <",
	[ICMP6_DST_UNREACH_ADDR] = "destination unreachable, unreachable address @",
	[ICMP6_DST_UNREACH_NOPORT] = "destination unreachable, unreachable port, @ tcp port #",
};
static const char *const too_big_v6[] = {"packet too big, mtu &"};
static const char *const exceeded_v6[] = {
	[ICMP6_TIME_EXCEED_TRANSIT] = "time exceeded in-transit for @",
	[ICMP6_TIME_EXCEED_REASSEMBLY] = "time exceeded in-transit (reassembly)",
};

#define PHRASES(table) table, sizeof(table) / sizeof((table)[0])

static const struct {
	int family;
	uint8_t type;
	const char *const *phrases; /* by code */
	size_t count;
} icmp_errors[] = {
	{AF_INET, ICMP_DEST_UNREACH, PHRASES(unreachable_v4)},
	{AF_INET, ICMP_SOURCE_QUENCH, PHRASES(quench_v4)},
	{AF_INET, ICMP_TIME_EXCEEDED, PHRASES(exceeded_v4)},
	{AF_INET6, ICMP6_DST_UNREACH, PHRASES(unreachable_v6)},
	{AF_INET6, ICMP6_PACKET_TOO_BIG, PHRASES(too_big_v6)},
	{AF_INET6, ICMP6_TIME_EXCEEDED, PHRASES(exceeded_v6)},
};

static const char *icmp_phrase(const struct ws_segment *segment)
{
	for (size_t i = 0; i < sizeof(icmp_errors) / sizeof(icmp_errors[0]); i++)
		if (icmp_errors[i].family == segment->src.family &&
		    icmp_errors[i].type == segment->icmp_type &&
		    icmp_errors[i].count > segment->icmp_code)
			return icmp_errors[i].phrases[segment->icmp_code];
	return NULL;
}

static void put_host(struct text *text, struct ws_addr addr)
{
	char host[WS_ADDR_TEXT];

	addr.port = 0;
	put(text, "%s", ws_addr_text(&addr, host));
}

static void put_phrase(struct text *text, const char *phrase, const struct ws_segment *segment)
{
	for (; *phrase; phrase++) {
		switch (*phrase) {
		case '@':
			put_host(text, segment->quoted_dst);
			break;
		case '<':
			put_host(text, segment->quoted_src);
			break;
		case '#':
			put(text, "%u", segment->quoted_dst.port);
			break;
		case '&':
			put(text, "%u", segment->icmp_mtu);
			break;
		default:
			put(text, "%c", *phrase);
		}
	}
}

static void put_icmp(struct text *text, const struct ws_segment *segment)
{
	const char *phrase = segment->quotes_tcp ? icmp_phrase(segment) : NULL;

	put(text, segment->src.family == AF_INET6 ? "ICMP6, " : "ICMP ");
	if (phrase)
		put_phrase(text, phrase, segment);
	else
		put(text, "type %u code %u", segment->icmp_type, segment->icmp_code);
	put(text, ", length %u", segment->length);
}

int ws_segment_text(const struct ws_segment *segment, uint32_t seq_base, uint32_t ack_base,
		    char *text, size_t size)
{
	struct text line = {.start = text, .size = size};

	if (segment->protocol == WS_TCP)
		put_tcp(&line, segment, seq_base, ack_base);
	else if (segment->protocol == WS_ICMP)
		put_icmp(&line, segment);
	else
		put(&line, "not TCP, length %u", segment->length);
	if (segment->problem)
		put(&line, " [%s]", segment->problem);
	return (int)line.length;
}
