/* SPDX-License-Identifier: MIT */
/* Each assertion passes when it should and fails when it should, with a message that helps. */
#include <poll.h>
#include <unistd.h>
#include "fixtures/fixtures.h"
#include "suites/claim.h"
#include "suites/self.h"

CHAPTER("self-tests: assertions");

#define SOURCE "asserts/assert.h"

/* ------------------------------------------------------------------------------------ states */

CLAIM("self.assert.state", HOLDS, "ASSERT_STATE compares the state of the endpoint it names",
      SOURCE)
{
	given_connected_pair();

	ASSERT_STATE(client(), TCP_ESTABLISHED);
	ASSERT_STATE(server(), TCP_ESTABLISHED);
	ASSERT_STATE(listener(), TCP_LISTEN);
	EXPECT_FAILURE(ASSERT_STATE(client(), TCP_CLOSE_WAIT),
		       "expected client CLOSE-WAIT, seen ESTAB for 0.02 s");
	EXPECT_FAILURE(ASSERT_STATE(listener(), TCP_ESTABLISHED),
		       "expected listener ESTAB, seen LISTEN");
	EXPECT_FAILURE(ASSERT_STATE(server(), WS_GONE), "expected server gone, seen ESTAB");
}

CLAIM("self.assert.state.unknown", HOLDS,
      "nothing is taken for gone when sock_diag gives no answer, or when there was no port", SOURCE)
{
	struct ws_addr known;

	given_connected_pair();
	known = client()->local;

	client()->local.family = AF_MAX; /* the kernel answers EINVAL */
	EXPECT_FAILURE(ws_must_look(client()), "sock_diag does not tell about the client");
	EXPECT_FAILURE(observe_from_here(), "sock_diag does not tell about the client");
	client()->local = known;
	client()->local.port = 0;
	EXPECT_FAILURE(ASSERT_GONE(client()), "has no address yet");
	client()->local = known;
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.assert.client-and-peer-state", HOLDS,
      "ASSERT_CLIENT_STATE and ASSERT_PEER_STATE do not mistake one end for the other", SOURCE)
{
	given_connected_pair();
	client_close();

	ASSERT_CLIENT_STATE(TCP_FIN_WAIT2);
	ASSERT_PEER_STATE(TCP_CLOSE_WAIT);
	EXPECT_FAILURE(ASSERT_CLIENT_STATE(TCP_CLOSE_WAIT),
		       "expected client CLOSE-WAIT, seen FIN-WAIT-2");
	EXPECT_FAILURE(ASSERT_PEER_STATE(TCP_FIN_WAIT2),
		       "expected server FIN-WAIT-2, seen CLOSE-WAIT");
}

CLAIM("self.assert.states", HOLDS, "ASSERT_STATES wants both ends right", SOURCE)
{
	given_connected_pair();
	client_close();

	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	EXPECT_FAILURE(ASSERT_STATES(TCP_FIN_WAIT2, TCP_ESTABLISHED),
		       "expected client FIN-WAIT-2 and server ESTAB, "
		       "seen client FIN-WAIT-2 and server CLOSE-WAIT");
	EXPECT_FAILURE(ASSERT_STATES(TCP_ESTABLISHED, TCP_CLOSE_WAIT),
		       "expected client ESTAB and server CLOSE-WAIT");
	EXPECT_FAILURE(ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2),
		       "expected client CLOSE-WAIT and server FIN-WAIT-2");
}

CLAIM("self.assert.gone", HOLDS, "ASSERT_GONE means that sock_diag finds nothing, not TIME_WAIT",
      SOURCE)
{
	given_connected_pair();
	client_close();
	server_close();

	ASSERT_GONE(server());
	EXPECT_FAILURE(ASSERT_GONE(client()), "expected client gone, seen TIME-WAIT");
	EXPECT_FAILURE(ASSERT_GONE(listener()), "expected listener gone, seen LISTEN");
	listener_close();
	ASSERT_GONE(listener());
}

