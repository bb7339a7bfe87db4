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

/* A pair whose client measures a longer round trip: `seconds` on top of the wire's own. */
static void given_pair_far_apart(double seconds)
{
	wire_no_rules();
	given_listener(1);
	wire_delay(SERVER | SYN | ACK, 1, seconds);
	client_connect();
	server_accept();
	observe_from_here();
}

/*
 * The kernel computes with TCP_RTO_MIN, 0.2 s, when to give up, but sends by the timeout of the
 * socket. A timeout between 0.235 and 0.285 s makes the number of retransmissions the same whatever
 * the milliseconds are that timers are late: as many as the sysctl says, from 2 on.
 */
static const double middling = 0.045;

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

	given_sysctl("net.ipv4.tcp_ecn",
		     "2"); /* or only the first would ask for it: RFC 3168 6.1.1.1 */
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

	needs_syn_recv();
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
	needs_syn_recv();
	given_sysctl("net.ipv4.tcp_synack_retries", "0");
	given_listener(1);
	wire_drop(CLIENT | ACK, 1);

	client_connect();

	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK | DROPPED);
	/* after the second that timers.synack-retries measures */
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK | DROPPED);

	observe_from_here();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | RST);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_SO_ERROR(client(), ECONNRESET);
}

CHAPTER("Timers: data or a FIN that nobody answers");

/* Timeouts begin with it, and the longest delay of an ACK is derived of it: tcp_delack_max() in net/ipv4/tcp.c */
static void given_the_usual_rto_min(void)
{
	given_sysctl_where_known("net.ipv4.tcp_rto_min_us", "200000");
}

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

	given_pair_far_apart(middling);
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

static void data_meets_silence(size_t segments)
{
	struct ws_schedule schedule = schedule_of_data();

	the_client_is_cut_off();
	client_send("hello");

	ASSERT_THAT(schedule.packets == segments, "%zu segments with a timeout of %u us",
		    schedule.packets, client()->last.info.rto);
	ASSERT_GIVES_UP(client(), schedule);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | ACK | DATA(5) | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}

CLAIM("timers.retries2.round-trip", EXTENDS,
      "with the same tcp_retries2 a near peer is sent one retransmission more than a far one: the limit is "
      "the time since the first retransmission",
      "retransmits_timed_out() in net/ipv4/tcp_timer.c", ON_WIRE, WAITS(4))
{
	given_the_usual_rto_min();
	given_sysctl("net.ipv4.tcp_retries2", "1");
	given_sysctl("net.ipv4.tcp_thin_linear_timeouts", "0");
	given_sysctl("net.ipv4.tcp_early_retrans",
		     "0"); /* no tail loss probe, which is not counted */

	/* the segment and two: 0.6 s are not over after two timeouts of 0.2 s */
	given_pair_far_apart(0);
	data_meets_silence(3);

	/* but they are after two of 0.45 s */
	given_pair_far_apart(0.15);
	data_meets_silence(2);
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

	given_pair_far_apart(middling);
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

	given_pair_far_apart(middling);
	probes = schedule_of_window_probes(host_sysctl(WS_CLIENT, "net.ipv4.tcp_retries2"));
	the_client_is_cut_off();

	the_window_closes();

	ASSERT_GIVES_UP(client(), probes);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(SERVER | ACK, CLIENT | ACK | DROPPED | MAY_REPEAT | MAY_MISS);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}
/* A server that reads nothing, and has told the client that its last byte filled the window. */
static void given_full_window(void)
{
	given_listener(1);
	fx_option(listener(), SOL_SOCKET, SO_RCVBUF, 1);
	client_connect();
	server_accept();
	fx_fill(client());
	ASSERT_TIMER(client(), WS_TIMER_PERSIST);
	observe_from_here();
}

static void answered_probes_go_on(long count)
{
	struct ws_schedule exchange = {.what = "packet"}, probes = schedule_of_window_probes(count);
	ws_pattern packets[WS_SCHEDULE_MAX];

	for (long probe = 1; probe <= count; probe++) {
		packets[exchange.packets] = CLIENT | ACK;
		ws_schedule_add(&exchange, 0);
		packets[exchange.packets] = SERVER | ACK;
		ws_schedule_add(&exchange, probes.gaps[probe]);
	}
	ASSERT_SENDS(exchange);
	ws_assert_packets(packets, exchange.packets, WS_PLACE("ASSERT_PACKETS(probe, answer, …)"));
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_TIMER(client(), WS_TIMER_PERSIST);
}

