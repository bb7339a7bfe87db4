/* SPDX-License-Identifier: MIT */
/* Why the claims of timers.c are so. */
#include "suites/explain.h"

EXPLAIN("timers.syn-retries",
	WHY("RFC 6298 5.5 doubles the timeout after each loss, and RFC 9293 3.8.3 bounds the "
	    "attempts by R2. From 6.5 on Linux repeats the first SYNs every second, as an early "
	    "loss is often mere chance, yet gives up when doublings alone would be over; so the "
	    "sysctl is no number of SYNs."),
	KERNEL("tcp_retransmit_timer() in net/ipv4/tcp_timer.c repeats the SYN, and "
	       "tcp_write_timeout() stops by the count or when retransmits_timed_out() says that "
	       "the modelled time is over. tcp_write_err() then sets ETIMEDOUT."),
	ADVICE("The default of 6 retries means over two minutes. Set TCP_SYNCNT on the socket or "
	       "net.ipv4.tcp_syn_retries, or connect non-blocking with a deadline in poll(); do "
	       "not compute the number of SYNs from the sysctl alone."));

EXPLAIN("timers.synack-retries",
	WHY("A SYN-ACK is repeated like any segment by RFC 6298 5, but SYNs are easily forged, so "
	    "the listener gives a request up after few attempts. There is no user to inform, and "
	    "RFC 9293 3.8.3 asks for no RST, so the request just goes."),
	KERNEL("reqsk_timer_handler() in net/ipv4/inet_connection_sock.c repeats the SYN-ACK "
	       "through tcp_rtx_synack() in net/ipv4/tcp_output.c, doubles the time and finally "
	       "drops the request. It may give up earlier when the queue is more than half full."),
	ADVICE("The default of 5 keeps a dead request for 63 s. Under a SYN flood lower "
	       "net.ipv4.tcp_synack_retries to 2 or 3, or set TCP_SYNCNT on the listening socket, "
	       "and leave tcp_syncookies on."));

EXPLAIN("timers.synack-retries.final-ack-lost",
	WHY("The client is ESTABLISHED once its ACK is sent, whether it arrives or not. When the "
	    "server has dropped its request the connection is half-open, and by RFC 9293 3.5.1 and "
	    "3.5.2 a segment for a connection that does not exist draws RST."),
	KERNEL("reqsk_timer_handler() in net/ipv4/inet_connection_sock.c drops the request. The "
	       "data then finds just the listener, where tcp_rcv_state_process() refuses an ACK "
	       "and tcp_v4_send_reset() in net/ipv4/tcp_ipv4.c answers."),
	ADVICE("connect() returning 0 does not prove that the server accepted: be ready to retry "
	       "on ECONNRESET of the first exchange. Do not set tcp_synack_retries to 0; a client "
	       "that only waits to read needs a timeout or SO_KEEPALIVE."));

EXPLAIN("timers.retries2",
	WHY("RFC 9293 3.8.3 lets the limit R2 be a count or a time, of at least 100 s. Linux turns "
	    "the number N into the time that N doublings from 0.2 s take, so connections with "
	    "different RTO send different numbers of segments, and the tail loss probe is not "
	    "counted."),
	KERNEL("tcp_write_timeout() in net/ipv4/tcp_timer.c asks retransmits_timed_out(), which "
	       "compares the time since retrans_stamp with tcp_model_timeout(). tcp_write_err() "
	       "reports ETIMEDOUT and sends no packet."),
	ADVICE("With the default of 15 a lost peer is noticed after 924 s or more. Set "
	       "TCP_USER_TIMEOUT in milliseconds on the socket for a bound in time; change "
	       "net.ipv4.tcp_retries2 only for a whole host, and to no less than 8."));

EXPLAIN("timers.retries2.round-trip",
	WHY("Under RFC 6298 the RTO follows the round trip, while the limit is modelled with 0.2 s "
	    "for everybody; RFC 9293 3.8.3 permits a limit in time. A near peer fits more timeouts "
	    "into the same time, so the number is no count of packets."),
	KERNEL("retransmits_timed_out() in net/ipv4/tcp_timer.c calls tcp_model_timeout() with "
	       "TCP_RTO_MIN, whatever icsk_rto is, and measures from retrans_stamp, which "
	       "tcp_retransmit_skb() in net/ipv4/tcp_output.c sets once."),
	ADVICE("Read tcp_retries2 as a time, (2^(N+1) - 1) * 0.2 s while N is below 10; add the "
	       "first RTO, which it does not include, and up to one doubled RTO. For a bound that "
	       "does not depend on the path set TCP_USER_TIMEOUT."));