CLAIM("self.assert.no-address", HOLDS,
      "of an endpoint without an address nothing is true, not even that it is gone", SOURCE)
{
	given_listener(1);
	client_socket();

	EXPECT_FAILURE(ASSERT_GONE(client()), "the client has no address yet");
	EXPECT_FAILURE(ASSERT_STATES(WS_GONE, WS_GONE), "the client has no address yet");
	EXPECT_FAILURE(ASSERT_PATH(server(), WS_GONE), "the server has no address yet");
	EXPECT_FAILURE(ASSERT_LASTS(client(), TCP_ESTABLISHED, 0.0), "has no address yet");
	EXPECT_FAILURE(ASSERT_NO_OWNER(server()), "the server has no address yet");
}

CLAIM("self.assert.waits", HOLDS, "an assertion waits for what is under way", SOURCE, ON_WIRE,
      WAITS(0.1))
{
	given_connected_pair();
	wire_delay(CLIENT | FIN | ACK, 1, 0.1);
	client_close();

	EXPECT_FAILURE(ASSERT_PEER_STATE(TCP_CLOSE_WAIT), "expected server CLOSE-WAIT, seen ESTAB");
	ASSERT_PEER_STATE(TCP_CLOSE_WAIT);
	ASSERT_PACKETS(CLIENT | FIN | ACK | MAY_REPEAT, SERVER | ACK | MAY_REPEAT);
}

static bool never(void *context)
{
	(void)context;
	return false;
}

CLAIM("self.assert.stall", HOLDS, "stalls of the machine add up, and what is waited for is none",
      "asserts/scene.c")
{
	given_connected_pair();
	/* where the machine stalls too this fails, and is run again because of it */
	ws_wait_expecting(never, NULL, 0.5, 0.5);
	ASSERT_THAT(ws_scene->stall < 0.3, "half a second that was waited is %.3f s of stall",
		    ws_scene->stall);
	for (int i = 0; i < 10; i++) {
		poll(NULL, 0, 30); /* what a busy machine does to it */
		ws_scene_settle();
	}
	ASSERT_THAT(ws_scene->stall >= 0.3, "ten stalls of 30 ms are %.3f s", ws_scene->stall);
}

CLAIM("self.assert.path", HOLDS, "ASSERT_PATH wants every state, in order, and no other", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	client_close();
	ASSERT_CLIENT_STATE(TCP_FIN_WAIT2);
	server_close();

	ASSERT_PATH(client(), TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
		    TCP_TIME_WAIT);
	EXPECT_FAILURE(
		ASSERT_PATH(client(), TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_TIME_WAIT),
		"expected the client to go through SYN-SENT > ESTAB > FIN-WAIT-1 > TIME-WAIT, "
		"seen SYN-SENT > ESTAB > FIN-WAIT-1 > FIN-WAIT-2 > TIME-WAIT");
	EXPECT_FAILURE(ASSERT_PATH(client(), TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT2,
				   TCP_FIN_WAIT1, TCP_TIME_WAIT),
		       "through SYN-SENT > ESTAB > FIN-WAIT-2 > FIN-WAIT-1 > TIME-WAIT, seen");
	EXPECT_FAILURE(
		ASSERT_PATH(client(), TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2),
		"through SYN-SENT > ESTAB > FIN-WAIT-1 > FIN-WAIT-2, seen");
	EXPECT_FAILURE(ASSERT_PATH(client(), TCP_SYN_SENT, TCP_ESTABLISHED, TCP_FIN_WAIT1,
				   TCP_FIN_WAIT2, TCP_TIME_WAIT, WS_GONE),
		       "through SYN-SENT > ESTAB > FIN-WAIT-1 > FIN-WAIT-2 > TIME-WAIT > gone");
}

CLAIM("self.assert.lasts", HOLDS, "ASSERT_LASTS fails when a state ends too early or too late",
      SOURCE, WAITS(2))
{
	given_sysctl("net.ipv4.tcp_fin_timeout", "1");
	given_connected_pair();
	EXPECT_FAILURE(ASSERT_LASTS(client(), TCP_ESTABLISHED, 0.1),
		       "expected the client to stay in ESTAB for 0.1 s", "it is still there after");
	EXPECT_FAILURE(ASSERT_LASTS(client(), TCP_CLOSING, 0.1), "the client was never in CLOSING");

	client_close();

	ASSERT_LASTS(client(), TCP_FIN_WAIT2, 1.0);
	EXPECT_FAILURE(ASSERT_LASTS(client(), TCP_FIN_WAIT2, 3.0),
		       "expected the client to stay in FIN-WAIT-2 for 3 s", "it stayed ");
	EXPECT_FAILURE(ASSERT_LASTS(client(), TCP_FIN_WAIT2, 0.1),
		       "expected the client to stay in FIN-WAIT-2 for 0.1 s", "it stayed ");
	ASSERT_STATES(WS_GONE, TCP_CLOSE_WAIT);
}