CLAIM("timers.window-probes.answered", QUALIFIED,
      "as long as its probes are answered a closed window is probed for ever, at most 120 s apart",
      "RFC 9293 3.8.6.1 MUST-35 to MUST-37; tcp_probe_timer() in net/ipv4/tcp_timer.c",
      BUT("with a tcp_retries2 of 0 not one probe is sent: ETIMEDOUT takes its place; and tcp_retries2 is also how "
	  "often the time between them doubles"),
      ON_WIRE, FOR_EACH("net.ipv4.tcp_retries2", "0 2", "15"), WAITS(5))
{
	long retries = host_sysctl(WS_CLIENT, "net.ipv4.tcp_retries2");

	/* a probe lies before the window, and otherwise an ACK for that is sent twice a second only */
	given_sysctl("net.ipv4.tcp_invalid_ratelimit", "0");
	given_full_window();

	if (retries) {
		answered_probes_go_on(retries + 3);
	} else {
		ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
		ASSERT_SO_ERROR(client(), ETIMEDOUT);
		ASSERT_NO_PACKETS();
	}
}

CHAPTER("Timers: keepalive");

/* Data and its ACK, and then nothing more comes through. */
static void the_client_keeps_alive(void)
{
	client_send("x");
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	the_client_is_cut_off();
	fx_option(client(), SOL_SOCKET, SO_KEEPALIVE, 1);
}

static void assert_keepalive_ends(long time, long intvl, long probes)
{
	struct ws_schedule schedule = schedule_of_keepalive(time, intvl, probes);

	ASSERT_GIVES_UP(client(), schedule);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK,
		       CLIENT | ACK | DROPPED | MAY_REPEAT | MAY_MISS,
		       CLIENT | RST | ACK | DROPPED);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
}

#define KEEPALIVE_SAYS                                                                             \
	"an idle connection with SO_KEEPALIVE is probed after tcp_keepalive_time, then every "     \
	"tcp_keepalive_intvl, tcp_keepalive_probes times; then RST and ETIMEDOUT"
#define KEEPALIVE_SOURCE                                                                           \
	"tcp(7) tcp_keepalive_time, _intvl, _probes; " IP_SYSCTL                                   \
	"tcp_keepalive_time; RFC 9293 3.8.4"

CLAIM("timers.keepalive", HOLDS, KEEPALIVE_SAYS, KEEPALIVE_SOURCE, ON_WIRE, WAITS(4))
{
	given_sysctl(KEEPALIVE_TIME, "1");
	given_sysctl(KEEPALIVE_INTVL, "1");
	given_sysctl(KEEPALIVE_PROBES, "2");
	given_connected_pair();

	the_client_keeps_alive();

	ASSERT_TIMER(client(), WS_TIMER_KEEPALIVE);
	assert_keepalive_ends(1, 1, 2);
}

CLAIM("timers.keepalive.default", HOLDS, KEEPALIVE_SAYS, KEEPALIVE_SOURCE, ON_WIRE, TAGS("slow hours"),
      WAITS(7875),
      FOLLOWS(KEEPALIVE_TIME " " KEEPALIVE_INTVL " " KEEPALIVE_PROBES))
{
	long time = host_sysctl(WS_CLIENT, KEEPALIVE_TIME);
	long intvl = host_sysctl(WS_CLIENT, KEEPALIVE_INTVL);
	long probes = host_sysctl(WS_CLIENT, KEEPALIVE_PROBES);

	given_connected_pair();

	the_client_keeps_alive();

	assert_keepalive_ends(time, intvl, probes);
}

CLAIM("timers.keepalive.options", HOLDS,
      "TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT of a socket stand in for the sysctls", "tcp(7) TCP_KEEPIDLE",
      ON_WIRE, WAITS(3))
{
	given_connected_pair();
	fx_option(client(), IPPROTO_TCP, TCP_KEEPIDLE, 1);
	fx_option(client(), IPPROTO_TCP, TCP_KEEPINTVL, 2);
	fx_option(client(), IPPROTO_TCP, TCP_KEEPCNT, 1);

	the_client_keeps_alive();

	assert_keepalive_ends(1, 2, 1);
}

