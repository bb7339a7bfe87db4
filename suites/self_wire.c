/* SPDX-License-Identifier: MIT */
/* Does the wire do to each segment what the test says, and nothing else? */
#include "fixtures/fixtures.h"
#include "suites/claim.h"
#include "suites/self.h"

CHAPTER("self-tests: the wire");

#define SOURCE "fixtures/wire.h"

/* The nth entry since the mark, from 0. */
static const struct ws_entry *entry(size_t number)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	ASSERT_THAT(transcript->mark + number < transcript->count, "only %zu packets were seen",
		    transcript->count - transcript->mark);
	return &transcript->entries[transcript->mark + number];
}

/* A pair that sends each write at once, and without tail loss probes not a second time so soon. */
static void given_eager_pair(void)
{
	given_sysctl("net.ipv4.tcp_early_retrans", "0");
	given_connected_pair();
	fx_option(client(), IPPROTO_TCP, TCP_NODELAY, 1);
	observe_from_here();
}

/* ------------------------------------------------------------------------------------- order */

CLAIM("self.wire.freeze", HOLDS, "a frozen wire delivers just the segments it is told to", SOURCE,
      ON_WIRE)
{
	given_listener(1);
	wire_freeze();

	client_connect_begin();
	ASSERT_CLIENT_STATE(TCP_SYN_SENT);
	ASSERT_GONE(server());
	ASSERT_THAT(wire_waiting() == 1, "%u segments wait", wire_waiting());
	ASSERT_THAT(entry(0)->fate == WS_HELD, "the SYN is not held");

	wire_deliver(1);
	ASSERT_STATES(TCP_SYN_SENT, TCP_SYN_RECV);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK);

	wire_deliver(1);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);

	wire_deliver(1);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_THAT(wire_waiting() == 0, "%u segments wait", wire_waiting());
	EXPECT_FAILURE(wire_deliver(1), "1 segments should be delivered, only 0 wait");
}

CLAIM("self.wire.thaw", HOLDS, "a thawed wire delivers what waited, in order, and all that follows",
      SOURCE, ON_WIRE)
{
	given_eager_pair();
	wire_freeze();
	client_send("a");
	client_send("b");
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), CLIENT | ACK | DATA(1));
	ASSERT_RECV_Q(server(), 0);

	wire_thaw();

	ASSERT_READS(server(), "ab");
	client_send("c");
	ASSERT_READS(server(), "c");
	ASSERT_THAT(wire_waiting() == 0, "%u segments wait", wire_waiting());
}

CLAIM("self.wire.states", HOLDS, "the states after each delivered segment are recorded with it",
      "asserts/transcript.h", ON_WIRE)
{
	static const int expected[][WS_SIDES] = {
		{TCP_SYN_SENT, TCP_SYN_RECV},
		{TCP_ESTABLISHED, TCP_SYN_RECV},
		{TCP_ESTABLISHED, TCP_ESTABLISHED},
	};

	given_listener(1);
	client_connect();

	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	for (size_t i = 0; i < 3; i++) {
		const int *states = entry(i)->states;

		ASSERT_THAT(states[WS_CLIENT] == expected[i][WS_CLIENT] &&
				    states[WS_SERVER] == expected[i][WS_SERVER],
			    "after packet %zu: %s, %s", i + 1, ws_state_name(states[WS_CLIENT]),
			    ws_state_name(states[WS_SERVER]));
		ASSERT_THAT(entry(i)->fate == WS_DELIVERED, "packet %zu is not told delivered",
			    i + 1);
	}
}

CLAIM("self.wire.swap", HOLDS, "a swapped segment arrives behind the next one", SOURCE, ON_WIRE)
{
	given_eager_pair();
	wire_swap(CLIENT | ACK | DATA(1), 1);

	client_send("a");
	ASSERT_RECV_Q(server(), 0);
	client_send("b");

	/* the first ACK is for nothing new, as "b" is out of order; "a" may be taken for lost */
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), CLIENT | ACK | DATA(1), SERVER | ACK, SERVER | ACK,
		       CLIENT | ACK | DATA(1) | MAY_MISS, SERVER | ACK | MAY_MISS);
	ASSERT_THAT(entry(2)->ack == 1 && entry(2)->segment.options.sacks == 1,
		    "\"b\" did not arrive first: ack %u", entry(2)->ack);
	ASSERT_THAT(entry(3)->ack == 3, "the last ACK is %u", entry(3)->ack);
	ASSERT_READS(server(), "ab");
}

