/* SPDX-License-Identifier: MIT */
/*
 * Is what ws_decode() says of a packet true, and is it safe from packets that lie?
 */
#include "suites/claim.h"
#include "suites/self_packets.h"

#include <CUnit/CUnit.h>
#include <arpa/inet.h>
#include <pcap/dlt.h>
#include <stdlib.h>
#include <string.h>

CHAPTER("self-tests: decoder");

#define HEADER "asserts/segment.h"

static void same_address(const struct ws_addr *addr, const char *wanted)
{
	char text[WS_ADDR_TEXT];

	self_same_text("address", ws_addr_text(addr, text), wanted);
}

CLAIM("self.decode.syn", HOLDS, "every field and option of an IPv4 SYN is found", HEADER, PURE)
{
	struct ws_segment segment = self_decode("syn");

	CU_ASSERT_EQUAL_FATAL(segment.protocol, WS_TCP);
	same_address(&segment.src, "10.1.73.45.40000");
	same_address(&segment.dst, "10.1.73.76.50000");
	CU_ASSERT_EQUAL_FATAL(segment.ttl, 64);
	CU_ASSERT_EQUAL_FATAL(segment.tos, 0x10);
	CU_ASSERT_EQUAL_FATAL(segment.ip_id, 0x1234);
	CU_ASSERT_FATAL(segment.checksum_ok);
	CU_ASSERT_EQUAL_FATAL(segment.flags, SYN);
	CU_ASSERT_EQUAL_FATAL(segment.seq, 1000);
	CU_ASSERT_EQUAL_FATAL(segment.window, 64240);
	CU_ASSERT_EQUAL_FATAL(segment.length, 0);
	CU_ASSERT_EQUAL_FATAL(segment.options.mss, 1460);
	CU_ASSERT_EQUAL_FATAL(segment.options.wscale, 7);
	CU_ASSERT_FATAL(segment.options.sack_permitted);
	CU_ASSERT_FATAL(segment.options.timestamps);
	CU_ASSERT_EQUAL_FATAL(segment.options.tsval, 1);
	CU_ASSERT_EQUAL_FATAL(segment.options.raw_length, 20);
	CU_ASSERT_EQUAL_FATAL(ws_segment_space(&segment), 1);
	self_same_text("problem", segment.problem, NULL);
}

CLAIM("self.decode.all-clean", HOLDS, "all sample packets decode without a problem", HEADER, PURE)
{
	for (size_t i = 0; i < self_packet_count; i++) {
		bool other = !strcmp(self_packets[i].name, "udp");
		struct ws_segment segment = self_decode(self_packets[i].name);

		self_same_text(self_packets[i].name, segment.problem, NULL);
		CU_ASSERT_EQUAL_FATAL(segment.checksum_ok, !other);
		CU_ASSERT_EQUAL_FATAL(segment.protocol == WS_OTHER, other);
	}
}

CLAIM("self.decode.ip-options", HOLDS, "IP options are skipped on the way to TCP", HEADER, PURE)
{
	struct ws_segment segment = self_decode("ip-options");

	CU_ASSERT_EQUAL_FATAL(segment.flags, PSH | ACK);
	CU_ASSERT_EQUAL_FATAL(segment.length, 5);
	CU_ASSERT_EQUAL_FATAL(segment.payload_captured, 5);
	CU_ASSERT_FATAL(!memcmp(segment.payload, "hello", 5));
	CU_ASSERT_EQUAL_FATAL(segment.options.wscale, -1);
}

CLAIM("self.decode.ipv6-extensions", HOLDS,
      "hop-by-hop, destination, routing and fragment headers are skipped on the way to TCP", HEADER,
      PURE)
{
	struct ws_segment segment = self_decode("extensions");

	CU_ASSERT_EQUAL_FATAL(segment.protocol, WS_TCP);
	same_address(&segment.src, "fd00::45.40000");
	CU_ASSERT_EQUAL_FATAL(segment.length, 3);
	CU_ASSERT_FATAL(segment.checksum_ok);
}

CLAIM("self.decode.sack", HOLDS, "SACK blocks and timestamps are read", HEADER, PURE)
{
	struct ws_segment segment = self_decode("null");

	CU_ASSERT_EQUAL_FATAL(segment.options.sacks, 1);
	CU_ASSERT_EQUAL_FATAL(segment.options.sack[0].left, 1006);
	CU_ASSERT_EQUAL_FATAL(segment.options.sack[0].right, 1011);
	CU_ASSERT_EQUAL_FATAL(segment.options.tsval, 2);
	CU_ASSERT_EQUAL_FATAL(segment.options.tsecr, 1);
	segment = self_decode("four-sacks");
	CU_ASSERT_EQUAL_FATAL(segment.options.sacks, 4);
	CU_ASSERT_EQUAL_FATAL(segment.options.sack[3].right, 1006);
}

