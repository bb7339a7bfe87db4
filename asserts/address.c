/* SPDX-License-Identifier: MIT */
/*
 * Addresses: to and from socket addresses, as text, and as part of the checksums.
 */
#include "segment.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static void from_v4(struct ws_addr *addr, const struct sockaddr_in *from)
{
	*addr = (struct ws_addr){.family = AF_INET, .port = ntohs(from->sin_port)};
	addr->v4 = from->sin_addr;
}

static void from_v6(struct ws_addr *addr, const struct sockaddr_in6 *from)
{
	*addr = (struct ws_addr){.family = AF_INET6, .port = ntohs(from->sin6_port)};
	if (IN6_IS_ADDR_V4MAPPED(&from->sin6_addr)) {
		addr->family = AF_INET;
		memcpy(&addr->v4, &from->sin6_addr.s6_addr[12], sizeof(addr->v4));
		return;
	}
	addr->v6 = from->sin6_addr;
}

bool ws_addr_from(struct ws_addr *addr, const struct sockaddr_storage *from)
{
	*addr = (struct ws_addr){.family = AF_UNSPEC};
	if (from->ss_family == AF_INET)
		from_v4(addr, (const struct sockaddr_in *)from);
	else if (from->ss_family == AF_INET6)
		from_v6(addr, (const struct sockaddr_in6 *)from);
	return addr->family != AF_UNSPEC;
}

socklen_t ws_addr_to(const struct ws_addr *addr, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	*to = (struct sockaddr_storage){.ss_family = (sa_family_t)addr->family};
	switch (addr->family) {
	case AF_INET:
		v4->sin_port = htons(addr->port);
		v4->sin_addr = addr->v4;
		return sizeof(*v4);
	case AF_INET6:
		v6->sin6_port = htons(addr->port);
		v6->sin6_addr = addr->v6;
		return sizeof(*v6);
	default:
		return 0;
	}
}

/* How many bytes of the union are the address. */
static size_t address_size(const struct ws_addr *addr)
{
	switch (addr->family) {
	case AF_INET:
		return sizeof(addr->v4);
	case AF_INET6:
		return sizeof(addr->v6);
	default:
		return 0;
	}
}

bool ws_addr_equal(const struct ws_addr *a, const struct ws_addr *b)
{
	return a->family == b->family && a->port == b->port &&
	       !memcmp(&a->v6, &b->v6, address_size(a));
}

const char *ws_addr_text(const struct ws_addr *addr, char text[WS_ADDR_TEXT])
{
	char host[INET6_ADDRSTRLEN];

	if (!inet_ntop(addr->family, &addr->v6, host, sizeof(host)))
		snprintf(text, WS_ADDR_TEXT, "none");
	else if (addr->port)
		snprintf(text, WS_ADDR_TEXT, "%s.%u", host, addr->port);
	else
		snprintf(text, WS_ADDR_TEXT, "%s", host);
	return text;
}

uint16_t ws_checksum(const void *bytes, size_t length, uint32_t sum)
{
	const uint8_t *at = bytes;
	uint64_t total = sum;

	for (; length > 1; length -= 2, at += 2)
		total += (uint64_t)(at[0] << 8 | at[1]);
	if (length)
		total += (uint64_t)at[0] << 8;
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return htons((uint16_t)~total);
}

static uint32_t address_sum(const struct ws_addr *addr)
{
	const uint8_t *bytes = (const uint8_t *)&addr->v6;
	size_t length = address_size(addr);
	uint32_t sum = 0;

	for (size_t i = 0; i < length; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	return sum;
}

uint32_t ws_pseudo_header(const struct ws_addr *src, const struct ws_addr *dst, uint8_t protocol,
			  uint32_t length)
{
	return address_sum(src) + address_sum(dst) + protocol + (length >> 16) + (length & 0xffff);
}
