/* SPDX-License-Identifier: MIT */
/* Why the claims of shutdown.c are so. */
#include "suites/explain.h"

EXPLAIN("shutdown.rd-sends-nothing",
	WHY("A FIN says \"I send no more\"; RFC 9293 3.6 knows no segment for \"I read no more\", "
	    "and a receiver cannot close the direction of its peer. SHUT_RD can thus be nothing "
	    "but a note on the local socket."),
	KERNEL("inet_shutdown() in net/ipv4/af_inet.c sets RCV_SHUTDOWN in sk_shutdown and wakes "
	       "whoever sleeps on the socket. tcp_shutdown() in net/ipv4/tcp.c returns at once "
	       "unless SEND_SHUTDOWN is asked for."),
	ADVICE("Do not use SHUT_RD to stop a peer: it never learns of it. Say so in the "
	       "application's protocol, or close() the socket, which answers data that still "
	       "arrives with RST."));

EXPLAIN("shutdown.rd-read-returns-0",
	WHY("RFC 9293 3.10.3 describes RECEIVE without a way to renounce it, so what happens is "
	    "the sockets' affair: the reader is given an end of file, but bytes that TCP has "
	    "acknowledged already are handed out first."),
	KERNEL("tcp_recvmsg() in net/ipv4/tcp.c goes through sk_receive_queue before it looks at "
	       "RCV_SHUTDOWN, and returns 0 in place of sleeping. tcp_poll() in the same file "
	       "reports EPOLLIN and EPOLLRDHUP as long as the flag is set."),
	ADVICE("SHUT_RD is of use to end a recv() that blocks in another thread. Take the socket "
	       "out of the poll set then, for it stays readable for ever, and do not read the 0 as "
	       "the peer's FIN."));

EXPLAIN("shutdown.rd-discards",
	WHY("The article repeats the GNU C library's manual. RFC 9293 3.10.7.4 has data within the "
	    "window queued and acknowledged, and the window had promised room for it; Linux does "
	    "so whether or not a reader has turned away."),
	KERNEL("tcp_data_queue() in net/ipv4/tcp_input.c does not look at RCV_SHUTDOWN; "
	       "tcp_rcv_state_process() does, but only after this end has sent its FIN. "
	       "tcp_recvmsg() in net/ipv4/tcp.c hands out what it finds in the queue before it "
	       "tests the flag."),
	ADVICE("A 0 from recv() after SHUT_RD is not final: go on reading if the bytes matter, for "
	       "they may still come. If nobody reads them, the later close() sends RST and the "
	       "peer gets ECONNRESET."));

EXPLAIN("shutdown.rd-peer-keeps-sending",
	WHY("To its peer the receiver looks like any slow one: it acknowledges until its buffer is "
	    "full, then closes the window. RFC 9293 3.8.6.1 (MUST-36, MUST-37) makes the sender "
	    "probe that window and keep the connection while the probes are answered."),
	KERNEL("__tcp_select_window() in net/ipv4/tcp_output.c advertises what is left of the "
	       "receive buffer, down to 0. At the sender tcp_probe_timer() in net/ipv4/tcp_timer.c "
	       "then calls tcp_send_probe0(), and each answer sets the count of probes back."),
	ADVICE("A sender protects itself with TCP_USER_TIMEOUT, which ends the connection even "
	       "though the probes are answered. A Recv-Q that stays full and a peer's Send-Q that "
	       "does not fall, in ss -tn, are the sign."));

EXPLAIN("shutdown.wr-sends-fin",
	WHY("This is the half-closed connection of RFC 9293 3.6.1: FIN ends one direction, the "
	    "other stays open until the peer closes it. So FIN_WAIT2 still receives and CLOSE_WAIT "
	    "still sends."),
	KERNEL("tcp_shutdown() in net/ipv4/tcp.c moves to FIN_WAIT1 by new_state[] and calls "
	       "tcp_send_fin() in net/ipv4/tcp_output.c. The ACK takes it to FIN_WAIT2 in "
	       "tcp_rcv_state_process(); the peer's tcp_fin() sets CLOSE_WAIT, both in "
	       "net/ipv4/tcp_input.c."),
	ADVICE("The way to say \"that was my whole request\" and still read the answer. While the "
	       "descriptor is open tcp_fin_timeout does not apply, so limit the wait for the peer "
	       "with poll() or SO_RCVTIMEO."));