static void quotes(const char *name, const char *src, const char *dst)
{
	struct ws_segment segment = self_decode(name);

	CU_ASSERT_EQUAL_FATAL(segment.protocol, WS_ICMP);
	CU_ASSERT_FATAL(segment.quotes_tcp);
	CU_ASSERT_EQUAL_FATAL(segment.src.port, 0);
	same_address(&segment.quoted_src, src);
	same_address(&segment.quoted_dst, dst);
	CU_ASSERT_EQUAL_FATAL(segment.quoted_seq, 1000);
}

CLAIM("self.decode.icmp", HOLDS, "an ICMP error tells which segment it is about", HEADER, PURE)
{
	quotes("port-v4", "10.1.73.45.40000", "10.1.73.76.50000");
	quotes("too-big-v4", "10.1.73.45.40000", "10.1.73.76.50000");
	quotes("port-v6", "fd00::45.40000", "fd00::76.50000");
	CU_ASSERT_FATAL(!self_decode("echo-v4").quotes_tcp);
	CU_ASSERT_EQUAL_FATAL(self_decode("too-big-v4").icmp_mtu, 1400);
	CU_ASSERT_EQUAL_FATAL(self_decode("too-big-v6").icmp_mtu, 1280);
	CU_ASSERT_EQUAL_FATAL(self_decode("port-v4").icmp_mtu, 0);
}

CLAIM("self.decode.space", HOLDS, "SYN, FIN and each byte take one number, ICMP takes none",
      "RFC 9293 3.4", PURE)
{
	struct ws_segment segment = {.protocol = WS_TCP, .flags = SYN | FIN | ACK, .length = 5};

	CU_ASSERT_EQUAL_FATAL(ws_segment_space(&segment), 7);
	segment.flags = ACK;
	CU_ASSERT_EQUAL_FATAL(ws_segment_space(&segment), 5);
	segment.protocol = WS_ICMP;
	CU_ASSERT_EQUAL_FATAL(ws_segment_space(&segment), 0);
}

/* --- packets that lie or are cut --- */

CLAIM("self.decode.every-prefix", HOLDS,
      "a packet cut anywhere is not read past its end, and said to be cut", HEADER, PURE)
{
	for (size_t i = 0; i < self_packet_count; i++) {
		for (size_t size = 0; size < self_packet_size(&self_packets[i]); size++) {
			uint8_t *bytes = self_packet_bytes(&self_packets[i], size);
			struct ws_segment segment;

			ws_decode(self_packets[i].linktype, bytes, size, &segment);
			free(bytes);
			CU_ASSERT_PTR_NOT_NULL_FATAL(segment.problem);
			CU_ASSERT_FATAL(!segment.checksum_ok);
		}
	}
}

static void cut(const char *name, size_t size, bool decoded, const char *problem)
{
	const struct self_packet *packet = self_packet(name);
	uint8_t *bytes = self_packet_bytes(packet, size);
	struct ws_segment segment;
	bool is_ip = ws_decode(packet->linktype, bytes, size, &segment);

	free(bytes);
	CU_ASSERT_EQUAL_FATAL(is_ip, decoded);
	self_same_text(name, segment.problem, problem);
}

CLAIM("self.decode.truncated", HOLDS, "the header in which a packet was cut is named", HEADER, PURE)
{
	cut("syn", 19, false, "no IP header");
	cut("syn", 39, true, "truncated in the TCP header");
	cut("syn", 41, true, "truncated in the TCP options");
	cut("ip-options", 14 + 27, true, "truncated in the IPv4 options");
	cut("ip-options", 14 + 28 + 20, true, "truncated in the payload");
	cut("extensions", 50, true, "truncated in an IPv6 extension header");
	cut("port-v4", 27, true, "truncated in the ICMP header");
	cut("port-v4", 28 + 19, true, "no IP header in the ICMP quote");
	cut("port-v4", 28 + 27, true, "truncated in the ICMP quote");
	cut("port-v6", 40 + 8 + 40 + 8, true, "truncated in the payload");
}