CLAIM("timers.keepalive.answered", HOLDS,
      "answered probes go on for ever, tcp_keepalive_time apart; they carry no data and the peer's process "
      "sees nothing of them",
      "RFC 9293 3.8.4; RFC 1122 4.2.3.6; tcp_keepalive_timer() in net/ipv4/tcp_timer.c", ON_WIRE, WAITS(6))
{
	struct ws_schedule exchange = {.what = "packet"};

	given_sysctl(KEEPALIVE_TIME, "2");
	given_sysctl(KEEPALIVE_INTVL, "1");
	given_sysctl(KEEPALIVE_PROBES, "1");
	given_connected_pair();
	client_send("x");
	ASSERT_READS(server(), "x");
	fx_option(client(), SOL_SOCKET, SO_KEEPALIVE, 1);

	for (int probe = 0; probe < 3; probe++) {
		ws_schedule_add(&exchange, 0);
		ws_schedule_add(&exchange, 2);
	}
	ws_schedule_add(&exchange, 0);
	ws_schedule_add(&exchange, 0);

	ASSERT_SENDS(exchange);
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK, CLIENT | ACK, SERVER | ACK,
		       CLIENT | ACK, SERVER | ACK, CLIENT | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_RECV_Q(server(), 0);
	ASSERT_POLL(server(), POLLOUT);
}

CHAPTER("Timers: an ACK that waits");

/* TCP_MAX_QUICKACKS in include/net/tcp.h: so many segments are acknowledged at once at first */
enum { MAX_QUICKACKS = 16 };

static void the_quick_acks_are_used_up(void)
{
	for (int i = 0; i < MAX_QUICKACKS; i++)
		client_send("x");
	ASSERT_SEND_Q(client(), 0);
	observe_from_here();
}

CLAIM("timers.delayed-ack", HOLDS,
      "when the first segments have been acknowledged at once, the ACK of a lone small one comes 40 ms later",
      "RFC 9293 3.8.6.3; RFC 1122 4.2.3.2; TCP_ATO_MIN in include/net/tcp.h", ON_WIRE)
{
	given_the_usual_rto_min();
	given_connected_pair();
	the_quick_acks_are_used_up();

	client_send("x");

	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	ASSERT_GAPS(0.04);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("timers.delayed-ack.longest", EXTENDS,
      "on a long path the delay doubles with every such segment, up to 200 ms; from Linux 6.11 on a tick less",
      "tcp_send_delayed_ack() in net/ipv4/tcp_output.c; TCP_DELACK_MAX in include/net/tcp.h; RFC 9293 "
      "3.8.6.3 MUST-40",
      ON_WIRE, WAITS(1))
{
	/* less than the least retransmission timeout of the peer */
	static const struct ws_change less = {"tcp: derive delack_max with tcp_rto_min helper",
					      "6.11"};
	double longest = 0.2 - (KERNEL_HAS(less) ? 1.0 / (double)ws_hz() : 0);

	needs_syn_recv(); /* of which the server knows the round trip */
	given_the_usual_rto_min();
	given_listener(1);
	wire_delay(CLIENT | ACK, 1, 0.3);
	client_connect();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	server_accept();
	the_quick_acks_are_used_up();

	for (int i = 0; i < 6; i++) {
		observe_from_here();
		client_send("x");
		ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	}

	ASSERT_GAPS(longest);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("timers.delayed-ack.quickack", QUALIFIED, "TCP_QUICKACK makes a socket send its ACKs immediately",
      "tcp(7) TCP_QUICKACK; tcp_cleanup_rbuf() in net/ipv4/tcp.c",
      BUT("the ACK that waits is sent when the process has read all there is; that of unread data, and of the "
	  "next segments, still waits"),
      ON_WIRE)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	given_the_usual_rto_min();
	given_connected_pair();
	the_quick_acks_are_used_up();

	client_send("x");
	fx_option(server(), IPPROTO_TCP, TCP_QUICKACK, 1);
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	ASSERT_GAPS(0.04);

	/* 0: neither does reading send it */
	fx_option(server(), IPPROTO_TCP, TCP_QUICKACK, 0);
	fx_drain(server(), MAX_QUICKACKS + 1);
	observe_from_here();
	client_send("x");
	fx_drain(server(), 1);
	fx_option(server(), IPPROTO_TCP, TCP_QUICKACK, 1);
	/* the call has sent it: nothing was waited for */
	ASSERT_THAT(transcript->count - transcript->mark == 2, "%zu packets after TCP_QUICKACK",
		    transcript->count - transcript->mark);
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}
