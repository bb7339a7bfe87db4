/* SPDX-License-Identifier: MIT */
/* What the article says about shutdown(2), its fourth scenario of disconnection. */
#include <unistd.h>
#include "fixtures/fixtures.h"
#include "suites/claim.h"

CHAPTER("Disconnection, scenario 4: the client calls shutdown");

CLAIM("shutdown.rd-sends-nothing", HOLDS,
      "SHUT_RD sends no packet; both ends stay ESTABLISHED",
      "article, disconnection scenario 4; shutdown(2)")
{
	given_connected_pair();

	client_shutdown(SHUT_RD);

	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("shutdown.rd-read-returns-0", HOLDS,
      "after SHUT_RD the client receives no more: recv gives what was queued, then 0 at once",
      "article, disconnection scenario 4; shutdown(2)")
{
	given_connected_pair();
	server_send("early");
	ASSERT_PACKETS(SERVER | ACK | DATA(5), CLIENT | ACK);
	observe_from_here();

	client_shutdown(SHUT_RD);

	ASSERT_POLL(client(), POLLIN | POLLOUT | POLLRDHUP);
	ASSERT_READS(client(), "early");
	ASSERT_EOF(client());
	ASSERT_POLL(client(), POLLIN | POLLOUT | POLLRDHUP);
	ASSERT_POLL(server(), POLLOUT);
	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("shutdown.rd-discards", REFUTED,
      "data that arrives after SHUT_RD is discarded",
      "article, disconnection scenario 4, SHUT_RD 1; shutdown(2)",
      BUT("Linux acknowledges and queues it, and recv still returns it"))
{
	given_connected_pair();
	client_shutdown(SHUT_RD);
	ASSERT_EOF(client());

	server_send("new data");

	ASSERT_PACKETS(SERVER | ACK | DATA(8), CLIENT | ACK);
	ASSERT_RECV_Q(client(), 8);
	ASSERT_READS(client(), "new data");
	ASSERT_EOF(client());
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

/* Buffers for a few segments only: a window closes soon. */
static void given_pair_with_little_room(void)
{
	given_listener(1);
	fx_option(listener(), SOL_SOCKET, SO_RCVBUF, 4096);
	client_socket();
	fx_option(client(), SOL_SOCKET, SO_RCVBUF, 4096);
	fx_option(client(), SOL_SOCKET, SO_SNDBUF, 16384);
	client_connect();
	server_accept();
	fx_option(server(), SOL_SOCKET, SO_SNDBUF, 16384);
	observe_from_here();
}

/* The newest segment of a side: it is a receiver here, so an ACK. */
static const struct ws_entry *last_ack_of(enum ws_side side)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	for (size_t i = transcript->count; i-- > 0;)
		if (transcript->entries[i].from == side)
			return &transcript->entries[i];
	return NULL;
}

static bool closed_its_window(void *context)
{
	return last_ack_of(*(enum ws_side *)context)->segment.window == 0;
}

/* Nobody reads at `receiver`: wait until its window is closed. Returns the bytes it acknowledged. */
static unsigned bytes_until_window_closes(enum ws_side receiver)
{
	ASSERT_THAT(ws_wait(closed_its_window, &receiver, ws_deadline), "the window stays open: %u",
		    last_ack_of(receiver)->segment.window);
	return last_ack_of(receiver)->ack - 1;
}

/* Since the mark: data and window probes of the one, ACKs of the other, no SYN, FIN or RST. */
static bool only_data_and_acks(enum ws_side sender)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	for (size_t i = transcript->mark; i < transcript->count; i++) {
		const struct ws_entry *entry = &transcript->entries[i];

		if ((entry->segment.flags & ~PSH) != ACK)
			return false;
		if (entry->from != sender && entry->segment.length)
			return false;
	}
	return true;
}

CLAIM("shutdown.rd-peer-keeps-sending", HOLDS,
      "the server knows nothing of SHUT_RD and goes on sending, in vain: its data is acknowledged "
      "until the client's window is closed, for nobody reads",
      "article, disconnection scenario 4, SHUT_RD 2", WAITS(0.3))
{
	long taken;
	unsigned acknowledged;

	given_pair_with_little_room();
	client_shutdown(SHUT_RD);
	ASSERT_EOF(client());

	taken = fx_fill(server());

	acknowledged = bytes_until_window_closes(WS_CLIENT);
	ASSERT_THAT(only_data_and_acks(WS_SERVER), "something else than data and ACKs was sent");
	ASSERT_THAT(acknowledged > 0, "no byte was acknowledged");
	ASSERT_RECV_Q(client(), acknowledged);
	ASSERT_SEND_Q(server(), (unsigned)taken - acknowledged);
	ASSERT_SO_ERROR(server(), 0);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("shutdown.wr-sends-fin", HOLDS,
      "SHUT_WR sends FIN, the server answers ACK; FIN_WAIT2 and CLOSE_WAIT; the client still "
      "receives",
      "article, disconnection scenario 4; RFC 9293 3.6")
{
	given_connected_pair();

	client_shutdown(SHUT_WR);

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_EOF(server());
	observe_from_here();
	server_send("late");
	ASSERT_PACKETS(SERVER | ACK | DATA(4), CLIENT | ACK);
	ASSERT_READS(client(), "late");
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
}

CLAIM("shutdown.rdwr-sends-fin", HOLDS,
      "SHUT_RDWR sends FIN, the server answers ACK; FIN_WAIT2 and CLOSE_WAIT",
      "article, disconnection scenario 4; RFC 9293 3.6")
{
	given_connected_pair();

	client_shutdown(SHUT_RDWR);

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_EOF(client());
	ASSERT_EOF(server());
}

static void the_server_closes_after_the_client_called_shutdown(int how)
{
	given_connected_pair();
	client_shutdown(how);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);

	server_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
}

CLAIM("shutdown.then-server-closes", HOLDS,
      "when the server then closes it sends FIN: TIME_WAIT on the client, the server is gone",
      "article, disconnection scenario 4; RFC 9293 3.6")
{
	the_server_closes_after_the_client_called_shutdown(SHUT_WR);
	the_server_closes_after_the_client_called_shutdown(SHUT_RDWR);
}

static bool server_has_read(void *context)
{
	long *left = context;

	*left -= fx_drain(server(), (size_t)*left);
	return *left == 0;
}

static const struct ws_entry *fin_of_client(void)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	for (size_t i = transcript->mark; i < transcript->count; i++) {
		const struct ws_entry *entry = &transcript->entries[i];

		if (entry->from == WS_CLIENT && entry->segment.flags & FIN)
			return entry;
	}
	return NULL;
}

