/* SPDX-License-Identifier: MIT */
/* Connecting: what bind, listen and accept have to do with the handshake (the article's cases). */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include "fixtures/fixtures.h"
#include "suites/claim.h"

/* The client's port in the article's output of ss. */
enum { CLIENT_PORT = 55354 };

static void connect_is_refused_with_rst(void)
{
	ASSERT_ERRNO(client_connect(), ECONNREFUSED);

	ASSERT_PACKETS(CLIENT | SYN, SERVER | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

static void handshake_completes_without_accept(void)
{
	client_connect();

	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_NO_OWNER(server());
	ASSERT_RECV_Q(listener(), 1);
}

CHAPTER("Connection, case 1: the server has bound but not listened");

CLAIM("connect.bound-not-listening", HOLDS,
      "connect to a server that has bound but not listened is answered with RST",
      "article, connection case 1; RFC 9293 3.10.7.1")
{
	given_bound_server();

	connect_is_refused_with_rst();
}

CLAIM("connect.refused-leaves-no-socket", HOLDS,
      "after the RST neither side shows a connection",
      "article, connection case 1; ss(8)")
{
	given_bound_server();

	ASSERT_ERRNO(client_connect(), ECONNREFUSED);

	ASSERT_PACKETS(CLIENT | SYN, SERVER | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_THAT(host_connections(WS_CLIENT) == 0, "the client's host lists a connection");
	ASSERT_THAT(host_connections(WS_SERVER) == 0, "the server's host lists a connection");
}

CLAIM("connect.no-socket-at-all", HOLDS,
      "connect to a port that nobody has is answered with the same RST",
      "article, connection case 1; RFC 9293 3.10.7.1")
{
	client_socket();

	connect_is_refused_with_rst();
}

CHAPTER("Connection, case 2: the server has listened but not accepted");

CLAIM("connect.listen-is-enough", HOLDS,
      "once the server has listened the handshake completes without accept; both sides ESTAB",
      "article, connection case 2; RFC 9293 3.5; listen(2)")
{
	given_listener(1);

	handshake_completes_without_accept();
}

CLAIM("connect.listen-without-bind", EXTENDS,
      "listen without bind: the kernel picks an ephemeral port, and connections to it complete",
      "article, connection case 2; ip(7)")
{
	server_socket();
	server_listen(1);
	ASSERT_THAT(listener()->local.port >=
			    host_sysctl(WS_SERVER, "net.ipv4.ip_local_port_range"),
		    "port %u is below the ephemeral ones", listener()->local.port);

	handshake_completes_without_accept();
}

CHAPTER("Connection, case 3: the server has accepted, and both send");

CLAIM("connect.accept-then-exchange", HOLDS,
      "after accept both sides send and receive; both are ESTAB before and after",
      "article, connection case 3; RFC 9293 3.8; accept(2)")
{
	given_unaccepted_pair();

	server_accept();

	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);

	client_send("question");
	ASSERT_READS(server(), "question");
	server_send("answer");
	ASSERT_READS(client(), "answer");

	/* the ACK of the question may wait for the answer */
	ASSERT_PACKETS(CLIENT | ACK | DATA(8), SERVER | ACK | MAY_MERGE, SERVER | ACK | DATA(6),
		       CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CHAPTER("Connection, summary");

CLAIM("connect.only-after-listen", HOLDS,
      "the client can connect once the server has called listen: bind is too early, accept not "
      "needed",
      "article, question 1 and connection summary 1; listen(2)")
{
	given_bound_server();
	client_socket();
	client_bind(CLIENT_PORT);
	connect_is_refused_with_rst();

	server_listen(1);
	observe_from_here();
	client_socket();
	client_bind(CLIENT_PORT);
	handshake_completes_without_accept();

	/* accept changes nothing that TCP could see */
	server_accept();
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("connect.io-only-after-accept", REFUTED,
      "client and server can send and receive only after accept",
      "article, connection summary 2; RFC 9293 3.10.2; accept(2)",
      BUT("the client can send as soon as connect returns: the server's kernel acknowledges and "
	  "keeps the bytes until a process accepts"))
{
	given_unaccepted_pair();

	client_send("early");

	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_SEND_Q(client(), 0);
	ASSERT_RECV_Q(server(), 5);
	ASSERT_NO_OWNER(server());
	/* the listener is another socket, and not connected */
	ASSERT_ERRNO(fx_send(listener(), "x", 1), EPIPE);
	ASSERT_ERRNO(fx_drain(listener(), 1), ENOTCONN);

	server_accept();
	ASSERT_READS(server(), "early");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("connect.syn-sent-only-by-loss.dropped", HOLDS,
      "a device that drops the SYN leaves the client in SYN_SENT, which repeats it until it gives "
      "up with ETIMEDOUT",
      "article, connection summary 3; RFC 9293 3.8.3; tcp(7), tcp_syn_retries", ON_WIRE, WAITS(3))
{
	given_sysctl("net.ipv4.tcp_syn_retries", "1");
	given_sysctl_where_known("net.ipv4.tcp_syn_linear_timeouts", "0");
	given_listener(1);
	wire_drop(CLIENT | SYN, WIRE_ALL);

	client_connect_begin();

	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);
	ASSERT_LASTS(client(), TCP_SYN_SENT, 1.0 + 2.0);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, CLIENT | SYN | DROPPED);
	ASSERT_GAPS(1.0);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("connect.syn-sent-only-by-loss.dropped-default", HOLDS,
      "the same with the kernel's own number of retries: SYN_SENT for more than two minutes",
      "article, connection summary 3; tcp(7), tcp_syn_retries; ip-sysctl, "
      "tcp_syn_linear_timeouts",
      ON_WIRE, SLOW, WAITS(135))
{
	struct ws_schedule schedule = schedule_of_syns();

	given_listener(1);
	wire_drop(CLIENT | SYN, WIRE_ALL);

	client_connect_begin();

	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);
	ASSERT_GIVES_UP(client(), schedule);
	ASSERT_SO_ERROR(client(), ETIMEDOUT);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED | MAY_REPEAT);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("connect.syn-sent-only-by-loss.backlog", REFUTED,
      "only a device that drops leaves the client in SYN_SENT, no use of the socket API does",
      "article, connection summary 3; listen(2)",
      BUT("a server that does not accept does it too: its kernel drops a SYN that finds the accept "
	  "queue full"),
      WAITS(1))
{
	/* a queue of backlog n is full with n + 1 */
	given_listener(1);
	given_more_clients(2);
	ASSERT_RECV_Q(listener(), 2);
	ASSERT_SEND_Q(listener(), 1);
	observe_from_here();

	client_connect_begin();

	ASSERT_PACKETS(CLIENT | SYN | MAY_REPEAT);
	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);

	observe_from_here();
	server_accept_other();
	client_connect_end(ws_deadline);

	ASSERT_PACKETS(CLIENT | SYN | MAY_REPEAT, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_RECV_Q(listener(), 2);
}

CLAIM("connect.syn-sent-only-by-loss.nonblocking", REFUTED,
      "only a device that drops leaves the client in SYN_SENT, no use of the socket API does",
      "article, connection summary 3; connect(2), EINPROGRESS",
      BUT("a non-blocking connect returns EINPROGRESS in SYN_SENT and stays there until the "
	  "SYN+ACK arrives"),
      ON_WIRE)
{
	needs_syn_recv();
	given_listener(1);
	wire_freeze();

	ASSERT_ERRNO(client_connect_begin(), EINPROGRESS);

	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);
	ASSERT_POLL(client(), 0);
	wire_deliver(1);
	ASSERT_STATES(TCP_SYN_SENT, TCP_SYN_RECV);
	ASSERT_POLL(client(), 0);

	wire_thaw();

	ASSERT_POLL(client(), POLLOUT);
	ASSERT_SO_ERROR(client(), 0);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

/* "host unreachable", which ICMPv6 calls "address unreachable" (RFC 4443 3.1) */
static uint8_t host_unreachable(void)
{
	return fx_current()->family == AF_INET6 ? ICMP6_DST_UNREACH_ADDR : ICMP_HOST_UNREACH;
}

static void given_device(enum wire_action action)
{
	wire_no_rules();
	wire_rule((struct wire_rule){
		.match = CLIENT | SYN,
		.action = action,
		.count = WIRE_ALL,
		.code = host_unreachable(),
	});
	client_socket();
	observe_from_here();
}

CLAIM("connect.syn-sent-only-by-loss.reject", QUALIFIED,
      "a network device (router, firewall) causes SYN_SENT",
      "article, connection summary 3; RFC 9293 3.10.7.3; RFC 792; RFC 4443 3.1; RFC 5461",
      BUT("only if it is silent: one that answers with RST or ICMP unreachable ends connect at once "
	  "with ECONNREFUSED or EHOSTUNREACH"),
      ON_WIRE)
{
	given_listener(1);

	given_device(WIRE_DROP);
	client_connect_begin();
	ASSERT_PACKETS(CLIENT | SYN | DROPPED | MAY_REPEAT);
	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);

	given_device(WIRE_RESET);
	ASSERT_ERRNO(client_connect(), ECONNREFUSED);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, SERVER | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);

	given_device(WIRE_UNREACH);
	ASSERT_ERRNO(client_connect(), EHOSTUNREACH);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, SERVER | ICMP);
	ASSERT_STATES(WS_GONE, WS_GONE);
}