EXPLAIN("shutdown.rdwr-sends-fin",
	WHY("On the wire SHUT_RDWR is SHUT_WR, for RFC 9293 3.6 has a FIN for the sending "
	    "direction only. The difference is local: recv() gives 0 once its queue is empty, and "
	    "data that arrives later finds no reader."),
	KERNEL("inet_shutdown() in net/ipv4/af_inet.c sets both bits of sk_shutdown, but "
	       "tcp_shutdown() in net/ipv4/tcp.c acts on SEND_SHUTDOWN alone: tcp_close_state(), "
	       "then tcp_send_fin() in net/ipv4/tcp_output.c."),
	ADVICE("Use SHUT_RDWR to end a connection that other threads or processes hold too. It "
	       "frees nothing: close() must follow. To receive the peer's last data use SHUT_WR."));

EXPLAIN("shutdown.then-server-closes",
	WHY("The normal close sequence of RFC 9293 3.6: the second FIN ends the other direction. "
	    "The end that closed first waits 2 MSL in TIME_WAIT, in case its last ACK is lost; the "
	    "other is done with that ACK."),
	KERNEL("tcp_fin() in net/ipv4/tcp_input.c answers the FIN in FIN_WAIT2 and calls "
	       "tcp_time_wait() in net/ipv4/tcp_minisocks.c. The server goes from LAST_ACK to "
	       "TCP_CLOSE with tcp_done() in net/ipv4/tcp.c when the ACK arrives."),
	ADVICE("shutdown(SHUT_WR), recv() until 0, close(): with this order both ends know that "
	       "everything arrived. Let the client be the one that starts, so that TIME_WAIT does "
	       "not pile up on the server."));

EXPLAIN("shutdown.wr-discards-unsent",
	WHY("The article repeats the GNU C library's manual, which contradicts the protocol: RFC "
	    "9293 3.10.4 has the FIN wait until all preceding SENDs are segmentized. Only an ABORT "
	    "(3.10.5), which sends RST, throws them away."),
	KERNEL("tcp_send_fin() in net/ipv4/tcp_output.c marks the last segment of the write queue "
	       "with FIN, or appends one behind it; nothing is purged. The state is FIN_WAIT1 from "
	       "then on, although the FIN itself may not leave until the window opens."),
	ADVICE("Do not flush or sleep before SHUT_WR: what was written goes out. ioctl(SIOCOUTQ) "
	       "tells how much is not acknowledged yet, the FIN counted as one byte. To drop it on "
	       "purpose, set SO_LINGER to {1, 0} and close()."));

EXPLAIN("shutdown.wr-stops-retransmission",
	WHY("The FIN is numbered after the data, so a peer may not process it while a byte before "
	    "it is missing. RFC 9293 3.8.1 and RFC 6298 5 retransmit all that is not acknowledged; "
	    "a shutdown changes nothing there, against the GNU C library's manual and the "
	    "article."),
	KERNEL("tcp_retransmit_skb() in net/ipv4/tcp_output.c sends again from tcp_rtx_queue "
	       "without a look at SEND_SHUTDOWN. The receiver keeps an early FIN in its "
	       "out_of_order_queue; tcp_ofo_queue() in net/ipv4/tcp_input.c calls tcp_fin() when "
	       "the gap is filled."),
	ADVICE("Keep the descriptor open and poll() for the peer's FIN to learn the outcome; if "
	       "the data never gets through, SO_ERROR is ETIMEDOUT. After close() nobody is told. "
	       "TCP_USER_TIMEOUT bounds the attempts."));