CLAIM("shutdown.wr-discards-unsent", REFUTED,
      "SHUT_WR discards the data that was written but not sent yet",
      "article, disconnection scenario 4, SHUT_WR 1; RFC 9293 3.10.4",
      BUT("it is sent, and the FIN comes after the last byte"), WAITS(0.5))
{
	const struct ws_entry *fin;
	long written, left;
	unsigned acknowledged;

	given_pair_with_little_room();
	left = written = fx_fill(client());
	acknowledged = bytes_until_window_closes(WS_SERVER);
	ASSERT_THAT((long)acknowledged < written, "nothing is left unsent");

	client_shutdown(SHUT_WR);

	ASSERT_THAT(only_data_and_acks(WS_CLIENT), "the FIN left before the data");
	ASSERT_SEND_Q(client(), (unsigned)written - acknowledged + 1);
	ASSERT_STATES(TCP_FIN_WAIT1, TCP_ESTABLISHED);
	ws_wait(server_has_read, &left, ws_deadline);
	ASSERT_THAT(left == 0, "%ld of %ld bytes were never received", left, written);
	ASSERT_EOF(server());
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	fin = fin_of_client();
	ASSERT_THAT(fin->seq + fin->segment.length == (uint32_t)written + 1,
		    "the FIN has number %u, not the one after %ld bytes",
		    fin->seq + fin->segment.length, written);
}

