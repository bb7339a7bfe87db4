/* SPDX-License-Identifier: MIT */
/* What close(2) does: the article's disconnection scenarios 1 and 2, and what it says of the count. */
#include "fixtures/fixtures.h"
#include "suites/claim.h"

#define FIN_TIMEOUT "net.ipv4.tcp_fin_timeout"

/* include/net/tcp.h: how long TIME_WAIT lasts, and the longest FIN_WAIT2 without a socket */
enum { TIMEWAIT_LEN = 60 };

static void given_fin_timeout(const char *seconds)
{
	given_sysctl(FIN_TIMEOUT, seconds);
}

/* tcp_fin_time() in include/net/tcp.h: never less than 3.5 RTO, which is more than a second only
 * on a very busy machine. */
static double fin_wait_2_at_least(double seconds)
{
	double least = 3.5 * (double)client()->last.info.rto / 1e6;

	return seconds > least ? seconds : least;
}

/*
 * Above TIMEWAIT_LEN the kernel keeps the socket for the seconds beyond, and then should leave the
 * rest to a small TIME_WAIT socket; but it gives that one the seconds beyond once more
 * (tcp_keepalive_timer() in net/ipv4/tcp_timer.c).
 */
static double lifetime_of_orphan(long fin_timeout)
{
	if (fin_timeout <= TIMEWAIT_LEN)
		return fin_wait_2_at_least((double)fin_timeout);
	return 2 * (double)(fin_timeout - TIMEWAIT_LEN);
}

/*
 * Only on the wire: there the ACK of the FIN comes after close() has returned. On loopback it may
 * come while close() still holds the socket. The kernel then lets the whole socket wait for the
 * same time, instead of a small one, and ends it with a RST (tcp_rcv_state_process() in
 * net/ipv4/tcp_input.c and tcp_keepalive_timer() in net/ipv4/tcp_timer.c).
 */
static void the_client_closes_and_is_forgotten(void)
{
	long documented = host_sysctl(WS_CLIENT, FIN_TIMEOUT);
	double lifetime = lifetime_of_orphan(documented);

	ws_documented("%ld s", documented);
	client_close();
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_LASTS(client(), TCP_FIN_WAIT2, lifetime);
}

CHAPTER("Disconnection, scenario 1: the client calls close, the server does not");

CLAIM("close.client-only", HOLDS,
      "the client sends FIN, the server answers ACK; the client is in FIN_WAIT2, the server in CLOSE_WAIT",
      "article, disconnection scenario 1 and summary 2; RFC 9293 3.6")
{
	given_connected_pair();

	client_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_NO_OWNER(client());
	ASSERT_OWNED(server());
}

CLAIM("close.close-wait-recv-q", HOLDS,
      "ss shows Recv-Q 1 for the server in CLOSE_WAIT: the FIN counts until it is read",
      "article, disconnection scenario 1; tcp_diag_get_info() in net/ipv4/tcp_diag.c")
{
	given_connected_pair();
	ASSERT_RECV_Q(server(), 0);

	client_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_RECV_Q(server(), 1);
	ASSERT_RECV_Q(client(), 0);
	ASSERT_EOF(server());
	ASSERT_RECV_Q(server(), 0);
}

CLAIM("close.fin-wait-2-times-out", HOLDS,
      "after some time the client's connection is gone, and the server's stays in CLOSE_WAIT",
      "article, disconnection scenario 1; tcp(7) tcp_fin_timeout", ON_WIRE, WAITS(1))
{
	given_fin_timeout("1");
	given_connected_pair();
	the_client_closes_and_is_forgotten();

	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
	/* the same as before: that moment sends nothing */
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	/* no timer will ever end it */
	ASSERT_TIMER(server(), WS_TIMER_NONE);
	ASSERT_OWNED(server());
}

CLAIM("close.fin-wait-2-time-is-tcp_fin_timeout", QUALIFIED,
      "the time that the client's end stays in FIN_WAIT2 is the sysctl tcp_fin_timeout",
      "article, disconnection scenario 1; ip-sysctl.rst tcp_fin_timeout",
      BUT("T seconds only up to T = 60; above that it is 2 * (T - 60) seconds: 61 gives 2 s"),
      ON_WIRE, FOR_EACH(FIN_TIMEOUT, "1 2 3 5 61", "60 64"), WAITS_ITS_VALUE)
{
	given_connected_pair();

	the_client_closes_and_is_forgotten();

	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
}