EXPLAIN("shutdown.wr-then-write",
	WHY("RFC 9293 3.10.2 refuses a SEND in FIN-WAIT-1 and the states after it with "
	    "\"connection closing\": a byte behind the FIN would have no sequence number that the "
	    "peer accepts. POSIX names the error EPIPE, with SIGPIPE for programs that check "
	    "nothing."),
	KERNEL("tcp_sendmsg_locked() in net/ipv4/tcp.c writes in ESTABLISHED and CLOSE_WAIT; in "
	       "other states it asks sk_stream_wait_connect(), which gives -EPIPE. "
	       "sk_stream_error(), with it in net/core/stream.c, then sends SIGPIPE unless "
	       "MSG_NOSIGNAL is given."),
	ADVICE("Pass MSG_NOSIGNAL to each send(), or ignore SIGPIPE for the whole process, as "
	       "write(2) takes no flag. An EPIPE after one's own SHUT_WR is a bug in the program, "
	       "not a fault of the network."));

EXPLAIN("shutdown.rdwr-data-arrives",
	WHY("Nobody will read the data, and to acknowledge it would hide the loss. RFC 1122 "
	    "4.2.2.13 and RFC 9293 3.6.1 (MAY-1, SHLD-3) ask for RST where a CLOSE ended reading "
	    "too; Linux takes SHUT_RDWR for such a CLOSE."),
	KERNEL("tcp_rcv_state_process() in net/ipv4/tcp_input.c tests RCV_SHUTDOWN in FIN_WAIT1 "
	       "and FIN_WAIT2: new bytes lead to tcp_reset(), TCPAbortOnData and a RST. At the "
	       "peer tcp_reset() turns a RST in CLOSE_WAIT into EPIPE."),
	ADVICE("Call SHUT_RDWR only when the peer has nothing left to say; else SHUT_WR, read "
	       "until 0, close(). The side that was cut off has to take EPIPE and ECONNRESET "
	       "alike."));

EXPLAIN("shutdown.ignores-reference-count",
	WHY("close(2) gives up a descriptor, shutdown(2) acts on the connection. TCP has one state "
	    "for it, however many descriptors and processes refer to it, so the FIN of RFC 9293 "
	    "3.10.4 leaves at once and for all of them."),
	KERNEL("__sys_shutdown() in net/socket.c goes from the descriptor to the socket, and "
	       "inet_shutdown() in net/ipv4/af_inet.c on to tcp_shutdown(); no file reference is "
	       "counted. close(2) gets to tcp_close() only through __fput() in fs/file_table.c, "
	       "with the last one."),
	ADVICE("Use it where a forked child or a library may hold a copy and the peer must see the "
	       "end now. Conversely, never call it in a child to tidy up: it cuts the parent's "
	       "connection too. There, close()."));

EXPLAIN("shutdown.listener",
	WHY("RFC 9293 3.10.4 lets a CLOSE in LISTEN delete the TCB without a segment, and 3.10.7.1 "
	    "answers later SYNs with RST. shutdown(2) speaks of connections only; Linux takes "
	    "SHUT_RD on a listener as that CLOSE, but keeps the descriptor."),
	KERNEL("inet_shutdown() in net/ipv4/af_inet.c calls tcp_disconnect() for TCP_LISTEN with "
	       "RCV_SHUTDOWN; inet_csk_listen_stop() resets connections not yet accepted. "
	       "inet_csk_wait_for_connect() in net/ipv4/inet_connection_sock.c wakes, sees no "
	       "LISTEN and gives EINVAL."),
	ADVICE("A way to stop threads that block in accept(), which close() does not. Elsewhere it "
	       "may be ENOTCONN: portable programs poll() the listener and a pipe. Accept first "
	       "what is queued, for it is reset; SHUT_WR has no effect."));

EXPLAIN("shutdown.wrong-state",
	WHY("RFC 9293 3.10.4 makes CLOSE without a connection an error, and permits an \"ok\" for "
	    "a second CLOSE as long as no second FIN is sent: the direction is closed, as was "
	    "asked for."),
	KERNEL("inet_shutdown() in net/ipv4/af_inet.c returns -ENOTCONN in TCP_CLOSE. "
	       "tcp_shutdown() in net/ipv4/tcp.c acts on states that have not sent their FIN, as "
	       "ESTABLISHED and CLOSE_WAIT; in FIN_WAIT2 it does nothing, and the call succeeds."),
	ADVICE("Ignore ENOTCONN from a shutdown() at the end of a connection: a RST, or the last "
	       "FIN of both, may have come first, and the socket is in TCP_CLOSE then. close() is "
	       "still due."));