EXPLAIN("timers.orphan-retries",
	WHY("After close() nobody can be told of a failure, so Linux grants the FIN a limit of its "
	    "own; RFC 9293 3.8.3 has just R2. As with data it is a time from 0.2 s doublings, and "
	    "0 does not mean none: it stands for 8, some 100 s."),
	KERNEL("tcp_orphan_retries() in net/ipv4/tcp_timer.c turns 0 into 8 as long as the RTO is "
	       "below its maximum. tcp_write_timeout() uses it when SOCK_DEAD is set, and "
	       "tcp_write_err() then ends the socket without a packet."),
	ADVICE("On servers whose clients vanish set net.ipv4.tcp_orphan_retries to 2 or 3, not to "
	       "0, and watch the orphans in ss -s. To learn whether the data arrived, "
	       "shutdown(SHUT_WR) and read to the end before close()."));

EXPLAIN("timers.window-probes.unanswered",
	WHY("RFC 9293 3.8.6.1 has a closed window probed, first after one RTO and then at growing "
	    "intervals, as the update that opens it may be lost. It stays open only while answers "
	    "come; with none the peer is as dead as when data is not acknowledged."),
	KERNEL("tcp_probe_timer() in net/ipv4/tcp_timer.c compares icsk_probes_out with "
	       "tcp_retries2 and ends in tcp_write_err(). Otherwise tcp_send_probe0() in "
	       "net/ipv4/tcp_output.c sends an empty segment with snd_una - 1."),
	ADVICE("Here tcp_retries2 is a true count; the default of 15 allows more than a quarter of "
	       "an hour. TCP_USER_TIMEOUT bounds it on a socket. ss -o shows timer:(persist,...) "
	       "while a connection probes."));

EXPLAIN("timers.window-probes.answered",
	WHY("RFC 9293 3.8.6.1 lets a receiver keep its window closed as long as it answers "
	    "(MUST-37). The sentence forgets tcp_retries2: it limits unanswered probes, is tested "
	    "before the first one is sent, and bounds the doublings too, so 0 allows no probe."),
	KERNEL("tcp_ack() in net/ipv4/tcp_input.c clears icsk_probes_out at each answer. "
	       "tcp_probe_timer() in net/ipv4/tcp_timer.c compares it with tcp_retries2 first, and "
	       "tcp_send_probe0() in net/ipv4/tcp_output.c stops raising icsk_backoff there."),
	ADVICE("A peer that never reads can hold memory for ever: set TCP_USER_TIMEOUT, which ends "
	       "also answered probing, or a deadline of your own on send(). Never set "
	       "net.ipv4.tcp_retries2 to 0."));

EXPLAIN("timers.keepalive",
	WHY("RFC 9293 3.8.4 allows keepalives if they are off by default, and one lost answer must "
	    "not end the connection; hence an idle time and a number of probes. The RST at the end "
	    "is a courtesy to a peer that may still be there."),
	KERNEL("tcp_keepalive_timer() in net/ipv4/tcp_timer.c sends each probe by "
	       "tcp_write_wakeup(). When icsk_probes_out reaches keepalive_probes() it calls "
	       "tcp_send_active_reset(), and tcp_write_err() sets ETIMEDOUT."),
	ADVICE("Set SO_KEEPALIVE on the socket; the sysctls alone start nothing. Probes are held "
	       "back while sent data is unacknowledged, so pair it with TCP_USER_TIMEOUT, which "
	       "then decides in place of the number of probes."));

EXPLAIN("timers.keepalive.default",
	WHY("RFC 9293 3.8.4 demands an idle time of two hours or more by default, so that probes "
	    "cost the network nothing worth mention. Linux takes 7200 s and adds 9 probes 75 s "
	    "apart: a silent peer is given up after 7875 s."),
	KERNEL("keepalive_time_when(), keepalive_intvl_when() and keepalive_probes() in "
	       "include/net/tcp.h fall back on the sysctls of the network namespace; "
	       "tcp_keepalive_timer() in net/ipv4/tcp_timer.c asks them each time."),
	ADVICE("Two hours is longer than most NATs and firewalls keep an idle entry. Set "
	       "TCP_KEEPIDLE below their limit, for instance 60 to 300 s, or lower "
	       "net.ipv4.tcp_keepalive_time where programs cannot be changed."));