CLAIM("close.fin-wait-2-needs-orphan", QUALIFIED,
      "the sysctl tcp_fin_timeout ends FIN_WAIT2", "article, disconnection scenario 1; tcp(7)",
      BUT("only of a socket that no process holds: after shutdown(SHUT_WR) no timer runs until "
	  "close"),
      WAITS(2))
{
	given_fin_timeout("2");
	given_connected_pair();

	client_shutdown(SHUT_WR);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_OWNED(client());
	ASSERT_TIMER(client(), WS_TIMER_NONE);

	client_close();
	ASSERT_NO_OWNER(client());
	ASSERT_TIMER(client(), WS_TIMER_TIMEWAIT);
	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
}

CLAIM("close.fin-wait-2-linger2", EXTENDS,
      "the socket option TCP_LINGER2 is the time in FIN_WAIT2 in place of tcp_fin_timeout, up to 60 s",
      "tcp(7) TCP_LINGER2", ON_WIRE, WAITS(2))
{
	given_fin_timeout("30");
	given_connected_pair();

	fx_option(client(), IPPROTO_TCP, TCP_LINGER2, 2);
	client_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_LASTS(client(), TCP_FIN_WAIT2, 2);
	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
}

CLAIM("close.fin-wait-2-linger2.none", EXTENDS,
      "TCP_LINGER2 below 0 means no FIN_WAIT2: the ACK of the FIN is answered with RST, and both ends are gone",
      "tcp(7) TCP_LINGER2; tcp_rcv_state_process() in net/ipv4/tcp_input.c")
{
	given_connected_pair();

	fx_option(client(), IPPROTO_TCP, TCP_LINGER2, -1);
	client_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK, CLIENT | RST);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_SO_ERROR(server(), EPIPE);
}

CLAIM("close.close-wait-write-after-peer-gone", EXTENDS,
      "when the client's end is gone the server's next send succeeds, draws RST, and the one after it fails",
      "RFC 9293 3.5.2 and 3.10.7.1", ON_WIRE, WAITS(1))
{
	given_fin_timeout("1");
	given_connected_pair();
	the_client_closes_and_is_forgotten();
	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	observe_from_here();

	server_send("hello");

	ASSERT_PACKETS(SERVER | ACK | DATA(5), CLIENT | RST);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_ERRNO(server_send("hello"), EPIPE);
	ASSERT_PACKETS(SERVER | ACK | DATA(5), CLIENT | RST);
}

CHAPTER("Disconnection, scenario 2: the client calls close, and then the server");

CLAIM("close.both", HOLDS,
      "the four-way disconnection; the client is in TIME_WAIT, the server's connection is gone",
      "article, disconnection scenario 2; RFC 9293 3.6 figure 12")
{
	given_connected_pair();

	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	server_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
	ASSERT_NO_OWNER(client());
}

CLAIM("close.both.at-once", EXTENDS,
      "a server that closes before its ACK left may send ACK and FIN as one segment; the states are the same",
      "RFC 9293 3.6; RFC 5681 4.2 (delayed ACK)")
{
	given_connected_pair();

	client_close();
	server_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK | MAY_MERGE, SERVER | FIN | ACK,
		       CLIENT | ACK);
	ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
}

CLAIM("close.both.crossing", EXTENDS,
      "when both close before the other's FIN comes the FINs cross: CLOSING, and TIME_WAIT at both ends",
      "RFC 9293 3.6 case 3, figure 13", ON_WIRE)
{
	given_connected_pair();
	wire_freeze();

	client_close();
	server_close();
	ASSERT_STATES(TCP_FIN_WAIT1, TCP_FIN_WAIT1);
	wire_deliver(2);
	ASSERT_STATES(TCP_CLOSING, TCP_CLOSING);
	wire_thaw();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | FIN | ACK, SERVER | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_TIME_WAIT, TCP_TIME_WAIT);
}