/* ----------------------------------------------------------------------------------- packets */

CLAIM("self.assert.packets", HOLDS,
      "ASSERT_PACKETS wants the right flags, senders, lengths and number of packets", SOURCE)
{
	given_connected_pair();
	client_send("hello");

	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | FIN | ACK | DATA(5), SERVER | ACK),
		       "expected 2 packets, seen 2; number 1 does not fit",
		       "expected client: Flags [F.], length 5", "seen ");
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(5), CLIENT | ACK),
		       "number 2 does not fit", "expected client: Flags [.], length 0");
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(4), SERVER | ACK),
		       "number 1 does not fit", "expected client: Flags [.], length 4");
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(5)),
		       "expected 1 packet, seen 2; number 2 does not fit");
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK, SERVER | RST),
		       "expected 3 packets, seen 2\n");
	EXPECT_FAILURE(ASSERT_PACKETS(SERVER | ACK, CLIENT | ACK | DATA(5)),
		       "number 1 does not fit");
}

CLAIM("self.assert.packets-from-the-mark", HOLDS,
      "ASSERT_PACKETS looks at what was sent since the observation started, and at all of that",
      SOURCE)
{
	given_connected_pair();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);

	observe_from_here();

	ASSERT_NO_PACKETS();
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK),
		       "expected 2 packets, seen 0", "-- the assertions look at what follows --");
}

CLAIM("self.assert.packets-not-too-early", HOLDS,
      "a RST that follows in the same burst is not overlooked when the rest matches already", SOURCE)
{
	const struct linger at_once = {.l_onoff = 1};

	given_connected_pair();

	/* past the verbs, which would have looked at each packet: data, and RST behind it */
	send(client()->fd, "x", 1, 0);
	setsockopt(client()->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(client()->fd);
	client()->fd = -1;

	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(1)), "expected 1 packet, seen ",
		       "client > server: Flags [R.]");
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK),
		       "expected 2 packets, seen ", "client > server: Flags [R.]");
}

CLAIM("self.assert.packets-dropped", HOLDS, "DROPPED tells a lost segment from a delivered one",
      SOURCE, ON_WIRE)
{
	given_connected_pair();
	client_send("arrives");
	ASSERT_PACKETS(CLIENT | ACK | DATA(7), SERVER | ACK);
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(7) | DROPPED, SERVER | ACK),
		       "number 1 does not fit", "length 7 (dropped)");
	observe_from_here();

	wire_drop(CLIENT | ACK | DATA(4), WIRE_ALL);
	client_send("lost");

	ASSERT_PACKETS(CLIENT | ACK | DATA(4) | DROPPED | MAY_REPEAT);
	EXPECT_FAILURE(ASSERT_PACKETS(CLIENT | ACK | DATA(4) | DROPPED | MAY_REPEAT, SERVER | ACK),
		       "expected 2 packets, seen ", "(dropped)\n");
}

CLAIM("self.assert.no-packets", HOLDS, "ASSERT_NO_PACKETS fails when one packet was sent", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	ASSERT_NO_PACKETS();

	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 1);

	EXPECT_FAILURE(ASSERT_NO_PACKETS(), "expected 0 packets, seen 1; number 1 does not fit",
		       "server > client: Flags [R]");
}

CLAIM("self.assert.no-packets-waits", HOLDS,
      "ASSERT_NO_PACKETS sees what a call has just sent, though nothing has moved it yet", SOURCE)
{
	given_connected_pair();

	shutdown(client()->fd, SHUT_WR);

	EXPECT_FAILURE(ASSERT_NO_PACKETS(), "expected 0 packets, seen ");
}

