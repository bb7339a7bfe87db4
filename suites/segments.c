/* SPDX-License-Identifier: MIT */
/*
 * Segments that are not what comes next: blind attacks look like that (RFC 5961), and so do old duplicates
 * (RFC 7323). Much here changed between stable releases: suites/changes.h.
 */
#include <string.h>
#include "fixtures/fixtures.h"
#include "suites/changes.h"
#include "suites/claim.h"

/* The nth packet since the mark, from 0. */
static const struct ws_entry *packet(size_t number)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	ASSERT_THAT(transcript->mark + number < transcript->count, "only %zu packets were seen",
		    transcript->count - transcript->mark);
	return &transcript->entries[transcript->mark + number];
}

/* The client's ACK is lost: it is ESTABLISHED, the server in SYN_RECV. */
static void given_request(void)
{
	needs_syn_recv();
	given_listener(1);
	wire_drop(CLIENT | ACK, 1);
	client_connect();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	observe_from_here();
}

/* The client's next segment does what the lost ACK should have done. */
static void request_completes(void)
{
	observe_from_here();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

/* Challenge ACKs as often as they are due: the limit has a claim of its own. */
static void given_no_ack_limit(void)
{
	given_sysctl("net.ipv4.tcp_invalid_ratelimit", "0");
	given_sysctl("net.ipv4.tcp_challenge_ack_limit", "1000"); /* a second, of the whole host */
}

CHAPTER("Segments that are not in order: in SYN_RECV");

CLAIM("segments.syn-recv-exact-rst", HOLDS,
      "a RST that is next in sequence returns the server from SYN_RECV to LISTEN",
      "RFC 9293 3.10.7.4", ON_WIRE)
{
	given_request();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	ASSERT_PACKETS(CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
	ASSERT_STATE(listener(), TCP_LISTEN);
}

CLAIM("segments.syn-recv-inexact-rst", QUALIFIED,
      "a RST in the window that is not next in sequence leaves SYN_RECV as it is and draws a challenge ACK",
      "RFC 9293 3.10.7.4; RFC 5961 3.2; CVE-2026-68118", ON_WIRE,
      BUT("kernels without \"challenge ACK for non-exact RST in SYN-RECEIVED\" drop the connection"))
{
	given_request();
	wire_drop(SERVER | ACK, 1); /* what it does to the client is another claim's */

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 2);

	if (!KERNEL_HAS(rst_in_syn_recv_is_checked)) {
		ASSERT_PACKETS(CLIENT | RST);
		ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
		return;
	}
	ASSERT_PACKETS(CLIENT | RST, SERVER | ACK | DROPPED);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	request_completes();
}

CLAIM("segments.syn-recv-rst-bad-ack", QUALIFIED,
      "in SYN_RECV the RST is checked before the ACK field: an exact RST counts, whatever it acknowledges",
      "RFC 9293 3.10.7.4", ON_WIRE,
      BUT("kernels without \"challenge ACK for non-exact RST in SYN-RECEIVED\" ignore one whose ACK is wrong"))
{
	given_request();

	wire_inject(.from = WS_CLIENT, .flags = RST | ACK, .seq = 1, .ack = 1000);

	ASSERT_PACKETS(CLIENT | RST | ACK);
	if (KERNEL_HAS(rst_in_syn_recv_is_checked)) {
		ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
	} else {
		ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
		request_completes();
	}
}

CLAIM("segments.syn-recv-rst-outside", HOLDS,
      "a RST outside of the window is dropped in SYN_RECV, without an answer", "RFC 9293 3.10.7.4",
      ON_WIRE)
{
	given_request();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = -1000U);
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1 << 24);

	ASSERT_PACKETS(CLIENT | RST, CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	request_completes();
}

CLAIM("segments.syn-recv-bad-ack", HOLDS,
      "an ACK of what was not sent is answered in SYN_RECV with a RST that has its number",
      "RFC 9293 3.10.7.4", ON_WIRE)
{
	given_request();
	wire_drop(SERVER | RST, 1);

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = 1000);

	ASSERT_PACKETS(CLIENT | ACK, SERVER | RST | DROPPED);
	ASSERT_THAT(packet(1)->segment.seq == packet(0)->segment.ack, "the RST has seq %u",
		    packet(1)->seq);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	request_completes();
}