/** A byte of a sample packet changed, and what must then be said. */
static const struct lie {
	const char *packet;
	size_t at;
	uint8_t byte;
	const char *problem;
} lies[] = {
	{"syn", 0, 0x44, "IPv4 header length below 20"},
	{"syn", 0, 0x4f, "truncated in the TCP header"},
	{"syn", 3, 19, "IPv4 total length below the header's"},
	{"syn", 3, 39, "truncated in the TCP header"},
	{"syn", 2, 1, "truncated in the payload"},
	{"syn", 6, 0x20, "the first of several fragments"},
	{"syn", 7, 1, "not the first fragment"},
	{"syn", 32, 0x40, "TCP data offset below 5"},
	{"syn", 32, 0xf0, "TCP data offset beyond the packet"},
	{"syn", 40, 5, "bad TCP option length"}, /* a SACK of two bytes */
	{"syn", 41, 0, "bad TCP option length"},
	{"syn", 41, 1, "bad TCP option length"},
	{"syn", 41, 3, "bad TCP option length"},
	{"syn", 41, 255, "bad TCP option length"},
	{"syn", 47, 9, "bad TCP option length"},
	{"syn", 58, 4, "bad TCP option length"},
	{"syn", 59, 255, NULL}, /* a wrong shift count is not the decoder's business */
	{"extensions", 5, 0, "IPv6 payload length is 0"},
	{"extensions", 5, 7, "IPv6 extension header beyond the packet"},
	{"extensions", 5, 200, "truncated in the payload"},
	{"extensions", 41, 255, "IPv6 extension header beyond the packet"},
	{"extensions", 64, 0, "IPv6 extension header beyond the packet"}, /* TCP as hop-by-hop */
	{"extensions", 66, 1, "not the first fragment"},
	{"extensions", 67, 1, "the first of several fragments"},
	{"extensions", 59, 1, NULL},
	{"port-v4", 28, 0x60, "no IP header in the ICMP quote"},
	{"port-v4", 28, 0x44, NULL}, /* a quote that lies quotes nothing */
};

/* The IPv4 header's checksum is put right, so that the lie is the only problem. */
static void decode_lie(const struct lie *lie, struct ws_segment *segment)
{
	const struct self_packet *packet = self_packet(lie->packet);
	size_t size = self_packet_size(packet);
	uint8_t *bytes = self_packet_bytes(packet, size);
	uint16_t sum;

	bytes[lie->at] = lie->byte;
	if (bytes[0] >> 4 == 4) {
		memset(bytes + 10, 0, 2);
		sum = ws_checksum(bytes, (size_t)(bytes[0] & 0xf) * 4, 0);
		memcpy(bytes + 10, &sum, 2);
	}
	ws_decode(packet->linktype, bytes, size, segment);
	free(bytes);
}

CLAIM("self.decode.lies", HOLDS, "a length that cannot be true is named and not believed", HEADER,
      PURE)
{
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct ws_segment segment;

		decode_lie(&lies[i], &segment);
		self_same_text(lies[i].packet, segment.problem, lies[i].problem);
		CU_ASSERT_FATAL(!segment.quotes_tcp && !segment.checksum_ok);
	}
}

CLAIM("self.decode.not-ip", HOLDS, "ARP, unknown link types and IP version 5 are not IP", HEADER,
      PURE)
{
	uint8_t bytes[60] = {[12] = 0x08, [13] = 0x06};
	struct ws_segment segment;

	CU_ASSERT_FATAL(!ws_decode(DLT_EN10MB, bytes, sizeof(bytes), &segment));
	bytes[0] = 0x55;
	CU_ASSERT_FATAL(!ws_decode(DLT_RAW, bytes, sizeof(bytes), &segment));
	bytes[0] = 0x45;
	CU_ASSERT_FATAL(ws_decode(DLT_RAW, bytes, sizeof(bytes), &segment));
	CU_ASSERT_FATAL(!ws_decode(DLT_USB, bytes, sizeof(bytes), &segment));
	CU_ASSERT_EQUAL_FATAL(segment.protocol, WS_OTHER);
}

CLAIM("self.decode.padding", HOLDS, "Ethernet padding is not payload", HEADER, PURE)
{
	const struct self_packet *vlan = self_packet("vlan");
	size_t size = self_packet_size(vlan);
	uint8_t *bytes = self_packet_bytes(vlan, size);
	uint8_t padded[128] = {0};
	struct ws_segment segment;

	memcpy(padded, bytes, size);
	free(bytes);
	CU_ASSERT_FATAL(ws_decode(vlan->linktype, padded, sizeof(padded), &segment));
	CU_ASSERT_EQUAL_FATAL(segment.length, 0);
	CU_ASSERT_FATAL(segment.checksum_ok);
	self_same_text("problem", segment.problem, NULL);
}

