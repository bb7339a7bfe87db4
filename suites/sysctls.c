/* SPDX-License-Identifier: MIT */
/*
 * What sysctls change that are no timers (for those see timers.c and close.c): queues of a listener, the
 * use of TIME_WAIT, the options of a SYN.
 */
#include <limits.h>
#include "fixtures/fixtures.h"
#include "suites/changes.h"
#include "suites/claim.h"

#define IP_SYSCTL "ip-sysctl.rst "

static long smaller(long a, long b)
{
	return a < b ? a : b;
}

CHAPTER("What sysctls change: the queues of a listener");

CLAIM("sysctls.somaxconn.limit", HOLDS, "net.core.somaxconn is the largest backlog that listen takes, as Send-Q shows",
      "listen(2); " IP_SYSCTL "somaxconn", FOR_EACH("net.core.somaxconn", "0 1 100 5000", ""))
{
	long limit = host_sysctl(WS_SERVER, "net.core.somaxconn");

	given_bound_server();
	server_listen(INT_MAX);

	ws_must_look(listener());
	ws_expected("%ld", limit);
	ws_measured("limit of the queue", "%u", listener()->last.wqueue);
	ASSERT_SEND_Q(listener(), (unsigned)limit);
	ASSERT_RECV_Q(listener(), 0);
}

CLAIM("sysctls.somaxconn.connections", EXTENDS,
      "a listener whose backlog is cut to n holds n + 1 connections that nobody accepts; the next SYN is "
      "dropped",
      "sk_acceptq_is_full() in include/net/sock.h", FOR_EACH("net.core.somaxconn", "0 1 2 8", ""))
{
	enum { BACKLOG = 3 };
	long limit = smaller(BACKLOG, host_sysctl(WS_SERVER, "net.core.somaxconn"));

	given_listener(BACKLOG);
	given_more_clients((unsigned)limit + 1);
	observe_from_here();

	client_connect_begin();

	ASSERT_PACKETS(CLIENT | SYN | MAY_REPEAT);
	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);
	ws_must_look(listener());
	ws_expected("%ld", limit + 1);
	ws_measured("connections in the queue", "%u", listener()->last.rqueue);
	ASSERT_RECV_Q(listener(), (unsigned)limit + 1);
}

CLAIM("sysctls.abort-on-overflow", HOLDS,
      "the ACK that completes a handshake finds the accept queue full: with tcp_abort_on_overflow it draws RST, "
      "without it is ignored and the SYN-ACK repeated",
      "tcp(7) tcp_abort_on_overflow; " IP_SYSCTL "tcp_abort_on_overflow; tcp_check_req() in "
      "net/ipv4/tcp_minisocks.c",
      ON_WIRE, FOR_EACH("net.ipv4.tcp_abort_on_overflow", "0 1", ""), WAITS(1))
{
	enum { BACKLOG = 2, FOR_EVER = 1000 };
	bool abort = host_sysctl(WS_SERVER, "net.ipv4.tcp_abort_on_overflow");

	needs_syn_recv();
	given_sysctl("net.core.somaxconn", "4096");
	/* the ACK is on its way while others fill the queue */
	given_listener(BACKLOG);
	wire_delay(CLIENT | ACK, 1, FOR_EVER);
	client_connect();
	given_more_clients(BACKLOG + 1);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	observe_from_here();

	wire_no_rules();

	ws_expected(abort ? "RST" : "SYN-ACK again");
	if (abort) {
		ASSERT_PACKETS(SERVER | RST);
		ASSERT_STATES(WS_GONE, WS_GONE);
		ASSERT_SO_ERROR(client(), ECONNRESET);
	} else {
		ASSERT_NO_PACKETS();
		ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
		server_accept_other();
		ASSERT_PACKETS(SERVER | SYN | ACK, CLIENT | ACK);
		ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	}
	ws_measured("the ACK draws", abort ? "RST" : "SYN-ACK again");
}

/* SYNs of so many clients, of which the listener keeps `kept` as requests and answers `answered`. */
static void assert_requests(unsigned syns, unsigned kept, unsigned answered)
{
	ws_pattern packets[WS_SCHEDULE_MAX];
	unsigned requests;
	size_t count = 0;

	given_sysctl("net.ipv4.ip_local_port_range", "32768 60999"); /* a port for each */
	wire_drop(SERVER | ANYTHING, WIRE_ALL);
	observe_from_here();
	given_half_open_clients(syns);

	for (unsigned i = 0; i < syns; i++) {
		packets[count++] = CLIENT | SYN;
		if (i < answered)
			packets[count++] = SERVER | SYN | ACK | DROPPED;
	}
	requests = host_connections(WS_SERVER);
	ws_expected("%u requests", kept);
	ws_measured("kept", "%u requests", requests);
	ws_assert_packets(packets, count, WS_PLACE("ASSERT_PACKETS(SYN, SYN-ACK, …)"));
	ASSERT_THAT(requests == kept, "%u requests of %u SYNs are kept, expected %u", requests,
		    syns, kept);
	ASSERT_RECV_Q(listener(), 0);
}