CLAIM("segments.syn-recv-bad-tsecr", QUALIFIED,
      "an ACK that is right but for its timestamp echo completes the handshake",
      "RFC 7323 3.2; tcp_check_req() in net/ipv4/tcp_minisocks.c", ON_WIRE,
      BUT("kernels with \"be less liberal in TSEcr received while in SYN_RECV state\" answer and drop it"))
{
	needs_sysctl("net.ipv4.tcp_timestamps");
	given_request();
	wire_drop(SERVER | ACK, 1);

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = 1, .timestamps = true,
		    .tsecr = 1000000);

	if (!KERNEL_HAS(tsecr_in_syn_recv_is_checked)) {
		ASSERT_PACKETS(CLIENT | ACK);
		ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
		return;
	}
	ASSERT_PACKETS(CLIENT | ACK, SERVER | ACK | DROPPED);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	request_completes();
}

CLAIM("segments.syn-recv-ack-delays-data", EXTENDS,
      "an ACK that a stray segment draws in SYN_RECV reaches the client, which then echoes its timestamp: "
      "kernels with \"be less liberal in TSEcr received while in SYN_RECV state\" take none of its data until "
      "they have repeated the SYN-ACK",
      "tcp_check_req() in net/ipv4/tcp_minisocks.c", ON_WIRE, WAITS(1))
{
	needs_syn_recv();
	needs_sysctl("net.ipv4.tcp_timestamps");
	given_no_ack_limit();
	given_sysctl("net.ipv4.tcp_early_retrans", "0"); /* the same repeats in every run */
	given_listener(1);
	wire_delay(SERVER | SYN | ACK, 1, 0.01); /* the ACK's timestamp will be a later one */
	wire_drop(CLIENT | ACK, 1);
	client_connect();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	observe_from_here();
	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1 << 24, .ack = 1);
	ASSERT_PACKETS(CLIENT | ACK, SERVER | ACK);
	wire_rule((struct wire_rule){.match = CLIENT | ACK | SOME_DATA,
				     .action = WIRE_DROP,
				     .skip = 1,
				     .count = WIRE_ALL});
	observe_from_here();

	client_send("hello");

	if (!KERNEL_HAS(tsecr_in_syn_recv_is_checked)) {
		ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
		ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
		return;
	}
	ASSERT_STATES(TCP_ESTABLISHED, TCP_SYN_RECV);
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK,
		       CLIENT | ACK | DATA(5) | DROPPED | MAY_REPEAT, SERVER | SYN | ACK,
		       CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.simultaneous-syn-ack", QUALIFIED,
      "when two SYNs have crossed, the SYN-ACK that answers ours ends SYN_RECV",
      "RFC 9293 3.5, figure 7", ON_WIRE,
      BUT("kernels without \"Don't drop SYN+ACK for simultaneous connect()\" challenge it"))
{
	client_socket();
	wire_drop(CLIENT | ANYTHING, WIRE_ALL); /* the server's host has no part in this */
	client_connect_begin();
	wire_inject(.from = WS_SERVER, .flags = SYN, .seq = 0);
	ASSERT_PACKETS(CLIENT | SYN | DROPPED, SERVER | SYN, CLIENT | SYN | ACK | DROPPED);
	ASSERT_PATH(client(), TCP_SYN_SENT, TCP_SYN_RECV);
	observe_from_here();

	wire_inject(.from = WS_SERVER, .flags = SYN | ACK, .seq = 0, .ack = 1);

	ASSERT_PACKETS(SERVER | SYN | ACK, CLIENT | ACK | DROPPED);
	if (KERNEL_HAS(syn_ack_in_syn_recv_is_taken))
		ASSERT_CLIENT_STATE(TCP_ESTABLISHED);
	else
		ASSERT_CLIENT_STATE(TCP_SYN_RECV);
}

CHAPTER("Segments that are not in order: RST and SYN");

