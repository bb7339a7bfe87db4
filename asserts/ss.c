/* SPDX-License-Identifier: MIT */
/* A socket on one line, the way `ss -tanoi` lists it. */
#include "asserts/diag.h"
#include <stdarg.h>
#include <stdio.h>

static const char *const timers[] = {
	[WS_TIMER_NONE] = "",
	[WS_TIMER_RETRANSMIT] = "on",
	[WS_TIMER_KEEPALIVE] = "keepalive",
	[WS_TIMER_TIMEWAIT] = "timewait",
	[WS_TIMER_PERSIST] = "persist",
	[WS_TIMER_DELACK] = "delack",
};

struct line {
	char *text;
	size_t size, used;
};

static void __attribute__((format(printf, 2, 3))) add(struct line *line, const char *format, ...)
{
	size_t left = line->used < line->size ? line->size - line->used : 0;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(left ? line->text + line->used : NULL, left, format, args);
	va_end(args);
	if (length > 0)
		line->used += (size_t)length;
}

const char *ws_timer_name(enum ws_timer timer)
{
	return (size_t)timer < sizeof(timers) / sizeof(timers[0]) ? timers[timer] : "?";
}

static void add_timer(struct line *line, const struct ws_sock *sock)
{
	unsigned ms = sock->expires_ms;

	if (sock->timer == WS_TIMER_NONE)
		return;
	add(line, " timer:(%s,", ws_timer_name(sock->timer));
	if (ms >= 60000)
		add(line, "%umin%usec", ms / 60000, ms / 1000 % 60);
	else if (ms >= 10000)
		add(line, "%usec", ms / 1000);
	else if (ms >= 1000)
		add(line, "%u.%03usec", ms / 1000, ms % 1000);
	else
		add(line, "%ums", ms);
	add(line, ",%u)", sock->retrans);
}

/* the fields of tcp_info that ss prints only when they are not 0 */
static void add_counters(struct line *line, const struct ws_tcp_info *info)
{
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{"bytes_sent", info->bytes_sent},
		{"bytes_acked", info->bytes_acked},
		{"bytes_received", info->bytes_received},
		{"segs_out", info->segs_out},
		{"segs_in", info->segs_in},
		{"unacked", info->unacked},
		{"retrans", info->retrans},
		{"total_retrans", info->total_retrans},
		{"lost", info->lost},
		{"sacked", info->sacked},
		{"backoff", info->backoff},
		{"notsent", info->notsent_bytes},
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (counters[i].value)
			add(line, " %s:%llu", counters[i].name,
			    (unsigned long long)counters[i].value);
}

static void add_info(struct line *line, const struct ws_sock *sock)
{
	const struct ws_tcp_info *info = &sock->info;

	if (sock->congestion[0])
		add(line, " %s", sock->congestion);
	if (info->snd_wscale || info->rcv_wscale)
		add(line, " wscale:%u,%u", info->snd_wscale, info->rcv_wscale);
	if (info->rto)
		add(line, " rto:%g", info->rto / 1000.0);
	if (info->rtt)
		add(line, " rtt:%g/%g", info->rtt / 1000.0, info->rttvar / 1000.0);
	if (info->snd_mss)
		add(line, " mss:%u", info->snd_mss);
	if (info->snd_cwnd)
		add(line, " cwnd:%u", info->snd_cwnd);
	add_counters(line, info);
}

int ws_sock_text(const struct ws_sock *sock, char *text, size_t size)
{
	struct line line = {text, size, 0};
	char local[WS_ADDR_TEXT], remote[WS_ADDR_TEXT];

	if (sock->state == WS_GONE) {
		add(&line, "gone (no such socket)");
		return (int)line.used;
	}
	add(&line, "%-10s %u %u %s %s", ws_state_name(sock->state), sock->rqueue, sock->wqueue,
	    ws_addr_text(&sock->local, local), ws_addr_text(&sock->remote, remote));
	add_timer(&line, sock);
	add(&line, sock->inode ? " ino:%u" : " no owner", sock->inode);
	if (sock->has_info)
		add_info(&line, sock);
	return (int)line.used;
}
