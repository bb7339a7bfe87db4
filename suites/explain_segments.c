/* SPDX-License-Identifier: MIT */
/* Why the claims of segments.c are so. */
#include "suites/explain.h"

EXPLAIN("segments.syn-recv-exact-rst",
	WHY("RFC 9293 3.10.7.4 lets a valid RST end an attempt that began with a passive OPEN: the "
	    "connection returns to LISTEN and the user is told nothing. On Linux the listening "
	    "socket never left LISTEN, so only the request for this one peer disappears."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c finds the RST at rcv_nxt and drops the "
	       "request with inet_csk_reqsk_queue_drop() in net/ipv4/inet_connection_sock.c. No "
	       "socket existed yet, so nobody gets an error."),
	ADVICE("accept() never reports such an attempt, so do not look for it in the application's "
	       "log. Read TcpExtEmbryonicRsts with nstat: a rising value is typical of SYN scans, "
	       "which answer each SYN-ACK with RST."));

EXPLAIN("segments.syn-recv-inexact-rst",
	WHY("RFC 5961 3.2 wants RST honoured only at RCV.NXT, and RFC 9293 3.10.7.4 applies that "
	    "to SYN_RECV too. Linux long tested only that the RST was in the window there, so a "
	    "blind attacker needed one guess per window to kill a handshake (CVE-2026-68118)."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c compares the RST with rcv_nxt and "
	       "calls tcp_reqsk_send_challenge_ack() in net/ipv4/tcp_input.c. Without the fix any "
	       "RST in the window goes straight to dropping the request."),
	ADVICE("Run a kernel with the fix: 6.1.191, 6.6.153, 6.12.105, 6.18.42 or 7.1.6, or later "
	       "in these series, or 7.2. Elsewhere treat EmbryonicRsts that rise together with "
	       "failed handshakes of real clients as a possible attack."));

EXPLAIN("segments.syn-recv-rst-bad-ack",
	WHY("RFC 9293 3.10.7.4 checks the sequence number, then RST, and only later the ACK field; "
	    "an exact RST therefore counts whatever it acknowledges. Kernels without the fix test "
	    "the ACK first, and a wrong one takes the RST out of the request's hands."),
	KERNEL("The ACK test of tcp_check_req() in net/ipv4/tcp_minisocks.c exempts RST since the "
	       "fix. Before it, the segment went on to the listener, where tcp_v4_send_reset() in "
	       "net/ipv4/tcp_ipv4.c answers no RST, and it was lost."),
	ADVICE("A packet filter or test tool that aborts handshakes by RST should send the "
	       "sequence number the server expects, with the true ACK or with none; that works on "
	       "all kernels. With a wrong ACK, older servers keep repeating the SYN-ACK until "
	       "tcp_synack_retries ends it."));

EXPLAIN("segments.syn-recv-rst-outside",
	WHY("RFC 9293 3.10.7.4 discards an unacceptable segment and sends an ACK for it unless it "
	    "carries RST. An answer to a RST could feed a loop and would tell a blind sender that "
	    "the connection exists, so silence is right."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c tests the number with tcp_in_window() "
	       "and sends the usual ACK for an out-of-window segment only if RST is not set. The "
	       "request and its timer stay untouched."),
	ADVICE("Nothing has to be configured. A device that wants to cut a half-open connection "
	       "must track the client's sequence numbers, since a RST with a guessed number is "
	       "lost without a trace on the wire."));

EXPLAIN("segments.syn-recv-bad-ack",
	WHY("An ACK of something never sent belongs to another incarnation of the connection. RFC "
	    "9293 3.10.7.4 answers it in SYN_RECV with <SEQ=SEG.ACK><CTL=RST>, so that the stale "
	    "peer finds the RST in its window, and leaves the current attempt alone."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c hands the segment back to the "
	       "listener; tcp_rcv_state_process() in net/ipv4/tcp_input.c refuses an ACK in "
	       "LISTEN, and tcp_v4_send_reset() in net/ipv4/tcp_ipv4.c takes the RST's number from "
	       "its ACK field."),
	ADVICE("Let firewalls pass this RST: it tells the end that sent the wrong ACK that its "
	       "connection is void. The handshake under way goes on, so neither the server nor a "
	       "well-behaved client has to retry."));