EXPLAIN("timers.keepalive.options",
	WHY("RFC 9293 3.8.4 wants the idle time configurable and keepalive switched by the "
	    "application. What is right for one peer is wrong for another, so each value has a "
	    "socket option, and the sysctls serve only where it was not set."),
	KERNEL("keepalive_time_when(), keepalive_intvl_when() and keepalive_probes() in "
	       "include/net/tcp.h take the value in struct tcp_sock unless it is 0; "
	       "do_tcp_setsockopt() in net/ipv4/tcp.c leads to the code that stores it."),
	ADVICE("Set TCP_KEEPIDLE and TCP_KEEPINTVL (1 to 32767 s) and TCP_KEEPCNT (1 to 127) along "
	       "with SO_KEEPALIVE. A dead peer costs KEEPIDLE + KEEPCNT * KEEPINTVL; set on a "
	       "listening socket they pass on to accepted ones."));

EXPLAIN("timers.keepalive.answered",
	WHY("A probe repeats a number that is acknowledged already, so the peer's TCP must send an "
	    "ACK (RFC 9293 3.10.7.4) and has nothing to deliver. RFC 9293 3.8.4 sends it without "
	    "data, and every answer starts the idle time again."),
	KERNEL("tcp_write_wakeup() in net/ipv4/tcp_output.c sends an empty segment with snd_una - "
	       "1, and the peer's tcp_validate_incoming() answers by tcp_send_dupack(). tcp_ack() "
	       "in net/ipv4/tcp_input.c then clears icsk_probes_out."),
	ADVICE("Keepalive tells that the peer's kernel lives, not its program: a hung process "
	       "answers too, so add a heartbeat in the protocol. Keep the interval below the idle "
	       "time; if it is longer, it becomes the spacing of answered probes."));

EXPLAIN("timers.delayed-ack",
	WHY("RFC 9293 3.8.6.3 and RFC 1122 4.2.3.2 let an ACK wait, under 0.5 s, for data to ride "
	    "on. Linux acknowledges the first segments of a flow at once, so that a sender in slow "
	    "start is not held up, and then waits 40 ms for a lone small one."),
	KERNEL("tcp_event_data_recv() in net/ipv4/tcp_input.c grants up to TCP_MAX_QUICKACKS and "
	       "sets ato to TCP_ATO_MIN. When these are used up, __tcp_ack_snd_check() calls "
	       "tcp_send_delayed_ack() in net/ipv4/tcp_output.c."),
	ADVICE("Stalls of 40 ms come from write-write-read with Nagle's algorithm on the other "
	       "side. Send a request by one writev() or set TCP_NODELAY at the sender; that cures "
	       "it where TCP_QUICKACK at the receiver does not last."));

EXPLAIN("timers.delayed-ack.longest",
	WHY("RFC 9293 3.8.6.3 allows a delay of up to 0.5 s (MUST-40). Linux doubles it while no "
	    "data carries the ACK, but never past the round trip, so only long paths reach 200 ms. "
	    "Newer kernels stay a tick below the least RTO, as a later ACK would draw needless "
	    "retransmissions."),
	KERNEL("tcp_delack_timer_handler() in net/ipv4/tcp_timer.c doubles ato, and "
	       "tcp_send_delayed_ack() in net/ipv4/tcp_output.c bounds it by the smoothed round "
	       "trip, with 40 ms as the least bound, and by TCP_DELACK_MAX."),
	ADVICE("Before you lower the RTO of a sender by ip route ... rto_min, make sure that its "
	       "receivers delay less. A route with quickack 1 turns delaying off for all its "
	       "connections; otherwise reply with data, which carries the ACK."));

EXPLAIN("timers.delayed-ack.quickack",
	WHY("RFC 9293 3.8.6.3 leaves the delay to the receiver, and the option is a momentary "
	    "hint. It pushes out a pending ACK if all data is read and leaves the mode that "
	    "favours replies, but it refills no quick ACKs, so the sentence is true for one ACK at "
	    "most."),
	KERNEL("__tcp_sock_set_quickack() in net/ipv4/tcp.c ends pingpong mode and calls "
	       "tcp_cleanup_rbuf(), which sends the ACK of a lone small segment only if nothing is "
	       "left to read. tcp_in_quickack_mode() in net/ipv4/tcp_input.c still needs "
	       "icsk_ack.quick."),
	ADVICE("Set TCP_QUICKACK again after each recv() that emptied the socket; once after "
	       "accept() is not enough. For a lasting effect use ip route ... quickack 1, or "
	       "remove the cause at the sender with TCP_NODELAY."));