CLAIM("segments.exact-rst", HOLDS, "a RST that is next in sequence resets the connection",
      "RFC 9293 3.10.7.4; RFC 5961 3.2", ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	ASSERT_PACKETS(CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
	ASSERT_SO_ERROR(server(), ECONNRESET);
}

CLAIM("segments.inexact-rst", HOLDS,
      "a RST in the window that is not next in sequence changes nothing and draws a challenge ACK",
      "RFC 9293 3.10.7.4; RFC 5961 3.2", ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 2);

	ASSERT_PACKETS(CLIENT | RST, SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_THAT(packet(1)->seq == 1 && packet(1)->ack == 1, "the challenge is seq %u, ack %u",
		    packet(1)->seq, packet(1)->ack);
}

CLAIM("segments.rst-outside", HOLDS, "a RST outside of the window is dropped, without an answer",
      "RFC 9293 3.10.7.4; RFC 5961 3.2", ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 0);
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1 << 24);

	ASSERT_PACKETS(CLIENT | RST, CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.rst-behind-sack", EXTENDS,
      "a RST that follows the highest data received out of order is taken for exact too",
      "tcp_validate_incoming() in net/ipv4/tcp_input.c", ON_WIRE)
{
	needs_sysctl("net.ipv4.tcp_sack");
	given_connected_pair();
	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 11, .ack = 1, .data = "later");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	observe_from_here();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 16);

	ASSERT_PACKETS(CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
}

CLAIM("segments.rst-of-the-fin", EXTENDS,
      "after a FIN a RST with the number of the FIN itself, which is outside of the window, resets too",
      "tcp_reset_check() in net/ipv4/tcp_input.c", ON_WIRE)
{
	given_connected_pair();
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	observe_from_here();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 1);

	ASSERT_PACKETS(CLIENT | RST);
	ASSERT_STATES(TCP_FIN_WAIT2, WS_GONE);
}

CLAIM("segments.syn", HOLDS,
      "a SYN changes nothing, wherever its number is, and draws a challenge ACK",
      "RFC 9293 3.10.7.4; RFC 5961 4.2", ON_WIRE)
{
	given_no_ack_limit();
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = SYN, .seq = 1);
	wire_inject(.from = WS_CLIENT, .flags = SYN, .seq = 0);
	wire_inject(.from = WS_CLIENT, .flags = SYN, .seq = 1 << 24);

	ASSERT_PACKETS(CLIENT | SYN, SERVER | ACK, CLIENT | SYN, SERVER | ACK, CLIENT | SYN,
		       SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.challenge-limit", HOLDS,
      "challenge ACKs are limited: a connection sends one in tcp_invalid_ratelimit milliseconds",
      "RFC 5961 7; ip-sysctl.rst, tcp_invalid_ratelimit", ON_WIRE)
{
	given_sysctl("net.ipv4.tcp_invalid_ratelimit", "60000");
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 2);
	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 2);
	wire_inject(.from = WS_CLIENT, .flags = SYN, .seq = 1);

	ASSERT_PACKETS(CLIENT | RST, SERVER | ACK, CLIENT | RST, CLIENT | SYN);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CHAPTER("Segments that are not in order: acknowledgements and timestamps");

CLAIM("segments.ack-of-unsent", QUALIFIED,
      "a segment that acknowledges what was not sent yet is dropped and answered with an ACK",
      "RFC 9293 3.10.7.4; RFC 5961 5.2", ON_WIRE,
      BUT("kernels without \"send a challenge ACK on SEG.ACK > SND.NXT\" drop it in silence"))
{
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = 1000, .data = "x");

	if (KERNEL_HAS(ack_of_unsent_is_answered))
		ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	else
		ASSERT_PACKETS(CLIENT | ACK | DATA(1));
	ASSERT_RECV_Q(server(), 0);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.ack-too-old", HOLDS,
      "a segment whose ACK is older than the largest window is dropped and draws a challenge ACK",
      "RFC 5961 5.2", ON_WIRE)
{
	given_connected_pair();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = -(1U << 24), .data = "x");

	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	ASSERT_RECV_Q(server(), 0);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

/* A client that sent "hello" and has its ACK; what is injected in its name goes on at 6. */
static void given_client_that_sent(void)
{
	given_connected_pair();
	client_send("hello");
	ASSERT_PACKETS(CLIENT | ACK | DATA(5), SERVER | ACK);
	observe_from_here();
}