CLAIM("shutdown.wr-stops-retransmission", REFUTED,
      "after SHUT_WR data that is not acknowledged is not sent again",
      "article, disconnection scenario 4, SHUT_WR 2; RFC 9293 3.10.4", ON_WIRE,
      BUT("lost data is sent again until it is acknowledged, behind the FIN too"), WAITS(0.3))
{
	ws_pattern again = CLIENT | ACK | DATA(4) | MAY_REPEAT;

	/* without SACK, which tells that the FIN is there, one segment has both: tcp_retrans_try_collapse() */
	if (!host_sysctl(WS_CLIENT, "net.ipv4.tcp_sack") &&
	    host_sysctl(WS_CLIENT, "net.ipv4.tcp_retrans_collapse"))
		again |= FIN;
	/* no tail loss probe: it would send the FIN a second time */
	given_sysctl("net.ipv4.tcp_early_retrans", "0");
	given_connected_pair();
	wire_drop(CLIENT | ACK | SOME_DATA, WIRE_ALL);
	client_send("lost");

	client_shutdown(SHUT_WR);

	ASSERT_STATES(TCP_FIN_WAIT1, TCP_ESTABLISHED);
	wire_no_rules();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | ACK | DATA(4) | DROPPED | MAY_REPEAT, CLIENT | FIN | ACK,
		       SERVER | ACK, again, SERVER | ACK | MAY_REPEAT);
	ASSERT_READS(server(), "lost");
	ASSERT_EOF(server());
}

CLAIM("shutdown.wr-then-write", HOLDS,
      "after SHUT_WR no more can be written: EPIPE, and SIGPIPE unless MSG_NOSIGNAL",
      "article, disconnection scenario 4, SHUT_WR 1; send(2)")
{
	bool sigpipe;

	given_connected_pair();
	client_shutdown(SHUT_WR);

	ASSERT_ERRNO(fx_send_flags(client(), 0, &sigpipe), EPIPE);
	ASSERT_THAT(sigpipe, "there was no SIGPIPE");
	ASSERT_ERRNO(fx_send_flags(client(), MSG_NOSIGNAL, &sigpipe), EPIPE);
	ASSERT_THAT(!sigpipe, "there was a SIGPIPE in spite of MSG_NOSIGNAL");
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
}

CLAIM("shutdown.rdwr-data-arrives", EXTENDS,
      "data that arrives after SHUT_RDWR is answered with RST, and both ends are gone",
      "RFC 9293 3.6.1; RFC 1122 4.2.2.13")
{
	given_connected_pair();
	client_shutdown(SHUT_RDWR);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	observe_from_here();

	server_send("late");

	ASSERT_PACKETS(SERVER | ACK | DATA(4), CLIENT | RST);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_SO_ERROR(client(), ECONNRESET);
	ASSERT_SO_ERROR(server(), EPIPE);
}

CLAIM("shutdown.ignores-reference-count", EXTENDS,
      "shutdown sends FIN at once, though another descriptor and another process hold the socket",
      "article, disconnection scenario 3, of close; shutdown(2)")
{
	given_connected_pair();
	fx_keep(fx_dup(client()));
	child_fork(CHILD_CLIENT);

	client_shutdown(SHUT_WR);

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_OWNED(client());
}

static void accept_ends_with_einval(void)
{
	_exit(child_accept() == EINVAL ? 0 : 1);
}

CLAIM("shutdown.listener", EXTENDS,
      "SHUT_RD on a listener ends LISTEN: a blocked accept returns EINVAL, connects are refused",
      "shutdown(2); inet_shutdown() in net/ipv4/af_inet.c")
{
	struct fx_child *acceptor;

	given_listener(1);
	acceptor = child_run(accept_ends_with_einval);
	child_blocks(acceptor);
	ASSERT_STATE(listener(), TCP_LISTEN);

	listener_shutdown(SHUT_RD);

	child_wait(acceptor);
	ASSERT_GONE(listener());
	ASSERT_NO_PACKETS();
	ASSERT_ERRNO(client_connect(), ECONNREFUSED);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("shutdown.wrong-state", EXTENDS,
      "shutdown fails with ENOTCONN without a connection; a second SHUT_WR succeeds and sends "
      "nothing",
      "shutdown(2)")
{
	client_socket();
	ASSERT_ERRNO(client_shutdown(SHUT_RD), ENOTCONN);
	ASSERT_ERRNO(client_shutdown(SHUT_WR), ENOTCONN);
	ASSERT_ERRNO(client_shutdown(SHUT_RDWR), ENOTCONN);
	ASSERT_NO_PACKETS();

	given_connected_pair();
	client_shutdown(SHUT_WR);
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	observe_from_here();
	ASSERT_OK(client_shutdown(SHUT_WR));
	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
}