/* -------------------------------------------------------------------------------------- loss */

CLAIM("self.wire.drop", HOLDS, "a rule lets `skip` segments pass, then takes `count`", SOURCE,
      ON_WIRE, WAITS(0.2))
{
	static const enum ws_fate expected[] = {WS_DELIVERED, WS_DROPPED, WS_DROPPED, WS_DELIVERED};

	given_eager_pair();
	wire_freeze();
	wire_rule((struct wire_rule){
		.match = CLIENT | ACK | SOME_DATA,
		.action = WIRE_DROP,
		.skip = 1,
		.count = 2,
	});
	client_send("a");
	client_send("b");
	client_send("c");
	client_send("d");
	ASSERT_PACKETS(CLIENT | ACK | DATA(1), CLIENT | ACK | DATA(1) | DROPPED,
		       CLIENT | ACK | DATA(1) | DROPPED, CLIENT | ACK | DATA(1));

	wire_thaw();

	for (size_t i = 0; i < 4; i++)
		ASSERT_THAT(entry(i)->fate == expected[i], "packet %zu has fate %d", i + 1,
			    entry(i)->fate);
	/* the rule is used up: what is sent again arrives */
	ASSERT_READS(server(), "abcd");
}

CLAIM("self.wire.drop-by-pattern", HOLDS, "a rule takes only what its pattern matches", SOURCE,
      ON_WIRE)
{
	given_listener(1);
	wire_drop(CLIENT | FIN | ACK, WIRE_ALL);
	wire_drop(SERVER | RST, WIRE_ALL);
	client_connect();
	server_accept();
	client_send("hello");
	ASSERT_READS(server(), "hello");

	server_close();

	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	client_close();
	ASSERT_STATES(TCP_LAST_ACK, TCP_FIN_WAIT2);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK, CLIENT | ACK | DATA(5),
		       SERVER | ACK, SERVER | FIN | ACK, CLIENT | ACK,
		       CLIENT | FIN | ACK | DROPPED | MAY_REPEAT);
}

CLAIM("self.wire.first-rule-decides", HOLDS, "the first rule that matches decides; none is left "
      "after wire_no_rules()", SOURCE, ON_WIRE)
{
	given_connected_pair();
	wire_drop(CLIENT | ACK | DATA(4), WIRE_ALL);
	wire_duplicate(CLIENT | ACK | SOME_DATA, WIRE_ALL);

	client_send("lost");
	ASSERT_PACKETS(CLIENT | ACK | DATA(4) | DROPPED | MAY_REPEAT);
	ASSERT_RECV_Q(server(), 0);

	wire_no_rules();
	ASSERT_READS(server(), "lost");
}

CLAIM("self.wire.too-many-rules", HOLDS, "a wire takes 16 rules; the next is a failure", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	for (int i = 0; i < 16; i++)
		wire_drop(CLIENT | RST, 1);

	EXPECT_FAILURE(wire_drop(CLIENT | RST, 1), "a wire takes at most 16 rules");
}