CLAIM("self.assert.gaps", HOLDS, "ASSERT_GAPS measures the time between packets", SOURCE, ON_WIRE,
      WAITS(1))
{
	given_listener(1);
	wire_drop(CLIENT | SYN, WIRE_ALL);
	client_connect_begin();
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, CLIENT | SYN | DROPPED);

	ASSERT_GAPS(1.0);
	EXPECT_FAILURE(ASSERT_GAPS(2.0), "expected 2 s", "between packets 1 and 2, seen 1.");
	EXPECT_FAILURE(ASSERT_GAPS(0.5), "expected 0.5 s", "between packets 1 and 2, seen 1.");
	EXPECT_FAILURE(ASSERT_GAPS(1.0, 1.0), "2 gaps need 3 packets, seen 2");
}

CLAIM("self.assert.gives-up", HOLDS,
      "ASSERT_GIVES_UP and ASSERT_SENDS fail on another number of packets, another gap and another end", SOURCE,
      ON_WIRE, WAITS(3))
{
	struct ws_schedule right = {.what = "SYN"}, hasty = right, early, late, more, most = right;

	ws_schedule_add(&hasty, 0.1);
	ws_schedule_add(&right, 1);
	late = early = right;
	ws_schedule_add(&right, 2);
	ws_schedule_add(&late, 3);
	ws_schedule_add(&early, 1);
	more = right;
	ws_schedule_add(&more, 4);
	given_sysctl("net.ipv4.tcp_syn_retries", "1");
	given_sysctl_where_known("net.ipv4.tcp_syn_linear_timeouts", "0");
	given_listener(1);
	wire_drop(CLIENT | SYN, WIRE_ALL);
	client_connect_begin();
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), hasty),
		       "expected the client to give up (1 SYN, 0.1 s), it is still in SYN-SENT");

	ASSERT_GIVES_UP(client(), right);
	ASSERT_SENDS(right);

	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), late), "expected 3 s",
		       "between packet 2 and the end, seen 2.");
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), early), "expected 1 s",
		       "between packet 2 and the end, seen 2.");
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), more), "expected 3 packets (3 SYNs, 7 s), seen 2");
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), hasty),
		       "expected 1 packets (1 SYN, 0.1 s), seen 2");
	EXPECT_FAILURE(ASSERT_GIVES_UP(server(), right), "the server was never anything but gone");
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), most), "the schedule is empty");
	right.gaps[0] = 2;
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), right), "between packet 1 and packet 2, seen 1.");
	EXPECT_FAILURE(ASSERT_SENDS(right), "between packet 1 and packet 2, seen 1.");
	EXPECT_FAILURE(ASSERT_SENDS(hasty), "expected 1 packets (1 SYN, 0.1 s), seen 2");

	/* the time is up with fewer packets, or is not */
	more.enough = 2.9;
	ASSERT_GIVES_UP(client(), more);
	more.enough = 3.9;
	EXPECT_FAILURE(ASSERT_GIVES_UP(client(), more), "expected 3 packets");
}

/* ------------------------------------------------------------------------------------- calls */

CLAIM("self.assert.errno", HOLDS, "ASSERT_ERRNO fails on success and on another errno", SOURCE)
{
	given_connected_pair();
	EXPECT_FAILURE(ASSERT_ERRNO(client_send("x"), EPIPE),
		       "expected -1 EPIPE, seen success (1)");
	client_shutdown(SHUT_WR);

	ASSERT_ERRNO(client_send("x"), EPIPE);
	EXPECT_FAILURE(ASSERT_ERRNO(client_send("x"), ECONNRESET),
		       "expected -1 ECONNRESET, seen -1 EPIPE (Broken pipe)");
}

CLAIM("self.assert.ok", HOLDS, "ASSERT_OK fails when the call returns -1", SOURCE)
{
	given_connected_pair();
	ASSERT_OK(client_send("x"));
	client_shutdown(SHUT_WR);

	EXPECT_FAILURE(ASSERT_OK(client_send("x")), "expected success, seen -1 EPIPE");
}

CLAIM("self.assert.verbs", HOLDS, "a verb that fails outside ASSERT_ERRNO and ASSERT_OK is a failure",
      "fixtures/pair.h")
{
	given_connected_pair();
	client_shutdown(SHUT_WR);

	EXPECT_FAILURE(client_send("x"), "client: send(1): Broken pipe", "client   ");
	ASSERT_ERRNO(client_send("x"), EPIPE);
	EXPECT_FAILURE(client_send("x"), "client: send(1): Broken pipe");
}