CLAIM("segments.paws-data", HOLDS,
      "data with a timestamp older than the last is dropped, though in sequence, and acknowledged",
      "RFC 7323 5.3 R1", ON_WIRE)
{
	needs_sysctl("net.ipv4.tcp_timestamps");
	given_client_that_sent();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 6, .ack = 1, .data = "x",
		    .timestamps = true, .tsval = -1000);

	ASSERT_PACKETS(CLIENT | ACK | DATA(1), SERVER | ACK);
	ASSERT_THAT(packet(1)->ack == 6, "the ACK is %u", packet(1)->ack);
	ASSERT_RECV_Q(server(), 5);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.paws-rst", HOLDS, "a RST resets whatever its timestamp", "RFC 7323 5.2", ON_WIRE)
{
	needs_sysctl("net.ipv4.tcp_timestamps");
	given_client_that_sent();

	wire_inject(.from = WS_CLIENT, .flags = RST, .seq = 6, .timestamps = true, .tsval = -1000);

	ASSERT_PACKETS(CLIENT | RST);
	ASSERT_STATES(TCP_ESTABLISHED, WS_GONE);
}

CLAIM("segments.paws-old-ack", QUALIFIED,
      "an old ACK with an old timestamp and no data is answered with an ACK", "RFC 7323 5.3 R1", ON_WIRE,
      BUT("kernels with \"add TCP_RFC7323_PAWS_ACK drop reason\" drop it in silence"))
{
	needs_sysctl("net.ipv4.tcp_timestamps");
	given_client_that_sent();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = 1, .ack = 1, .timestamps = true,
		    .tsval = -1000);

	if (KERNEL_HAS(paws_reject_of_old_ack_is_silent))
		ASSERT_PACKETS(CLIENT | ACK);
	else
		ASSERT_PACKETS(CLIENT | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("segments.ts-recent-of-old-ack", QUALIFIED,
      "data that is accepted updates the timestamp to echo, also when its ACK is an old one",
      "RFC 7323 4.3 and 5.3 R3", ON_WIRE,
      BUT("kernels without \"refresh TS.Recent for accepted old ACKs\" go on echoing the one before"))
{
	uint32_t before, now, echoed;

	needs_sysctl("net.ipv4.tcp_timestamps");
	given_client_that_sent();
	before = ws_scene->transcript.entries[ws_scene->transcript.count - 1].segment.options.tsval;
	wire_drop(CLIENT | ACK, 1); /* it acknowledges what the server did not send */

	wire_inject(.from = WS_SERVER, .flags = ACK, .seq = 1, .ack = 1, .data = "x",
		    .timestamps = true, .tsval = 1000);

	ASSERT_PACKETS(SERVER | ACK | DATA(1), CLIENT | ACK | DROPPED);
	ASSERT_READS(client(), "x");
	now = packet(0)->segment.options.tsval;
	echoed = packet(1)->segment.options.tsecr;
	ws_measured("the client echoed", "%s",
		    echoed == now      ? "the timestamp it came with"
		    : echoed == before ? "the one before"
				       : "neither");
	ASSERT_THAT(echoed == (KERNEL_HAS(old_ack_refreshes_ts_recent) ? now : before),
		    "the client echoes %u; before it was %u, now %u", echoed, before, now);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

/* Of a SYN from a port of its own, the TSval without the time that passed since `first`: milliseconds. */
static uint32_t timestamp_offset(uint16_t port)
{
	const struct ws_entry *syn;

	client_socket();
	client_bind(port);
	observe_from_here();
	ASSERT_ERRNO(client_connect(), ECONNREFUSED);
	ASSERT_PACKETS(CLIENT | SYN, SERVER | RST | ACK);
	syn = packet(0);
	ASSERT_THAT(syn->segment.options.timestamps, "the SYN has no timestamp");
	return syn->segment.options.tsval - (uint32_t)(syn->at / 1000000);
}

CLAIM("segments.timestamp-offset", QUALIFIED,
      "each connection starts its timestamps at an offset of its own", "RFC 7323 5.4 and 7.1",
      BUT("kernels without \"secure_seq: add back ports to TS offset\" have one offset for each pair of "
	  "hosts, so that a third can follow their clock"))
{
	/* random where they differ: that three are within a second of the first is no chance */
	enum { PORTS = 4, FIRST = FX_PORT + 1, NEAR = 1000 };
	uint32_t first, near = 0;

	needs_sysctl("net.ipv4.tcp_timestamps");
	first = timestamp_offset(FIRST);
	for (int i = 1; i < PORTS; i++)
		near += timestamp_offset((uint16_t)(FIRST + i)) - first + NEAR <= 2 * NEAR;
	ws_measured("connections with the offset of the first", "%u of %d", near, PORTS - 1);
	if (KERNEL_HAS(timestamp_offset_has_ports)) {
		ws_expected("fewer than %d", PORTS - 1);
		ASSERT_THAT(near < PORTS - 1, "all %d have the offset of the first", near);
	} else {
		ws_expected("%d of %d", PORTS - 1, PORTS - 1);
		ASSERT_THAT(near == PORTS - 1, "only %u have the offset of the first", near);
	}
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CHAPTER("Segments that are not in order: beyond the window");

/* Just behind the last byte that the server's last segment allows. */
static uint32_t right_edge_of_server(void)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	for (size_t i = transcript->count; i-- > 0;) {
		const struct ws_entry *entry = &transcript->entries[i];

		if (entry->from == WS_SERVER)
			return entry->ack +
			       ((uint32_t)entry->segment.window << server()->last.info.rcv_wscale);
	}
	ws_fail(WS_HERE, "the server sent nothing");
}

CLAIM("segments.end-beyond-window", QUALIFIED,
      "of a segment that begins in the window and ends beyond it, what is in the window is taken",
      "RFC 9293 3.10.7.4", ON_WIRE,
      BUT("Linux takes it whole; with \"do not accept packets beyond window\" it takes nothing while "
	  "something waits to be read"))
{
	static char data[1001];
	const struct ws_tcp_options *answer;
	uint32_t kept;

	memset(data, 'x', sizeof(data) - 1);
	given_client_that_sent();

	wire_inject(.from = WS_CLIENT, .flags = ACK, .seq = right_edge_of_server() - 500, .ack = 1,
		    .data = data);

	ASSERT_PACKETS(CLIENT | ACK | DATA(1000), SERVER | ACK);
	/* out of order: the answer says how much of it was kept */
	answer = &packet(1)->segment.options;
	kept = answer->sacks ? answer->sack[0].right - answer->sack[0].left : 0;
	ws_measured("bytes of the segment kept", "%u of 1000", kept);
	ASSERT_THAT(kept == (KERNEL_HAS(end_beyond_window_is_dropped) ? 0 : 1000),
		    "%u bytes were kept", kept);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CHAPTER("FIN_WAIT2 that ends with RST");

CLAIM("segments.fin-wait-2-lowered", EXTENDS,
      "an orphan in FIN_WAIT2 ends with RST when tcp_fin_timeout is lowered to 60 s or less while it waits "
      "the part above 60 s",
      "tcp_keepalive_timer() in net/ipv4/tcp_timer.c", ON_WIRE, WAITS(1))
{
	given_sysctl("net.ipv4.tcp_fin_timeout", "61");
	given_connected_pair();
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_TIMER(client(), WS_TIMER_KEEPALIVE);
	observe_from_here();

	given_sysctl("net.ipv4.tcp_fin_timeout", "60");

	ASSERT_LASTS(client(), TCP_FIN_WAIT2, 1.0);
	ASSERT_PACKETS(CLIENT | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
}

CLAIM("segments.fin-wait-2-stray-fin", EXTENDS,
      "an orphan in FIN_WAIT2 ends with RST when the ACK of its FIN came with a FIN that is not in order",
      "tcp_rcv_state_process() in net/ipv4/tcp_input.c, \"Bad case\"", ON_WIRE, WAITS(1))
{
	given_sysctl("net.ipv4.tcp_fin_timeout", "1");
	given_connected_pair();
	wire_drop(SERVER | ACK, WIRE_ALL);
	client_close();
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK | DROPPED);
	ASSERT_STATES(TCP_FIN_WAIT1, TCP_CLOSE_WAIT);
	observe_from_here();

	wire_inject(.from = WS_SERVER, .flags = FIN | ACK, .seq = 0, .ack = 2);

	ASSERT_TIMER(client(), WS_TIMER_KEEPALIVE);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	ASSERT_LASTS(client(), TCP_FIN_WAIT2, 1.0);
	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK, CLIENT | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
}
