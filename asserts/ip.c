/* SPDX-License-Identifier: MIT */
/*
 * Link layers, IPv4 and IPv6 with extension headers: down to the bytes of TCP or ICMP.
 */
#include "ip.h"

#include <linux/if_ether.h>
#include <pcap/dlt.h>
#include <string.h>

#define IPV4_HEADER      20
#define IPV6_HEADER      40
#define EXTENSION_HEADER 8 /* the least, and the unit of its length field */

/* The header was read, what follows cannot be. */
static bool ip_stop(struct ws_ip *ip, const char *problem)
{
	ip->protocol = IPPROTO_NONE;
	ip->problem = problem;
	return true;
}

/* `offset` in bytes; `more` is the more-fragments flag. */
static bool ip_fragment(struct ws_ip *ip, unsigned int offset, bool more)
{
	if (offset)
		return ip_stop(ip, "not the first fragment");
	if (more) {
		ip->whole = false;
		ip->problem = "the first of several fragments";
	}
	return true;
}

static void ip_body(struct ws_ip *ip, const uint8_t *body, size_t captured, size_t length)
{
	ip->body = body;
	ip->length = length;
	ip->captured = captured < length ? captured : length;
}

static bool ipv4_parse(const uint8_t *bytes, size_t captured, struct ws_ip *ip)
{
	size_t header, total;

	if (captured < IPV4_HEADER)
		return false;
	header = (size_t)(bytes[0] & 0x0f) * 4;
	total = ws_be16(bytes + 2);
	ip->tos = bytes[1];
	ip->id = ws_be16(bytes + 4);
	ip->ttl = bytes[8];
	ip->protocol = bytes[9];
	ip->src.family = ip->dst.family = AF_INET;
	memcpy(&ip->src.v4, bytes + 12, sizeof(ip->src.v4));
	memcpy(&ip->dst.v4, bytes + 16, sizeof(ip->dst.v4));

	if (header < IPV4_HEADER)
		return ip_stop(ip, "IPv4 header length below 20");
	if (total < header)
		return ip_stop(ip, "IPv4 total length below the header's");
	if (captured < header)
		return ip_stop(ip, "truncated in the IPv4 options");
	if (ws_checksum(bytes, header, 0))
		ip->problem = "bad IPv4 header checksum";
	ip_body(ip, bytes + header, captured - header, total - header);
	return ip_fragment(ip, (ws_be16(bytes + 6) & 0x1fffu) * 8, bytes[6] & 0x20);
}

static bool is_extension(uint8_t protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
	       protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_FRAGMENT;
}

/* Each round takes at least eight bytes, so a chain that loops ends with the packet. */
static bool ipv6_extensions(struct ws_ip *ip)
{
	while (is_extension(ip->protocol)) {
		const uint8_t *header = ip->body;
		uint8_t kind = ip->protocol;
		size_t size = EXTENSION_HEADER;

		if (ip->captured >= EXTENSION_HEADER && kind != IPPROTO_FRAGMENT)
			size += (size_t)header[1] * EXTENSION_HEADER;
		if (ip->length < size)
			return ip_stop(ip, "IPv6 extension header beyond the packet");
		if (ip->captured < size)
			return ip_stop(ip, "truncated in an IPv6 extension header");
		ip->protocol = header[0];
		ip_body(ip, header + size, ip->captured - size, ip->length - size);
		/* On the way to a routing header's next stop, dst is not the checksum's. */
		if (kind == IPPROTO_ROUTING && header[3])
			ip->whole = false;
		if (kind == IPPROTO_FRAGMENT)
			ip_fragment(ip, ws_be16(header + 2) & 0xfff8u, header[3] & 1);
	}
	return true;
}

static bool ipv6_parse(const uint8_t *bytes, size_t captured, struct ws_ip *ip)
{
	size_t length;

	if (captured < IPV6_HEADER)
		return false;
	length = ws_be16(bytes + 4);
	ip->tos = (uint8_t)(ws_be16(bytes) >> 4);
	ip->protocol = bytes[6];
	ip->ttl = bytes[7];
	ip->src.family = ip->dst.family = AF_INET6;
	memcpy(&ip->src.v6, bytes + 8, sizeof(ip->src.v6));
	memcpy(&ip->dst.v6, bytes + 24, sizeof(ip->dst.v6));

	if (!length && ip->protocol != IPPROTO_NONE)
		return ip_stop(ip, "IPv6 payload length is 0");
	ip_body(ip, bytes + IPV6_HEADER, captured - IPV6_HEADER, length);
	return ipv6_extensions(ip);
}

bool ws_ip_parse(const uint8_t *bytes, size_t captured, struct ws_ip *ip)
{
	*ip = (struct ws_ip){.protocol = IPPROTO_NONE, .whole = true};
	switch (captured ? bytes[0] >> 4 : 0) {
	case 4:
		return ipv4_parse(bytes, captured, ip);
	case 6:
		return ipv6_parse(bytes, captured, ip);
	default:
		return false;
	}
}

#define NO_ETHERTYPE SIZE_MAX

static const struct {
	int linktype;
	size_t header, ethertype; /* length, and where in it the EtherType is */
} link_layers[] = {
	{DLT_EN10MB, ETH_HLEN, 12},
	{DLT_LINUX_SLL2, 20, 0},
	{DLT_NULL, 4, NO_ETHERTYPE},
	{DLT_RAW, 0, NO_ETHERTYPE},
};

static bool is_vlan(uint16_t ethertype)
{
	return ethertype == ETH_P_8021Q || ethertype == ETH_P_8021AD;
}

/* How many bytes come before the IP header; -1 when there is none. */
static ssize_t link_header(size_t layer, const uint8_t *bytes, size_t captured)
{
	size_t at = link_layers[layer].header;
	uint16_t ethertype;

	if (captured < at)
		return -1;
	if (link_layers[layer].ethertype == NO_ETHERTYPE)
		return (ssize_t)at;
	ethertype = ws_be16(bytes + link_layers[layer].ethertype);
	for (int tags = 0; tags < 2 && is_vlan(ethertype); tags++, at += 4) {
		if (captured - at < 4)
			return -1;
		ethertype = ws_be16(bytes + at + 2);
	}
	return ethertype == ETH_P_IP || ethertype == ETH_P_IPV6 ? (ssize_t)at : -1;
}

static ssize_t ip_offset(int linktype, const uint8_t *bytes, size_t captured)
{
	for (size_t i = 0; i < sizeof(link_layers) / sizeof(link_layers[0]); i++)
		if (link_layers[i].linktype == linktype)
			return link_header(i, bytes, captured);
	return -1;
}

bool ws_ip_from_frame(int linktype, const uint8_t *bytes, size_t captured, struct ws_ip *ip)
{
	ssize_t at = ip_offset(linktype, bytes, captured);

	return at >= 0 && captured > (size_t)at &&
	       ws_ip_parse(bytes + at, captured - (size_t)at, ip);
}
