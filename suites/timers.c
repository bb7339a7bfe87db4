/* SPDX-License-Identifier: MIT */
/*
 * How long TCP waits and how often it tries: the timers of the kernel as they are, and the sysctls
 * that set them. What is expected is computed in fixtures/schedule.c.
 */
#include "fixtures/fixtures.h"
#include "suites/claim.h"

#define KEEPALIVE_TIME   "net.ipv4.tcp_keepalive_time"
#define KEEPALIVE_INTVL  "net.ipv4.tcp_keepalive_intvl"
#define KEEPALIVE_PROBES "net.ipv4.tcp_keepalive_probes"

#define IP_SYSCTL "ip-sysctl.rst "

/* From now on the server hears nothing of the client. */
static void the_client_is_cut_off(void)
{
	wire_drop(CLIENT | ANYTHING, WIRE_ALL);
}

/* From now on the client hears nothing of the server. */
static void the_server_is_cut_off(void)
{
	wire_drop(SERVER | ANYTHING, WIRE_ALL);
}

/*
 * A pair with a round trip of 60 ms at the client. Its retransmission timeout is then more than
 * TCP_RTO_MIN, with which the kernel computes when to give up, by enough that the number of
 * retransmissions does not hang on the few milliseconds that a timer is late.
 */
static void given_pair_far_apart(void)
{
	given_listener(1);
	wire_delay(SERVER | SYN | ACK, 1, 0.06);
	client_connect();
	server_accept();
	observe_from_here();
}

CHAPTER("Timers: a SYN or SYN-ACK that nobody answers");

CLAIM("timers.syn-retries", QUALIFIED,
      "the client sends its SYN again tcp_syn_retries times, after 1, 2, 4 s …, and gives up with ETIMEDOUT",
      "tcp(7) tcp_syn_retries; " IP_SYSCTL "tcp_syn_retries, tcp_syn_linear_timeouts; RFC 9293 3.8.3",
      BUT("from Linux 6.5 on the first tcp_syn_linear_timeouts of them come every second and on top; the "
	  "whole time stays what tcp_syn_retries doublings take"),
      ON_WIRE, FOR_EACH("net.ipv4.tcp_syn_retries", "1 2", "3 6"), WAITS(5))
{
	long documented = host_sysctl(WS_CLIENT, "net.ipv4.tcp_syn_retries") + 1 +
			  host_sysctl_or(WS_CLIENT, "net.ipv4.tcp_syn_linear_timeouts", 0);
	struct ws_schedule syns = schedule_of_syns();

	given_listener(1);
	wire_drop(CLIENT | SYN, WIRE_ALL);

	client_connect_begin();

	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);
	if (documented != (long)syns.packets)
		ws_documented("%ld SYNs", documented);
	ASSERT_GIVES_UP(client(), syns);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("timers.synack-retries", HOLDS,
      "the server sends its SYN-ACK again tcp_synack_retries times, after 1, 2, 4 s …, and forgets the "
      "request without a packet",
      "tcp(7) tcp_synack_retries; " IP_SYSCTL "tcp_synack_retries; RFC 9293 3.8.3", ON_WIRE,
      FOR_EACH("net.ipv4.tcp_synack_retries", "0 1 2", "5"), WAITS(4))
{
	struct ws_schedule syn_acks = schedule_of_syn_acks();

	given_listener(1);
	the_server_is_cut_off();

	client_connect_begin();
	client_close();

	ASSERT_STATES(WS_GONE, TCP_SYN_RECV);
	ASSERT_GIVES_UP(server(), syn_acks);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("timers.synack-retries.final-ack-lost", EXTENDS,
      "a client whose last ACK was lost is ESTABLISHED with a server that forgets it: what it then sends "
      "draws RST",
      "RFC 9293 3.5.1 and 3.5.2; tcp(7) tcp_synack_retries", ON_WIRE, WAITS(1))
{
	struct ws_schedule syn_acks;

	given_sysctl("net.ipv4.tcp_synack_retries", "0");
	syn_acks = schedule_of_syn_acks();
	/* SYN, SYN-ACK and the ACK that is lost; a second later the request is gone */
	syn_acks.gaps[1] = 0;
	syn_acks.others = 2;
	ws_schedule_add(&syn_acks, 1);
	given_listener(1);
	wire_drop(CLIENT | ACK, 1);

	client_connect();

	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	ASSERT_GIVES_UP(server(), syn_acks);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK | DROPPED);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);

	observe_from_here();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | RST);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_SO_ERROR(client(), ECONNRESET);
}