/* More than a backlog of 16 takes. */
enum { REQUEST_BACKLOG = 16, SYNS = REQUEST_BACKLOG + 4 };

/* inet_csk_reqsk_queue_is_full() in include/net/inet_connection_sock.h */
static long requests_of(long backlog)
{
	return KERNEL_HAS(backlog_takes_one_request_more) ? backlog + 1 : backlog;
}

CLAIM("sysctls.max-syn-backlog", QUALIFIED,
      "without syncookies a listener remembers at most tcp_max_syn_backlog requests; further SYNs are dropped",
      "tcp(7) tcp_max_syn_backlog; " IP_SYSCTL "tcp_max_syn_backlog; tcp_conn_request() in net/ipv4/tcp_input.c",
      BUT("a SYN is dropped while less than a quarter is free, unless its sender is known from before; and never are "
	  "there more than the listener's backlog and one"),
      ON_WIRE, FOR_EACH("net.ipv4.tcp_max_syn_backlog", "1 4 8 16 1000", ""))
{
	long limit = host_sysctl(WS_SERVER, "net.ipv4.tcp_max_syn_backlog");
	long backlog = smaller(REQUEST_BACKLOG, host_sysctl(WS_SERVER, "net.core.somaxconn"));
	unsigned kept = (unsigned)smaller(limit - (limit >> 2) + 1, requests_of(backlog));

	given_sysctl("net.ipv4.tcp_syncookies", "0");
	given_listener(REQUEST_BACKLOG);

	ws_documented("%ld requests", limit);
	assert_requests(SYNS, kept, kept);
}

CLAIM("sysctls.syncookies", HOLDS,
      "when the queue of requests is full a SYN is dropped; with tcp_syncookies 1 it is answered and not "
      "remembered, and with 2 this is so for every SYN",
      IP_SYSCTL "tcp_syncookies; tcp_conn_request() in net/ipv4/tcp_input.c", ON_WIRE,
      FOR_EACH("net.ipv4.tcp_syncookies", "0 1 2", ""))
{
	long cookies = host_sysctl(WS_SERVER, "net.ipv4.tcp_syncookies");
	long backlog = smaller(REQUEST_BACKLOG, host_sysctl(WS_SERVER, "net.core.somaxconn"));
	unsigned kept = cookies == 2 ? 0 : (unsigned)requests_of(backlog);

	/* so that only the backlog limits */
	given_sysctl("net.ipv4.tcp_max_syn_backlog", "1000");
	given_listener(REQUEST_BACKLOG);

	assert_requests(SYNS, kept, cookies ? SYNS : kept);
}

CHAPTER("What sysctls change: TIME_WAIT");

static bool is_past(void *moment)
{
	return ws_now() >= *(int64_t *)moment;
}

/* Older kernels count whole seconds of the clock. So that it makes the same difference each time, go on at
 * seven tenths of one. */
static void await_late_in_a_second(void)
{
	const int64_t second = 1000000000, part = 7 * second / 10;
	int64_t now = ws_now(), moment = now - now % second + part;

	if (moment < now)
		moment += second;
	ws_wait(is_past, &moment, 2);
}

/* A client in TIME_WAIT on the only port it may choose. Returns when that began, at the earliest. */
static int64_t given_time_wait_on_the_only_port(void)
{
	int64_t since;

	given_sysctl("net.ipv4.ip_local_port_range", "40000 40000");
	await_late_in_a_second();
	since = given_time_wait();
	client_socket();
	observe_from_here();
	return since;
}

static void the_port_stays_taken(void)
{
	/* longer than TIME_WAIT has to last where it may be reused */
	double seconds = 2.5;

	ws_expected("EADDRNOTAVAIL");
	ASSERT_ERRNO(client_connect_within(seconds), EADDRNOTAVAIL);
	ws_measured("connect", "EADDRNOTAVAIL");
	ASSERT_NO_PACKETS();
	ASSERT_THAT(host_connections(WS_CLIENT) == 1, "TIME_WAIT is not the only connection");
}