EXPLAIN("segments.syn-recv-bad-tsecr",
	WHY("RFC 7323 3.2 says what TSecr echoes but names no test for it, so a wrong echo was no "
	    "reason to refuse an ACK. Newer kernels do: no SYN-ACK of theirs can have drawn that "
	    "echo, so the segment is forged or belongs to another connection."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c once only subtracted the offset from "
	       "TSecr. With the change it demands a value between those of the first and the last "
	       "SYN-ACK, and otherwise sends an ACK and drops the segment."),
	ADVICE("Middleboxes that rewrite timestamps must do it in both directions, or handshakes "
	       "fail on newer servers. There TcpExtTSEcrRejected in nstat counts the refusals; "
	       "clear tcp_timestamps only to confirm the diagnosis."));

EXPLAIN("segments.syn-recv-ack-delays-data",
	WHY("Under RFC 7323 4.3 the client echoes the newest timestamp it got in order, here that "
	    "of the server's extra ACK. The server remembers only those of its SYN-ACKs, so a "
	    "correct echo lies outside the range that it accepts."),
	KERNEL("tcp_check_req() in net/ipv4/tcp_minisocks.c lets tcp_v4_reqsk_send_ack() in "
	       "net/ipv4/tcp_ipv4.c answer the stray segment, with a TSval that is not recorded. "
	       "The next SYN-ACK, sent by reqsk_timer_handler() in "
	       "net/ipv4/inet_connection_sock.c, widens the range."),
	ADVICE("The price is one SYN-ACK timeout, 1 s, or more when that SYN-ACK is lost. If short "
	       "connections stall so and TcpExtTSEcrRejected grows, look for what injects stray "
	       "segments, and do not set tcp_synack_retries to 0."));

EXPLAIN("segments.simultaneous-syn-ack",
	WHY("In RFC 9293 3.5, figure 7, both ends of a crossed open send a SYN-ACK, and each "
	    "enters ESTABLISHED on the other's. Kernels without the fix saw only a SYN in SYN_RECV "
	    "and challenged it as RFC 5961 4.2 asks for synchronized states; they need one more "
	    "ACK."),
	KERNEL("tcp_rcv_synsent_state_process() in net/ipv4/tcp_input.c moves to SYN_RECV when the "
	       "SYNs cross. tcp_validate_incoming() now lets the exact SYN-ACK pass to "
	       "tcp_rcv_state_process(), which sets ESTABLISHED."),
	ADVICE("Programs that open from both sides, such as NAT traversal, should wait for POLLOUT "
	       "and read SO_ERROR rather than assume one round trip. Old kernels need the ACK that "
	       "the peer returns for their SYN-ACK, and the peer may rate limit it."));

EXPLAIN("segments.exact-rst",
	WHY("RFC 9293 3.10.7.4 and RFC 5961 3.2 agree on this case: a RST at RCV.NXT is what a "
	    "peer sends that no longer has the connection, so it is aborted at once. No answer "
	    "follows, and the data in flight is lost."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c compares the number with rcv_nxt "
	       "and calls tcp_reset(), which sets ECONNRESET (EPIPE in CLOSE_WAIT) and ends the "
	       "socket with no packet."),
	ADVICE("Expect ECONNRESET from any send() or recv(), and treat what was not confirmed by "
	       "the application protocol as lost. Against RSTs by an observer on the path use "
	       "IPsec or TCP-MD5; TLS does not help."));

EXPLAIN("segments.inexact-rst",
	WHY("A blind attacker can hit the window but hardly RCV.NXT itself. RFC 5961 3.2 therefore "
	    "answers a RST elsewhere in the window with a challenge ACK; a peer that really lost "
	    "the connection answers this with a RST whose number is exact."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c, finding no exact match, calls "
	       "tcp_send_challenge_ack(), which sends a bare ACK with snd_nxt and rcv_nxt if the "
	       "limits allow one."),
	ADVICE("Firewalls must let the challenge ACK out and the second RST in, or dead "
	       "connections linger until keepalive or TCP_USER_TIMEOUT ends them. "
	       "TcpExtTCPChallengeACK in nstat counts the challenges."));