CLAIM("self.assert.that", HOLDS, "ASSERT_THAT fails with its message", SOURCE)
{
	given_connected_pair();

	ASSERT_THAT(1 + 1 == 2, "not printed");
	EXPECT_FAILURE(ASSERT_THAT(1 + 1 == 3, "one and one is %d", 1 + 1), "one and one is 2",
		       "in ASSERT_THAT(1 + 1 == 3)");
}

CLAIM("self.assert.poll", HOLDS, "ASSERT_POLL wants exactly the events", SOURCE)
{
	given_connected_pair();

	ASSERT_POLL(client(), POLLOUT);
	ASSERT_POLL(listener(), 0);
	EXPECT_FAILURE(ASSERT_POLL(client(), POLLIN | POLLOUT),
		       "expected poll on the client to say POLLIN|POLLOUT, seen POLLOUT");
	EXPECT_FAILURE(ASSERT_POLL(client(), 0),
		       "expected poll on the client to say nothing, seen POLLOUT");
	server_send("x");
	ASSERT_POLL(client(), POLLIN | POLLOUT);
	EXPECT_FAILURE(ASSERT_POLL(client(), POLLOUT), "to say POLLOUT, seen POLLIN|POLLOUT");
}

CLAIM("self.assert.so-error", HOLDS, "ASSERT_SO_ERROR compares and clears the pending error",
      SOURCE, ON_WIRE)
{
	given_connected_pair();
	ASSERT_SO_ERROR(client(), 0);
	EXPECT_FAILURE(ASSERT_SO_ERROR(client(), ECONNRESET),
		       "expected SO_ERROR ECONNRESET of the client, seen 0");

	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 1);
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	ASSERT_SO_ERROR(client(), ECONNRESET);
	ASSERT_SO_ERROR(client(), 0);
	EXPECT_FAILURE(ASSERT_SO_ERROR(server(), EPIPE),
		       "expected SO_ERROR EPIPE of the server, seen ECONNRESET");
}

CLAIM("self.assert.reads", HOLDS, "ASSERT_READS wants the bytes, in any number of pieces", SOURCE)
{
	given_connected_pair();

	client_send("he");
	client_send("llo");
	ASSERT_READS(server(), "hello");
	client_send("hello");
	ASSERT_READS(server(), "he");
	ASSERT_READS(server(), "llo");
	EXPECT_FAILURE(ASSERT_READS(server(), "more"),
		       "expected the server to read \"more\", seen 0 bytes \"\"");
	client_send("hello");
	EXPECT_FAILURE(ASSERT_READS(server(), "hellO"),
		       "expected the server to read \"hellO\", seen 5 bytes \"hello\"");
	client_send("half");
	client_shutdown(SHUT_WR);
	EXPECT_FAILURE(ASSERT_READS(server(), "half a word"), "seen end of file after 4 bytes");
}

CLAIM("self.assert.reads-error", HOLDS, "ASSERT_READS and ASSERT_EOF tell an error from the end",
      SOURCE, ON_WIRE)
{
	given_connected_pair();
	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 1);
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	EXPECT_FAILURE(ASSERT_READS(client(), "x"), "read \"x\", seen ECONNRESET");
	EXPECT_FAILURE(ASSERT_EOF(server()), "read end of file, seen ECONNRESET");
}

CLAIM("self.assert.eof", HOLDS, "ASSERT_EOF wants the end, and no byte before it", SOURCE)
{
	given_connected_pair();
	EXPECT_FAILURE(ASSERT_EOF(server()),
		       "expected the server to read end of file, seen 0 bytes");
	client_send("x");
	EXPECT_FAILURE(ASSERT_EOF(server()),
		       "expected the server to read end of file, seen a byte of data");
	client_shutdown(SHUT_WR);

	ASSERT_EOF(server());
	EXPECT_FAILURE(ASSERT_EOF(client()), "expected the client to read end of file");
}

/* ----------------------------------------------------------------------------------- numbers */