CHAPTER("Timers: data or a FIN that nobody answers");

CLAIM("timers.retries2", QUALIFIED,
      "data that nobody acknowledges is sent again tcp_retries2 times, the time between doubling up to 120 "
      "s; then ETIMEDOUT, and no RST",
      "tcp(7) tcp_retries2; " IP_SYSCTL "tcp_retries2; RFC 9293 3.8.3; RFC 6298 5",
      BUT("it is a time and no number: over at the first timeout after what N doublings of 0.2 s take; "
	  "the tail loss probe comes on top"),
      ON_WIRE, FOR_EACH("net.ipv4.tcp_retries2", "2 3", "0 1 8 15"), WAITS(4))
{
	long retries = host_sysctl(WS_CLIENT, "net.ipv4.tcp_retries2");
	struct ws_schedule segments;

	given_pair_far_apart();
	segments = schedule_of_data();
	the_client_is_cut_off();

	client_send("hello");

	ws_documented("%ld segments, at least %.5g s", retries + 1, least_time_of_retries(retries));
	ASSERT_GIVES_UP(client(), segments);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | ACK | DATA(5) | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
	/* it was told nothing, and has nothing to ask */
	ASSERT_TIMER(server(), WS_TIMER_NONE);
}

CLAIM("timers.retries2.least-rto", EXTENDS,
      "on a fast link one more than tcp_retries2: the timeout is TCP_RTO_MIN itself, and the clock starts "
      "with the first retransmission",
      "retransmits_timed_out() in net/ipv4/tcp_timer.c", ON_WIRE, WAITS(3))
{
	struct ws_schedule segments;

	given_sysctl("net.ipv4.tcp_retries2", "2");
	given_connected_pair();
	segments = schedule_of_data();
	the_client_is_cut_off();

	client_send("hello");

	ws_documented("3 segments");
	/* the segment, the tail loss probe, 2 retries and one more */
	ASSERT_THAT(segments.packets == 5, "%zu packets with a timeout of %u us", segments.packets,
		    client()->last.info.rto);
	ASSERT_GIVES_UP(client(), segments);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | ACK | DATA(5) | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}

CLAIM("timers.orphan-retries", QUALIFIED,
      "after close a FIN that nobody acknowledges is sent again tcp_orphan_retries times, then the socket is "
      "gone without a packet",
      "tcp(7) tcp_orphan_retries; " IP_SYSCTL "tcp_orphan_retries",
      BUT("0, the default, stands for 8; and as with tcp_retries2 it is a time, with the tail loss probe on "
	  "top"),
      ON_WIRE, FOR_EACH("net.ipv4.tcp_orphan_retries", "1 2", "0 8"), WAITS(3))
{
	long retries = host_sysctl(WS_CLIENT, "net.ipv4.tcp_orphan_retries");
	struct ws_schedule fins;

	given_pair_far_apart();
	fins = schedule_of_orphan_fin();
	the_client_is_cut_off();

	client_close();

	ASSERT_STATES(TCP_FIN_WAIT1, TCP_ESTABLISHED);
	ASSERT_NO_OWNER(client());
	ws_documented("%ld FINs", retries + 1);
	ASSERT_GIVES_UP(client(), fins);
	ASSERT_PACKETS(CLIENT | FIN | ACK | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}

CHAPTER("Timers: a closed window");

/* The server says in an ACK that it has no room, and the client has a byte for it. */
static void the_window_closes(void)
{
	wire_inject(.from = WS_SERVER, .flags = ACK, .seq = 1, .ack = 1, .zero_window = true);
	client_send("x");
}

CLAIM("timers.window-probes.unanswered", HOLDS,
      "a closed window is probed after one timeout, two, four …, and after tcp_retries2 unanswered probes the "
      "connection ends with ETIMEDOUT, without RST",
      IP_SYSCTL "tcp_retries2; RFC 9293 3.8.6.1; tcp_probe_timer() in net/ipv4/tcp_timer.c", ON_WIRE,
      FOR_EACH("net.ipv4.tcp_retries2", "2 3", "0 8 15"), WAITS(3))
{
	struct ws_schedule probes;

	given_pair_far_apart();
	probes = schedule_of_window_probes(host_sysctl(WS_CLIENT, "net.ipv4.tcp_retries2"));
	the_client_is_cut_off();

	the_window_closes();

	ASSERT_GIVES_UP(client(), probes);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(SERVER | ACK, CLIENT | ACK | DROPPED | MAY_REPEAT | MAY_MISS);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}