/* --- checksums --- */

/* Any bit of the TCP segment turned makes the checksum wrong, and nothing but the bit changes. */
CLAIM("self.decode.checksum", HOLDS, "a bit that is turned is noticed", "RFC 9293 3.1", PURE)
{
	static const char *const names[] = {"extensions", "port-v6", "rst-data", "port-v4"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct self_packet *packet = self_packet(names[i]);
		size_t size = self_packet_size(packet);
		uint8_t *bytes = self_packet_bytes(packet, size);
		struct ws_segment segment;

		for (int bit = 0; bit < 8; bit++) {
			bytes[size - 1] ^= (uint8_t)(1 << bit);
			CU_ASSERT_FATAL(ws_decode(packet->linktype, bytes, size, &segment));
			bytes[size - 1] ^= (uint8_t)(1 << bit);
			CU_ASSERT_FATAL(!segment.checksum_ok);
			self_same_text(names[i], segment.problem, NULL);
		}
		free(bytes);
	}
}

CLAIM("self.decode.ip-checksum", HOLDS, "a wrong IPv4 header checksum is a problem", HEADER, PURE)
{
	const struct self_packet *packet = self_packet("syn");
	size_t size = self_packet_size(packet);
	uint8_t *bytes = self_packet_bytes(packet, size);
	struct ws_segment segment;

	bytes[8]--;
	ws_decode(packet->linktype, bytes, size, &segment);
	free(bytes);
	self_same_text("problem", segment.problem, "bad IPv4 header checksum");
	CU_ASSERT_EQUAL_FATAL(segment.flags, SYN);
}

CLAIM("self.checksum.rfc1071", HOLDS, "the sum of RFC 1071's example is its ddf2", "RFC 1071 3",
      PURE)
{
	static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	static const uint8_t odd[] = {0x01};

	CU_ASSERT_EQUAL_FATAL(ws_checksum(example, sizeof(example), 0), htons(0x220d));
	CU_ASSERT_EQUAL_FATAL(ws_checksum(odd, 1, 0), htons(0xfeff));
	CU_ASSERT_EQUAL_FATAL(ws_checksum(odd, 0, 0xffffffff), 0);
}

/* --- addresses --- */

CLAIM("self.address.mapped", HOLDS, "a v4-mapped address is the IPv4 address it is on the wire",
      HEADER, PURE)
{
	struct sockaddr_storage storage = {.ss_family = AF_INET6};
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
	struct ws_addr addr, back;

	v6->sin6_port = htons(80);
	inet_pton(AF_INET6, "::ffff:10.0.0.1", &v6->sin6_addr);
	CU_ASSERT_FATAL(ws_addr_from(&addr, &storage));
	same_address(&addr, "10.0.0.1.80");
	CU_ASSERT_EQUAL_FATAL(ws_addr_to(&addr, &storage), sizeof(struct sockaddr_in));
	CU_ASSERT_FATAL(ws_addr_from(&back, &storage) && ws_addr_equal(&addr, &back));
}

CLAIM("self.address.equal", HOLDS, "addresses differ by family, port and every byte", HEADER, PURE)
{
	struct sockaddr_storage storage = {.ss_family = AF_UNIX};
	struct ws_addr a = self_decode("port-v6").quoted_src, b = a, none;

	CU_ASSERT_FATAL(ws_addr_equal(&a, &b));
	b.port++;
	CU_ASSERT_FATAL(!ws_addr_equal(&a, &b));
	b = a;
	b.v6.s6_addr[15]++;
	CU_ASSERT_FATAL(!ws_addr_equal(&a, &b));
	CU_ASSERT_FATAL(!ws_addr_from(&none, &storage) && !ws_addr_equal(&a, &none));
	CU_ASSERT_EQUAL_FATAL(ws_addr_to(&none, &storage), 0);
	same_address(&none, "none");
	CU_ASSERT_EQUAL_FATAL(ws_addr_to(&a, &storage), sizeof(struct sockaddr_in6));
	CU_ASSERT_FATAL(ws_addr_from(&b, &storage) && ws_addr_equal(&a, &b));
}