CLAIM("self.wire.delay", HOLDS, "a delayed segment arrives when its time is over", SOURCE, ON_WIRE,
      WAITS(0.3))
{
	given_listener(1);
	wire_delay(CLIENT | SYN, 1, 0.3);

	client_connect();

	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_GAPS(0.3, 0.0);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.wire.delay-ends", HOLDS, "wire_no_rules() delivers what is delayed", SOURCE, ON_WIRE)
{
	given_listener(1);
	wire_delay(CLIENT | SYN, 1, 1000.0);
	client_connect_begin();
	ASSERT_STATES(TCP_SYN_SENT, WS_GONE);

	wire_no_rules();

	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
}

CLAIM("self.wire.duplicate", HOLDS, "a duplicated segment arrives twice, and is sent once", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	wire_duplicate(CLIENT | ACK | DATA(4), 1);

	client_send("once");

	ASSERT_READS(server(), "once");
	ASSERT_PACKETS(CLIENT | ACK | DATA(4), SERVER | ACK, SERVER | ACK);
	/* the second ACK says which bytes came twice (RFC 2883) */
	ASSERT_THAT(entry(2)->segment.options.sacks == 1, "the server got no duplicate");
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	EXPECT_FAILURE(ASSERT_READS(server(), "once"), "seen 0 bytes");
}

/* --------------------------------------------------------------------------------- injection */

CLAIM("self.wire.inject-reset", HOLDS, "an injected RST in sequence ends the connection of the one "
      "it is sent to", SOURCE, ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 1);

	ASSERT_PACKETS(SERVER | RST);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
	ASSERT_THAT(entry(0)->fate == WS_INJECTED, "it is not told injected");
	ASSERT_THAT(entry(0)->segment.checksum_ok, "its checksum is wrong");
	ASSERT_SO_ERROR(client(), ECONNRESET);
}

CLAIM("self.wire.inject-bad-checksum", HOLDS, "a segment with a bad checksum is thrown away",
      SOURCE, ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_SERVER, .flags = RST, .seq = 1, .bad_checksum = true);

	ASSERT_PACKETS(SERVER | RST);
	ASSERT_THAT(!entry(0)->segment.checksum_ok, "its checksum is right");
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	client_send("hello");
	ASSERT_READS(server(), "hello");
}

CLAIM("self.wire.inject-data", HOLDS, "injected data is read, at the numbers of the transcript",
      SOURCE, ON_WIRE)
{
	given_connected_pair();
	client_send("one ");
	ASSERT_PACKETS(CLIENT | ACK | DATA(4), SERVER | ACK);
	observe_from_here();

	wire_inject(.from = WS_CLIENT, .flags = PSH | ACK, .seq = 5, .ack = 1, .data = "two");

	ASSERT_READS(server(), "one two");
	ASSERT_THAT(entry(0)->segment.length == 3 && entry(0)->seq == 5, "seq %u, length %u",
		    entry(0)->seq, entry(0)->segment.length);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.wire.inject-while-frozen", HOLDS, "what is injected passes a frozen wire", SOURCE,
      ON_WIRE)
{
	given_connected_pair();
	wire_freeze();
	client_send("held");

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
	ASSERT_THAT(entry(0)->fate == WS_HELD, "the data has passed too");
}

CLAIM("self.wire.inject-window", HOLDS, "an injected window of 0 stops the sender", SOURCE, ON_WIRE)
{
	given_connected_pair();
	wire_drop(SERVER | ACK, WIRE_ALL);
	client_send("x");
	wire_inject(.from = WS_SERVER, .flags = ACK, .seq = 1, .ack = 2, .zero_window = true);
	wire_no_rules();
	wire_freeze();
	observe_from_here();

	client_send("stopped");

	/* window probes are empty */
	ASSERT_PACKETS(CLIENT | ACK | MAY_REPEAT | MAY_MISS);
	ASSERT_SEND_Q(client(), 7);
	wire_inject(.from = WS_SERVER, .flags = ACK, .seq = 1, .ack = 2);
	ASSERT_PACKETS(CLIENT | ACK | MAY_REPEAT | MAY_MISS, SERVER | ACK,
		       CLIENT | ACK | DATA(7) | MAY_REPEAT);
}