EXPLAIN("segments.rst-outside",
	WHY("RFC 9293 3.10.7.4 validates a RST by its sequence number, and RFC 5961 3.2 discards "
	    "it in silence outside of the window. It is an old duplicate or a bad guess; answering "
	    "would help neither the peer nor the network."),
	KERNEL("tcp_sequence() in net/ipv4/tcp_input.c rejects the number, and "
	       "tcp_validate_incoming() sends an ACK for such a segment only if it is no RST; "
	       "tcp_reset_check() makes one exception, after a FIN."),
	ADVICE("A tool or middlebox that tears down connections has to know RCV.NXT of the "
	       "receiver; RSTs with stale numbers do nothing. As administrator use ss -K, which "
	       "works inside the kernel (CONFIG_INET_DIAG_DESTROY)."));

EXPLAIN("segments.rst-behind-sack",
	WHY("RFC 5961 3.2 knows one exact number, RCV.NXT. But a peer that aborts after one of its "
	    "segments was lost numbers the RST after its last data, which for the receiver is the "
	    "end of the highest SACK block; Linux takes that for proof enough."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c looks for the rightmost end among "
	       "the blocks in selective_acks[] and calls tcp_reset() if the RST has just this "
	       "number. Without SACK on the connection the test is skipped."),
	ADVICE("Leave tcp_sack at 1; otherwise an abort that overtakes lost data needs a challenge "
	       "ACK and a second RST. The data that arrived out of order is discarded with the "
	       "connection and never read."));

EXPLAIN("segments.rst-of-the-fin",
	WHY("By RFC 9293 3.10.7.4 a RST below RCV.NXT is old and ignored. Some stacks, macOS for "
	    "one, abort after a FIN with a RST that reuses the number of the FIN and answer few "
	    "challenges, which would leave the receiver in CLOSE_WAIT or LAST_ACK; Linux makes an "
	    "exception."),
	KERNEL("tcp_reset_check() in net/ipv4/tcp_input.c accepts rcv_nxt - 1 in CLOSE_WAIT, "
	       "LAST_ACK and CLOSING. tcp_validate_incoming() asks it for RSTs in the window and "
	       "outside, and then calls tcp_reset()."),
	ADVICE("After recv() returned 0 expect EPIPE or an error event as well: the peer may have "
	       "aborted and not just half-closed. Check the result of send() also while you only "
	       "finish your answer, and suppress SIGPIPE with MSG_NOSIGNAL."));

EXPLAIN("segments.syn",
	WHY("RFC 793 reset a connection on a SYN in its window, a gift to blind attackers. RFC "
	    "5961 4.2, now in RFC 9293 3.10.7.4, sends a challenge ACK whatever the number is; a "
	    "peer that restarted on the same ports answers that with an exact RST."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c sends any SYN on a synchronized "
	       "connection, in or out of the window, to its syn_challenge label and so to "
	       "tcp_send_challenge_ack()."),
	ADVICE("If clients that rebooted cannot connect from the same port, look for a firewall "
	       "that drops the challenge ACK or the client's RST. TcpExtTCPSYNChallenge counts "
	       "such SYNs; SO_KEEPALIVE on the server removes the dead connection in any case."));

EXPLAIN("segments.challenge-limit",
	WHY("RFC 5961 7 asks for a throttle, for otherwise forged segments would turn a host into "
	    "a source of ACKs, and two confused ends could answer each other without end. Linux "
	    "keeps one timestamp per connection for all its challenges."),
	KERNEL("tcp_send_challenge_ack() in net/ipv4/tcp_input.c asks __tcp_oow_rate_limited(), "
	       "which compares last_oow_ack_time with tcp_invalid_ratelimit; the wider limit "
	       "tcp_challenge_ack_limit is looked at only after that."),
	ADVICE("Keep the default of 500 ms. In tests that inject several bad segments set "
	       "net.ipv4.tcp_invalid_ratelimit to 0 or wait between them; "
	       "TcpExtTCPACKSkippedChallenge counts what was held back."));