CLAIM("self.assert.recv-q", HOLDS, "ASSERT_RECV_Q compares the bytes nobody has read", SOURCE)
{
	given_connected_pair();
	client_send("hello");

	ASSERT_RECV_Q(server(), 5);
	ASSERT_RECV_Q(client(), 0);
	EXPECT_FAILURE(ASSERT_RECV_Q(server(), 4),
		       "expected Recv-Q of the server to be 4, seen 5 in ESTAB");
	EXPECT_FAILURE(ASSERT_RECV_Q(client(), 5), "of the client to be 5, seen 0 in ESTAB");
}

CLAIM("self.assert.send-q", HOLDS, "ASSERT_SEND_Q compares the bytes not acknowledged", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	wire_freeze();
	client_send("hello");

	ASSERT_SEND_Q(client(), 5);
	ASSERT_SEND_Q(server(), 0);
	EXPECT_FAILURE(ASSERT_SEND_Q(client(), 0),
		       "expected Send-Q of the client to be 0, seen 5 in ESTAB");
}

CLAIM("self.assert.listener-queue", HOLDS,
      "Recv-Q and Send-Q of a listener are the length of its queue and the limit", SOURCE)
{
	given_listener(3);
	client_connect();

	ASSERT_RECV_Q(listener(), 1);
	ASSERT_SEND_Q(listener(), 3);
	EXPECT_FAILURE(ASSERT_RECV_Q(listener(), 0),
		       "expected Recv-Q of the listener to be 0, seen 1 in LISTEN");
	EXPECT_FAILURE(ASSERT_SEND_Q(listener(), 1),
		       "expected Send-Q of the listener to be 1, seen 3 in LISTEN");
}

CLAIM("self.assert.numbers-of-nothing", HOLDS, "a socket that is gone has no numbers, not even 0",
      SOURCE)
{
	given_connected_pair();
	client_close();
	server_close();
	ASSERT_GONE(server());

	EXPECT_FAILURE(ASSERT_RECV_Q(server(), 0), "seen 0 in gone");
	EXPECT_FAILURE(ASSERT_SEND_Q(server(), 0), "seen 0 in gone");
	EXPECT_FAILURE(ASSERT_NO_OWNER(server()), "seen 0 in gone");
	EXPECT_FAILURE(ASSERT_TIMER(server(), WS_TIMER_NONE), "seen 0 in gone");
}

CLAIM("self.assert.owner", HOLDS,
      "ASSERT_OWNED and ASSERT_NO_OWNER tell whether a process holds the socket", SOURCE)
{
	given_unaccepted_pair();

	ASSERT_OWNED(client());
	ASSERT_NO_OWNER(server());
	EXPECT_FAILURE(ASSERT_NO_OWNER(client()), "expected owners (0 none, 1 some) of the client",
		       "to be 0, seen 1 in ESTAB");
	EXPECT_FAILURE(ASSERT_OWNED(server()), "of the server to be 1, seen 0 in ESTAB");
	server_accept();
	ASSERT_OWNED(server());
}

CLAIM("self.assert.timer", HOLDS, "ASSERT_TIMER tells which timer is armed", SOURCE, ON_WIRE)
{
	given_connected_pair();
	wire_freeze();
	client_send("hello");

	ASSERT_TIMER(client(), WS_TIMER_RETRANSMIT);
	ASSERT_TIMER(server(), WS_TIMER_NONE);
	EXPECT_FAILURE(ASSERT_TIMER(client(), WS_TIMER_NONE), "expected timer (0 none, 1 on,",
		       "of the client to be 0, seen 1 in ESTAB");
	EXPECT_FAILURE(ASSERT_TIMER(server(), WS_TIMER_KEEPALIVE), "to be 2, seen 0 in ESTAB");
}

/* -------------------------------------------------------------------------------------- skip */

static void skip_and_go_on(bool *went_on)
{
	SKIP("there is no %s here", "such thing");
	*went_on = true;
}

CLAIM("self.assert.skip", HOLDS, "SKIP ends the test, tells the observer, and is no pass",
      "asserts/judge.h", PURE)
{
	static bool went_on;

	EXPECT_FAILURE(skip_and_go_on(&went_on), "skipped: there is no such thing here");
	EXPECT_FAILURE(SKIP("no reason"), "skipped: no reason");
	ASSERT_THAT(!went_on, "the test went on behind SKIP");
}