/* tcp_twsk_unique() in net/ipv4/tcp_ipv4.c: more than `delay` after, or in a later second of the clock */
static void the_port_is_taken_over(int64_t since, double delay)
{
	static const struct ws_change exact = {
		"tcp: Measure TIME-WAIT reuse delay with millisecond precision", "6.14"};
	bool to_the_millisecond = KERNEL_HAS(exact);
	double least = to_the_millisecond ? delay : 0, most = delay + 1, waited;

	ws_expected("reused %s %g s", to_the_millisecond ? "after" : "within", delay);
	ASSERT_OK(client_connect_within(most));
	waited = (double)(ws_now() - since) / 1e9;
	ws_measured("connect", "reused after %.1f s", waited);
	ASSERT_THAT(waited >= least, "reused after %.3f s, not %g", waited, least);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("sysctls.tw-reuse", HOLDS,
      "connect takes a port over that is in TIME_WAIT with the same peer, about a second later: with tcp_tw_reuse 1, "
      "on loopback with 2 too, never with 0",
      "tcp(7) tcp_tw_reuse; " IP_SYSCTL "tcp_tw_reuse, tcp_tw_reuse_delay; RFC 6191",
      FOR_EACH("net.ipv4.tcp_tw_reuse", "0 1 2", ""), FOLLOWS("net.ipv4.tcp_tw_reuse_delay"),
      WAITS(2))
{
	long reuse = host_sysctl(WS_CLIENT, "net.ipv4.tcp_tw_reuse");
	double delay = (double)host_sysctl_or(WS_CLIENT, "net.ipv4.tcp_tw_reuse_delay", 1000) / 1e3;
	bool on_loopback = fx_current()->link == FX_ON_LOOPBACK;
	bool timestamps = host_sysctl(WS_CLIENT, "net.ipv4.tcp_timestamps");
	int64_t since = given_time_wait_on_the_only_port();

	if (timestamps && (reuse == 1 || (reuse == 2 && on_loopback)))
		the_port_is_taken_over(since, delay);
	else
		the_port_stays_taken();
}

CLAIM("sysctls.tw-reuse.timestamps", EXTENDS,
      "without timestamps tcp_tw_reuse has no effect: connect finds no port",
      "tcp_twsk_unique() in net/ipv4/tcp_ipv4.c; RFC 6191", ON_WIRE, WAITS(3))
{
	given_sysctl("net.ipv4.tcp_tw_reuse", "1");
	given_sysctl("net.ipv4.tcp_timestamps", "0");
	given_time_wait_on_the_only_port();

	the_port_stays_taken();
}

CLAIM("sysctls.rfc1337", REFUTED,
      "without tcp_rfc1337 the kernel does not follow RFC 1337 but prevents that a RST ends TIME_WAIT",
      IP_SYSCTL "tcp_rfc1337, which tcp(7) contradicts; RFC 1337",
      BUT("0, the default, lets the RST end it; only with 1 it is ignored"), ON_WIRE,
      FOR_EACH("net.ipv4.tcp_rfc1337", "0 1", ""))
{
	bool protected = host_sysctl(WS_CLIENT, "net.ipv4.tcp_rfc1337");

	given_time_wait();

	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 2);

	ws_documented("TIME-WAIT");
	ws_expected("%s", protected ? "TIME-WAIT" : "gone");
	ASSERT_PACKETS(SERVER | RST);
	ws_measured("after RST", "%s", ws_state_name(client()->last.state));
	ASSERT_STATES(protected ? TCP_TIME_WAIT : WS_GONE, WS_GONE);
}

CHAPTER("What sysctls change: the options of a SYN");

/* Of the first two segments: the client's SYN and the server's SYN-ACK. */
static bool handshake_has(bool (*has)(const struct ws_tcp_options *options))
{
	const struct ws_entry *entries;
	bool syn, syn_ack;

	given_listener(1);
	client_connect();
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	entries = ws_scene->transcript.entries;
	syn = has(&entries[0].segment.options);
	syn_ack = has(&entries[1].segment.options);
	ASSERT_THAT(syn == syn_ack, "the SYN has it: %d, the SYN-ACK: %d", syn, syn_ack);
	return syn;
}

static void assert_option(bool (*has)(const struct ws_tcp_options *options), bool wanted)
{
	bool seen = handshake_has(has);

	ws_expected("%s", wanted ? "yes" : "no");
	ws_measured("offered and accepted", "%s", seen ? "yes" : "no");
	ASSERT_THAT(seen == wanted, "the handshake has the option: %d, expected %d", seen, wanted);
}

static bool has_timestamps(const struct ws_tcp_options *options)
{
	return options->timestamps;
}

static bool has_sack(const struct ws_tcp_options *options)
{
	return options->sack_permitted;
}

static bool has_window_scaling(const struct ws_tcp_options *options)
{
	return options->wscale >= 0;
}

CLAIM("sysctls.timestamps", HOLDS, "SYN and SYN-ACK carry timestamps unless tcp_timestamps is 0",
      "tcp(7) tcp_timestamps; RFC 7323 3.2", FOR_EACH("net.ipv4.tcp_timestamps", "0 1 2", ""))
{
	assert_option(has_timestamps, host_sysctl(WS_CLIENT, "net.ipv4.tcp_timestamps"));
}

CLAIM("sysctls.sack", HOLDS, "SYN and SYN-ACK permit SACK unless tcp_sack is 0", "tcp(7) tcp_sack; RFC 2018 2",
      FOR_EACH("net.ipv4.tcp_sack", "0 1", ""))
{
	assert_option(has_sack, host_sysctl(WS_CLIENT, "net.ipv4.tcp_sack"));
}

CLAIM("sysctls.window-scaling", HOLDS, "SYN and SYN-ACK offer window scaling unless tcp_window_scaling is 0",
      "tcp(7) tcp_window_scaling; RFC 7323 2.2", FOR_EACH("net.ipv4.tcp_window_scaling", "0 1", ""))
{
	assert_option(has_window_scaling, host_sysctl(WS_CLIENT, "net.ipv4.tcp_window_scaling"));
}