EXPLAIN("segments.ack-of-unsent",
	WHY("RFC 9293 3.10.7.4 and RFC 5961 5.2 drop a segment that acknowledges beyond SND.NXT "
	    "and send an ACK, which lets an honest peer see where the connection stands. For long "
	    "Linux did the first half only, so the sentence holds just with the fix."),
	KERNEL("tcp_ack() in net/ipv4/tcp_input.c finds the ACK after snd_nxt and refuses the "
	       "segment with its data. With the change it calls tcp_send_challenge_ack() first; "
	       "before, nothing was sent in ESTABLISHED."),
	ADVICE("Do not build on the answer: without the fix there is none, and with it "
	       "tcp_invalid_ratelimit applies. In a capture such an ACK points to a middlebox that "
	       "shifts sequence numbers or to a badly restored TCP_REPAIR socket."));

EXPLAIN("segments.ack-too-old",
	WHY("Against blind data injection RFC 5961 5.2 takes an ACK field only from SND.UNA - "
	    "MAX.SND.WND to SND.NXT. The attacker then has to hit a window for the ACK as well as "
	    "for the data, and a miss draws no more than a challenge ACK."),
	KERNEL("tcp_ack() in net/ipv4/tcp_input.c takes no ACK further below snd_una than "
	       "max_window, the largest window that the peer has offered; it calls "
	       "tcp_send_challenge_ack() and has the segment discarded with its data."),
	ADVICE("No tuning is needed. Where injection matters, authenticate the segments by IPsec "
	       "or TCP-MD5, or at least the data by TLS; random source ports, the default of "
	       "connect(), make every guess dearer."));

EXPLAIN("segments.paws-data",
	WHY("Sequence numbers wrap within seconds on fast links, so a late duplicate can look in "
	    "order. RFC 7323 5.3 R1 treats a segment whose TSval is older than TS.Recent as not "
	    "acceptable: drop it and send an ACK, whatever its number."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c calls tcp_paws_check() of "
	       "include/net/tcp.h before the sequence test; a failure ends in tcp_send_dupack(), "
	       "with the ACK for the data that is still awaited."),
	ADVICE("A load balancer or failover pair that moves a live connection must carry on its "
	       "timestamps. Watch TcpExtPAWSEstab: if it grows while transfers hang, something "
	       "puts two clocks behind one 4-tuple."));

EXPLAIN("segments.paws-rst",
	WHY("A host that restarted has a new timestamp clock, and its RST must still end what the "
	    "old one left. RFC 7323 5.2 therefore exempts RST from PAWS; its sequence number alone "
	    "decides, under the rules of RFC 5961 3.2."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c runs the PAWS test on every "
	       "segment but discards on failure only if RST is not set, and goes on to compare the "
	       "number with rcv_nxt."),
	ADVICE("Do not count on timestamps as protection against forged RSTs: whoever knows "
	       "RCV.NXT can reset the connection. Where that matters use IPsec or TCP-MD5, which "
	       "cover the header, and reconnect after ECONNRESET."));

EXPLAIN("segments.paws-old-ack",
	WHY("RFC 7323 5.3 R1 asks for an ACK to every segment that PAWS refuses. A pure ACK that "
	    "was overtaken by a later segment is refused as well, yet it is harmless, and the "
	    "answer only adds load; newer kernels therefore keep silent about it."),
	KERNEL("tcp_validate_incoming() in net/ipv4/tcp_input.c answers through tcp_send_dupack(). "
	       "With the change an ACK without data and below rcv_nxt gets a drop reason of its "
	       "own and is discarded before that call."),
	ADVICE("Expect fewer duplicate ACKs in captures of reordering paths after an upgrade, and "
	       "count these drops by TcpExtPAWSOldAck, no more by PAWSEstab. Tests must not wait "
	       "for the answer on Linux 6.14 or later."));