CLAIM("self.wire.inject-timestamps", HOLDS,
      "an injected timestamp counts from what the hosts sent last, and is echoed", SOURCE, ON_WIRE)
{
	const struct ws_tcp_options *seen;
	uint32_t client_sent, server_sent;

	given_connected_pair();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	client_sent = entry(0)->segment.options.tsval;
	server_sent = entry(1)->segment.options.tsval;
	wire_drop(SERVER | ACK, 1); /* it acknowledges what the client did not send */
	observe_from_here();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 6, .ack = 1, .data = "!",
		    .timestamps = true, .tsval = 1000, .tsecr = -2);

	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	seen = &entry(0)->segment.options;
	ASSERT_THAT(seen->timestamps && seen->tsval == client_sent + 1000 &&
			    seen->tsecr == server_sent - 2,
		    "TSval %u, TSecr %u", seen->tsval, seen->tsecr);
	ASSERT_THAT(entry(1)->segment.options.tsecr == client_sent + 1000, "the server echoes %u",
		    entry(1)->segment.options.tsecr);
	/* what was injected is not what the client sent last, and without ACK there is no echo */
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 7, .timestamps = true, .tsecr = 5);
	seen = &entry(2)->segment.options;
	ASSERT_THAT(seen->tsval == client_sent && seen->tsecr == 0, "TSval %u, TSecr %u",
		    seen->tsval, seen->tsecr);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
}

CLAIM("self.wire.inject-timestamps-unknown", HOLDS,
      "without a timestamp of the hosts none can be injected", SOURCE, ON_WIRE)
{
	given_sysctl("net.ipv4.tcp_timestamps", "0");
	given_connected_pair();

	EXPECT_FAILURE(wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = 1,
				   .timestamps = true),
		       "the client sent no timestamp yet");
}

CLAIM("self.wire.inject-nowhere", HOLDS, "before anything was sent nothing can be injected", SOURCE,
      ON_WIRE)
{
	given_listener(1);

	EXPECT_FAILURE(wire_inject(.from = WS_CLIENT, .flags = RST), "nothing was sent yet");
}

/* ------------------------------------------------------------------- devices that answer */

CLAIM("self.wire.reject-by-reset", HOLDS, "WIRE_RESET drops a SYN and refuses it with RST", SOURCE,
      ON_WIRE)
{
	given_listener(1);
	wire_rule((struct wire_rule){.match = CLIENT | SYN, .action = WIRE_RESET, .count = 1});

	ASSERT_ERRNO(client_connect(), ECONNREFUSED);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, SERVER | RST | ACK);
	ASSERT_THAT(entry(1)->fate == WS_INJECTED, "the RST is the server's own");
	ASSERT_STATES(WS_GONE, WS_GONE);
	/* the rule was for one SYN */
	client_socket();
	ASSERT_OK(client_connect());
}

CLAIM("self.wire.reset-of-data", HOLDS, "WIRE_RESET answers data with a RST that is in sequence",
      SOURCE, ON_WIRE)
{
	given_connected_pair();
	wire_rule((struct wire_rule){
		.match = CLIENT | ACK | SOME_DATA, .action = WIRE_RESET, .count = 1});

	client_send("rejected");

	ASSERT_PACKETS(CLIENT | ACK | DATA(8) | DROPPED, SERVER | RST);
	ASSERT_STATES(WS_GONE, TCP_ESTABLISHED);
	ASSERT_SO_ERROR(client(), ECONNRESET);
}

/* ICMP 3/1 and 3/3 (RFC 792); ICMPv6 1/3 and 1/4 (RFC 4443) */
static void a_device_rejects(uint8_t v4, uint8_t v6, int error)
{
	given_listener(1);
	wire_no_rules();
	wire_rule((struct wire_rule){
		.match = CLIENT | SYN,
		.action = WIRE_UNREACH,
		.count = 1,
		.code = fx_current()->family == AF_INET6 ? v6 : v4,
	});
	client_socket();
	observe_from_here();

	ASSERT_ERRNO(client_connect(), error);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, SERVER | ICMP);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("self.wire.reject-by-icmp", HOLDS,
      "WIRE_UNREACH drops a SYN and answers with the ICMP error of that code", SOURCE, ON_WIRE)
{
	a_device_rejects(3, 4, ECONNREFUSED);
	a_device_rejects(1, 3, EHOSTUNREACH);
}
