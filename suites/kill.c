/* SPDX-License-Identifier: MIT */
/* The server is killed: the article's disconnection scenario 3. */
#include "fixtures/fixtures.h"
#include "suites/claim.h"

CHAPTER("Disconnection, scenario 3: the server is killed");

CLAIM("kill.clean", HOLDS,
      "SIGKILL makes the same four-way disconnection as close; TIME_WAIT is on the killed side",
      "article, disconnection scenario 3; RFC 9293 3.6")
{
	given_connected_pair();

	child_kill(server_process());
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	ASSERT_NO_OWNER(server());
	ASSERT_EOF(client());
	client_close();

	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK, CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(WS_GONE, TCP_TIME_WAIT);
}

CLAIM("kill.unread-data", QUALIFIED,
      "SIGKILL makes the same disconnection as close: the killed side sends FIN",
      "article, disconnection scenario 3; RFC 2525 2.17, RFC 9293 3.6.1",
      BUT("only when it has read all it received; else it sends RST, and the client gets ECONNRESET"))
{
	given_connected_pair();
	client_send("hello");
	ASSERT_READS(server(), "hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	observe_from_here();
	child_kill(server_process());
	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);

	given_connected_pair();
	client_send("hello");
	ASSERT_RECV_Q(server(), 5);
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	observe_from_here();
	child_kill(server_process());
	ASSERT_PACKETS(SERVER | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_ERRNO(fx_drain(client(), 1), ECONNRESET);
}

CLAIM("kill.shared-with-child", QUALIFIED,
      "SIGKILL disconnects", "article, disconnection scenario 3 and summary 1; fork(2)",
      BUT("not while another process, such as a child, holds the same socket: no packet is sent"))
{
	struct fx_child *other;

	given_connected_pair();
	other = child_fork(CHILD_SERVER);

	child_kill(server_process());
	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_OWNED(server());

	child_kill(other);
	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	ASSERT_NO_OWNER(server());
}

CLAIM("kill.pending-send", EXTENDS,
      "what the server had not sent yet when it was killed is still delivered, and then the FIN",
      "RFC 9293 3.10.4; tcp_close() in net/ipv4/tcp.c", ON_WIRE)
{
	/* no tail loss probe: on a slow machine it would send "world" before its time, and twice */
	given_sysctl("net.ipv4.tcp_early_retrans", "0");
	/* and on a very slow one the RTO would send both at once, with the FIN: tcp_retrans_try_collapse() */
	given_sysctl("net.ipv4.tcp_retrans_collapse", "0");
	given_connected_pair();
	wire_freeze();
	server_send("hello ");
	/* Nagle: it waits until the first segment is acknowledged, and on this wire it is not */
	server_send("world");
	ASSERT_PACKETS(SERVER | ACK | DATA(6) | MAY_REPEAT);
	ASSERT_SEND_Q(server(), 11);

	child_kill(server_process());
	ASSERT_STATES(TCP_ESTABLISHED, TCP_FIN_WAIT1);
	ASSERT_NO_OWNER(server());
	wire_thaw();

	ASSERT_PACKETS(SERVER | ACK | DATA(6) | MAY_REPEAT,
		       SERVER | FIN | ACK | DATA(5) | MAY_REPEAT, CLIENT | ACK | MAY_MERGE,
		       CLIENT | ACK);
	ASSERT_READS(client(), "hello world");
	ASSERT_EOF(client());
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
}