CLAIM("close.time-wait-is-not-fin-timeout", QUALIFIED,
      "tcp_fin_timeout controls how long the closed connection stays",
      "article, disconnection scenario 1; RFC 9293 3.6.1",
      BUT("it is the time of FIN_WAIT2 only; the timer of TIME_WAIT is 60 s whatever it says"))
{
	double most;

	given_fin_timeout("5");
	given_connected_pair();
	most = 1000 * fin_wait_2_at_least(5);

	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_TIMER(client(), WS_TIMER_TIMEWAIT);
	ASSERT_THAT(client()->last.expires_ms <= most, "FIN_WAIT2 has %u ms left, not %g at most",
		    client()->last.expires_ms, most);

	server_close();
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
	ASSERT_TIMER(client(), WS_TIMER_TIMEWAIT);
	ASSERT_THAT(client()->last.expires_ms > 50000 && client()->last.expires_ms <= 60000,
		    "TIME_WAIT has %u ms left, not nearly 60000", client()->last.expires_ms);
}

CLAIM("close.time-wait-lasts-60-seconds", EXTENDS,
      "TIME_WAIT lasts 60 s with a tcp_fin_timeout of 1 s, and ends without a packet",
      "TCP_TIMEWAIT_LEN in include/net/tcp.h; RFC 9293 3.6.1 asks for 2 MSL, 4 min", SLOW, WAITS(60))
{
	given_fin_timeout("1");
	given_connected_pair();
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	server_close();

	ASSERT_LASTS(client(), TCP_TIME_WAIT, TIMEWAIT_LEN);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK);
}

CLAIM("close.who-closes-first", EXTENDS,
      "TIME_WAIT is where close was called first: on the server, when that is the server",
      "RFC 9293 3.6 and 3.3.2 figure 5")
{
	given_connected_pair();

	server_close();
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	client_close();

	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK, CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(WS_GONE, TCP_TIME_WAIT);
	ASSERT_NO_OWNER(server());
}

CHAPTER("Disconnection, scenario 3: close lowers a count, the last one disconnects");

/* After one close of several: nothing happened. */
static void assert_still_connected(void)
{
	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

static void assert_client_has_closed(void)
{
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_NO_OWNER(client());
}

CLAIM("close.reference-count.dup", HOLDS,
      "close sends nothing while another descriptor of the socket is open; the last close sends FIN",
      "article, disconnection scenario 3 and summary 1; close(2), dup(2)")
{
	int copy;

	given_connected_pair();
	copy = fx_dup(client());

	client_close();
	assert_still_connected();

	fx_close_fd(copy);
	assert_client_has_closed();
}

CLAIM("close.reference-count.fork", HOLDS,
      "a child's copy keeps the connection when its parent closes; FIN is sent when the child has none",
      "article, disconnection scenario 3 and summary 1; fork(2)")
{
	struct fx_child *child;

	given_connected_pair();
	child = child_fork(CHILD_CLIENT);

	client_close();
	assert_still_connected();

	child_exit(child);
	assert_client_has_closed();
}

CLAIM("close.reference-count.scm-rights", EXTENDS,
      "a descriptor on its way through a UNIX socket counts; FIN is sent when the message is discarded",
      "unix(7) SCM_RIGHTS")
{
	int unix_socket;

	given_connected_pair();
	unix_socket = fx_in_flight(client()->fd);

	client_close();
	assert_still_connected();

	fx_close_fd(unix_socket);
	assert_client_has_closed();
}

CLAIM("close.descriptor-leak", HOLDS,
      "a server that leaks descriptors meets \"too many open files\"; the connection waits until one is free",
      "article, disconnection scenario 3; accept(2) EMFILE")
{
	int leaked;

	given_unaccepted_pair();
	leaked = fx_dup(listener());
	given_descriptor_limit(0);

	ASSERT_ERRNO(server_accept(), EMFILE);
	assert_still_connected();
	ASSERT_RECV_Q(listener(), 1);

	fx_close_fd(leaked);
	server_accept();
	client_send("hello");
	ASSERT_READS(server(), "hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_RECV_Q(listener(), 0);
}