EXPLAIN("segments.ts-recent-of-old-ack",
	WHY("RFC 7323 4.3 and 5.3 R3 tie TS.Recent to the sequence number and the timestamp of the "
	    "segment, not to its ACK. Kernels without the fix take in the data of a segment with "
	    "an old ACK but keep echoing the former time, which inflates the peer's round-trip "
	    "samples."),
	KERNEL("tcp_replace_ts_recent() in net/ipv4/tcp_input.c updates ts_recent and is called by "
	       "tcp_ack(). The branch for an ACK below snd_una used to leave before that call; "
	       "with the change it makes it too."),
	ADVICE("Nothing breaks without the fix, but senders in two-way traffic with reordering may "
	       "measure too long a round trip and so a late RTO. Do not derive delays from TSecr "
	       "in captures of such hosts where segments were reordered."));

EXPLAIN("segments.timestamp-offset",
	WHY("A bare clock tells how long a host is up and links its connections. RFC 7323 5.4 and "
	    "7.1 suggest a random offset for each connection; kernels without the fix derive it "
	    "from the addresses alone, so all connections of one host pair show the same clock."),
	KERNEL("secure_tcp_seq_and_ts_off() in net/core/secure_seq.c hashes addresses and ports "
	       "with a secret and yields sequence number and offset. Without the change the offset "
	       "had a function of its own in that file, which hashed the two addresses only."),
	ADVICE("Leave net.ipv4.tcp_timestamps at 1: 2 turns the offset off, and 0 gives up PAWS "
	       "and precise round-trip times. Where many users share one address behind a NAT, a "
	       "kernel with ports in the hash (CVE-2026-23247) matters most."));

EXPLAIN("segments.end-beyond-window",
	WHY("RFC 9293 3.10.7.4 works on a segment trimmed to the window. Linux never cuts the "
	    "tail: while there is memory it keeps the whole segment, and with the change it "
	    "refuses the whole one if unread data waits, as no sender should exceed the window."),
	KERNEL("tcp_sequence() in net/ipv4/tcp_input.c looked at the start of the segment only. "
	       "With the change it also compares the end with the window and rejects the segment "
	       "when sk_receive_queue is not empty."),
	ADVICE("A sender must keep to the window it was offered: from 6.17 on it may have to send "
	       "the whole segment again. TcpExtBeyondWindow counts the refusals there; look at it "
	       "when transfers from an odd stack stall."));

EXPLAIN("segments.fin-wait-2-lowered",
	WHY("RFC 9293 sets no limit on FIN_WAIT2; the time an orphan stays is Linux policy. What "
	    "exceeds 60 s is spent as a full socket with a timer, and a sysctl lowered meanwhile "
	    "leaves nothing for the second part, so the connection ends with RST."),
	KERNEL("tcp_keepalive_timer() in net/ipv4/tcp_timer.c asks tcp_fin_time() anew and "
	       "subtracts TCP_TIMEWAIT_LEN. If that leaves more than 0 it calls tcp_time_wait(), "
	       "otherwise tcp_send_active_reset() and tcp_done()."),
	ADVICE("Set net.ipv4.tcp_fin_timeout at boot, before there is traffic, and keep it at 60 "
	       "or less. A program that needs a fixed time sets TCP_LINGER2 on its socket, which "
	       "takes the place of the sysctl."));

EXPLAIN("segments.fin-wait-2-stray-fin",
	WHY("An orphan in FIN_WAIT2 may time out, a limit that RFC 9293 does not know, and "
	    "normally does so in silence. If the ACK of its FIN has FIN set too, Linux keeps the "
	    "full socket so as not to lose that FIN, and a full socket is ended by RST when its "
	    "time is over."),
	KERNEL("tcp_rcv_state_process() in net/ipv4/tcp_input.c arms the keepalive timer here and "
	       "does not call tcp_time_wait(). tcp_keepalive_timer() in net/ipv4/tcp_timer.c then "
	       "finds no time above 60 s left and sends the RST."),
	ADVICE("A RST that comes tcp_fin_timeout after a close proves no error of the peer's "
	       "program. To be sure that all was received, call shutdown(SHUT_WR) and recv() until "
	       "it returns 0, and only then close()."));
