/* SPDX-License-Identifier: MIT */
/* Why the claims of close.c are so. */
#include "suites/explain.h"

EXPLAIN("close.client-only",
	WHY("RFC 9293 3.6 makes CLOSE one-sided: a FIN says that its sender is done, and the peer "
	    "acknowledges it but sends its own only when its user closes too. Until then the first "
	    "side is in FIN_WAIT2 and the peer in CLOSE_WAIT."),
	KERNEL("tcp_close() in net/ipv4/tcp.c sets FIN_WAIT1 and calls tcp_send_fin(); on the ACK "
	       "tcp_rcv_state_process() in net/ipv4/tcp_input.c sets FIN_WAIT2. At the peer "
	       "tcp_fin() in the same file turns ESTABLISHED into CLOSE_WAIT."),
	ADVICE("Close the socket when recv() returns 0. Sockets that pile up in CLOSE-WAIT in ss "
	       "mean a missing close() in the program that ss -tp names; no sysctl clears them."));

EXPLAIN("close.close-wait-recv-q",
	WHY("A FIN takes one sequence number (RFC 9293 3.4), so RCV.NXT counts it like a byte. "
	    "Recv-Q in ss is RCV.NXT less what the process has read, hence 1 with no byte queued, "
	    "until a recv(2) that returns 0 has taken the FIN."),
	KERNEL("tcp_diag_get_info() in net/ipv4/tcp_diag.c reports rcv_nxt - copied_seq, and "
	       "tcp_recvmsg() in net/ipv4/tcp.c steps copied_seq over the FIN when it returns 0. "
	       "tcp_inq() in include/net/tcp.h, which serves FIONREAD, leaves the FIN out."),
	ADVICE("It tells where a program in CLOSE-WAIT hangs: Recv-Q 1 means that it has not seen "
	       "the end, 0 that it has and did not close, more that data is unread. For the bytes "
	       "to read ask ioctl(FIONREAD), not ss."));

EXPLAIN("close.fin-wait-2-times-out",
	WHY("RFC 9293 sets no limit to FIN_WAIT2. After close() no process can read what the peer "
	    "may still send, so Linux drops such an orphan after tcp_fin_timeout. That is a local "
	    "decision and no segment tells of it: the peer stays in CLOSE_WAIT."),
	KERNEL("tcp_rcv_state_process() in net/ipv4/tcp_input.c hands the orphan to "
	       "tcp_time_wait() in net/ipv4/tcp_minisocks.c as a small socket in FIN_WAIT2. Its "
	       "timer, tw_timer_handler() in net/ipv4/inet_timewait_sock.c, deletes it and sends "
	       "nothing."),
	ADVICE("By default no timer ends CLOSE_WAIT: the server has to close(). SO_KEEPALIVE with "
	       "a short TCP_KEEPIDLE finds peers that are gone, for their host answers the probe "
	       "with RST."));

EXPLAIN("close.fin-wait-2-time-is-tcp_fin_timeout",
	WHY("RFC 9293 has no such timer, and ip-sysctl gives tcp_fin_timeout as the whole time. "
	    "But Linux splits a T above 60 s: the full socket waits T - 60, and a small one should "
	    "wait the other 60 yet waits T - 60 again. Never is it less than 3.5 RTO."),
	KERNEL("Above TCP_TIMEWAIT_LEN tcp_rcv_state_process() in net/ipv4/tcp_input.c arms a "
	       "timer with tcp_fin_time() less 60 s, and tcp_keepalive_timer() in "
	       "net/ipv4/tcp_timer.c passes that same difference, not the 60 s, to "
	       "tcp_time_wait()."),
	ADVICE("Keep tcp_fin_timeout at 60 or below. A value from 61 to 89 makes the wait shorter "
	       "than the default's, and above 60 only 120 gives what it says; TCP_LINGER2 has the "
	       "same flaw."));

EXPLAIN("close.fin-wait-2-needs-orphan",
	WHY("After shutdown(SHUT_WR) the connection is half closed, and the peer may send for as "
	    "long as it likes (RFC 9293 3.6.1). A time limit would cut off a reader, so Linux sets "
	    "one only when no process holds the socket. tcp(7) leaves that out at "
	    "tcp_fin_timeout."),
	KERNEL("On the ACK of the FIN tcp_rcv_state_process() in net/ipv4/tcp_input.c starts the "
	       "timer only for a socket that has the flag SOCK_DEAD. A later tcp_close() in "
	       "net/ipv4/tcp.c finds FIN_WAIT2 and calls tcp_time_wait() with tcp_fin_time()."),
	ADVICE("After shutdown(SHUT_WR) bound the wait for the peer's FIN in the program: "
	       "SO_RCVTIMEO, or poll() with a timeout, then close(). The sysctl frees no socket "
	       "that a process keeps open."));

EXPLAIN("close.fin-wait-2-linger2",
	WHY("No RFC knows this option: by RFC 9293 3.6 FIN_WAIT2 lasts until the FIN of the peer. "
	    "Linux bounds it for sockets without a process, and TCP_LINGER2 is that bound for one "
	    "socket, shorter or longer than the sysctl."),
	KERNEL("do_tcp_setsockopt() in net/ipv4/tcp.c stores the time, 120 s at most, in linger2. "
	       "tcp_fin_time() in include/net/tcp.h prefers that to sysctl_tcp_fin_timeout, and "
	       "returns 3.5 RTO where that is longer."),
	ADVICE("Set it on the listener: accepted sockets inherit it, and 0 goes back to the "
	       "sysctl. Stay at 60 or below, since longer times come out wrong as with "
	       "tcp_fin_timeout. Only Linux has it, so guard it with #ifdef TCP_LINGER2."));

EXPLAIN("close.fin-wait-2-linger2.none",
	WHY("RFC 9293 3.6.1 lets a host stop reading at CLOSE and send RST for data that comes "
	    "later. A negative TCP_LINGER2 does not wait for any: once the FIN, and with it all "
	    "data, is acknowledged, the connection is given up with RST."),
	KERNEL("tcp_rcv_state_process() in net/ipv4/tcp_input.c calls tcp_done() in place of a "
	       "timer and returns 1, on which tcp_v4_do_rcv() in net/ipv4/tcp_ipv4.c sends the "
	       "RST. At the peer tcp_reset() makes it EPIPE, for that is in CLOSE_WAIT."),
	ADVICE("Use it only where the peer has nothing left to send: its answer is lost and its "
	       "next send() fails with EPIPE. In contrast to SO_LINGER with a time of 0, "
	       "everything sent before still arrives."));

EXPLAIN("close.close-wait-write-after-peer-gone",
	WHY("No segment tells the server that its peer has dropped a half-closed connection. What "
	    "it sends next meets no connection and draws RST (RFC 9293 3.5.2, 3.10.7.1). The "
	    "send(2) behind it had succeeded by then, for it only queues bytes."),
	KERNEL("tcp_sendmsg() in net/ipv4/tcp.c accepts data in CLOSE_WAIT. The client's "
	       "tcp_v4_rcv() in net/ipv4/tcp_ipv4.c finds no socket and calls tcp_v4_send_reset(); "
	       "the server's tcp_reset() in net/ipv4/tcp_input.c sets EPIPE, its error for "
	       "CLOSE_WAIT."),
	ADVICE("Do not take a send() that succeeded for delivery: let the peer's program confirm. "
	       "Pass MSG_NOSIGNAL or ignore SIGPIPE, and check for POLLRDHUP before writing to a "
	       "connection that was idle."));

EXPLAIN("close.both",
	WHY("Each direction ends with a FIN and its ACK, which makes four segments (RFC 9293 3.6, "
	    "figure 12). Who closed first sends the last ACK and may have to repeat it, hence "
	    "TIME_WAIT; the other side is done when that ACK arrives."),
	KERNEL("The FIN meets the client's small FIN_WAIT2 socket: tcp_timewait_state_process() in "
	       "net/ipv4/tcp_minisocks.c turns it into TIME_WAIT and asks for the ACK. For the "
	       "server in LAST_ACK tcp_rcv_state_process() in net/ipv4/tcp_input.c then calls "
	       "tcp_done()."),
	ADVICE("TIME_WAIT after a clean close is no fault and takes little memory. Design the "
	       "protocol so that clients close first, and set SO_REUSEADDR on a listener before "
	       "bind()."));

EXPLAIN("close.both.at-once",
	WHY("Every segment of a connection carries an ACK, and a bare one may be delayed (RFC 5681 "
	    "4.2, RFC 9293 3.8.6.3). If the server closes before its ACK has left, its FIN takes "
	    "it along, and three segments do the work of four."),
	KERNEL("tcp_fin() in net/ipv4/tcp_input.c only schedules the ACK and enters ping-pong "
	       "mode, which delays it. tcp_send_fin() in net/ipv4/tcp_output.c then sends FIN with "
	       "ACK, and tcp_event_ack_sent() in that file stops the timer of the bare one."),
	ADVICE("Do not write tests or traffic filters that demand a bare ACK before the second "
	       "FIN: three segments are as right as four. Whether a close was clean shows in the "
	       "states and in the absence of RST."));

EXPLAIN("close.both.crossing",
	WHY("RFC 9293 3.6 case 3: a FIN that comes in FIN_WAIT1 without the ACK of one's own leads "
	    "to CLOSING, where that ACK is waited for. Both ends have closed actively, so both "
	    "stay in TIME_WAIT for 2 MSL (figure 13)."),
	KERNEL("tcp_fin() in net/ipv4/tcp_input.c turns FIN_WAIT1 into CLOSING and sends the ACK; "
	       "on the ACK of its own FIN tcp_rcv_state_process() in the same file calls "
	       "tcp_time_wait() in net/ipv4/tcp_minisocks.c."),
	ADVICE("Expect TIME_WAIT on both hosts where a protocol lets both sides hang up at once. "
	       "If one side must not collect them, let it read to the end before it closes."));

EXPLAIN("close.time-wait-is-not-fin-timeout",
	WHY("RFC 9293 3.6.1 gives TIME_WAIT a fixed time, 2 MSL, so that the last ACK can be "
	    "repeated and old segments die out; FIN_WAIT2 has none there. The sysctl bounds "
	    "FIN_WAIT2. That its default of 60 s is also the length of TIME_WAIT invites the "
	    "mistake."),
	KERNEL("When the FIN comes, tcp_timewait_state_process() in net/ipv4/tcp_minisocks.c "
	       "restarts the timer with TCP_TIMEWAIT_LEN; tcp_time_wait() there uses this constant "
	       "for TIME_WAIT too. Only tcp_fin_time() in include/net/tcp.h takes a time from the "
	       "sysctl."),
	ADVICE("Lowering tcp_fin_timeout does not reduce TIME_WAIT. If ports run short, reuse "
	       "connections, widen ip_local_port_range or set tcp_tw_reuse to 1 on the connecting "
	       "host; listeners need SO_REUSEADDR."));

EXPLAIN("close.time-wait-lasts-60-seconds",
	WHY("RFC 9293 3.6.1 demands 2 MSL, and 3.4.2 takes an MSL as 2 minutes, which makes 4. "
	    "Linux waits 60 s, a compromise with the memory and the ports that TIME_WAIT holds. "
	    "That it ends is a matter of this host alone, so no segment tells of it."),
	KERNEL("TCP_TIMEWAIT_LEN in include/net/tcp.h is a constant of 60 s, and "
	       "tw_timer_handler() in net/ipv4/inet_timewait_sock.c removes the socket with "
	       "inet_twsk_kill(). The timer wheel rounds up and may add a few seconds."),
	ADVICE("No sysctl shortens it, so plan for it: the 28232 default ports of one client "
	       "address allow about 470 connections a second to one server port if the client "
	       "closes first. For more, set tcp_tw_reuse to 1, add addresses or keep connections "
	       "open."));

EXPLAIN("close.who-closes-first",
	WHY("RFC 9293 has no client and server once a connection stands: its figure 5 (3.3.2) "
	    "leads whoever closes first through FIN_WAIT1 and FIN_WAIT2 to TIME_WAIT, and whoever "
	    "closes second through CLOSE_WAIT and LAST_ACK to CLOSED."),
	KERNEL("The table new_state[] in net/ipv4/tcp.c, which tcp_close_state() reads, leads from "
	       "ESTABLISHED to FIN_WAIT1 and from CLOSE_WAIT to LAST_ACK. Nothing in it asks which "
	       "side had connected."),
	ADVICE("Let the client close first, for example after a message that ends the session, and "
	       "TIME_WAIT is spread over the clients. A server that closes first needs "
	       "SO_REUSEADDR, or bind() fails with EADDRINUSE when it restarts."));

EXPLAIN("close.reference-count.dup",
	WHY("RFC 9293 3.10.4 has one CLOSE for a connection. Descriptors are the operating "
	    "system's matter: dup(2) gives one open file a second name, close(2) removes a name, "
	    "and only when the last is gone is that a CLOSE."),
	KERNEL("close(2) drops one reference to the file. Only the last one makes __fput() in "
	       "fs/file_table.c call sock_close() in net/socket.c, and that ends in tcp_close() in "
	       "net/ipv4/tcp.c, which sends the FIN."),
	ADVICE("To end sending whatever copies exist call shutdown(fd, SHUT_WR), which acts on the "
	       "connection and not on the descriptor. ss -tp and /proc/PID/fd show copies that "
	       "were forgotten."));

EXPLAIN("close.reference-count.fork",
	WHY("fork(2) copies the table of descriptors, and each copy keeps the open file alive. TCP "
	    "sees one user, and no CLOSE (RFC 9293 3.10.4) before the last copy is gone; so the "
	    "parent's close(2) says nothing to the peer."),
	KERNEL("dup_fd() in fs/file.c takes a reference to every open file for the child, and "
	       "exit_files() there drops them when the child exits. The last reference makes "
	       "__fput() in fs/file_table.c call sock_close(), and the FIN leaves."),
	ADVICE("In a forking server let the parent close the accepted socket at once and the child "
	       "close the listener. Create sockets with SOCK_CLOEXEC, in accept4() too, lest a "
	       "program started with exec holds the connection open."));

EXPLAIN("close.reference-count.scm-rights",
	WHY("A descriptor inside a UNIX message is a reference that no process holds (unix(7)). To "
	    "TCP only the life of the file counts, so the CLOSE of RFC 9293 3.10.4 comes when the "
	    "receiver closes what it got, or when the message is discarded unread."),
	KERNEL("scm_fp_copy() in net/core/scm.c takes a reference to each file sent. If the "
	       "message is freed unread, unix_destruct_scm() in net/unix/af_unix.c leads to "
	       "__scm_destroy(), which drops them; where that was the last one, the FIN leaves."),
	ADVICE("Close received descriptors even when they are not wanted, and do not leave such "
	       "messages unread: they keep a connection open for which ss -p shows no process. "
	       "Receive with MSG_CMSG_CLOEXEC."));

EXPLAIN("close.descriptor-leak",
	WHY("The limit on descriptors is the process's, and TCP knows nothing of it: the handshake "
	    "of RFC 9293 3.5 is over, so the connection stays ESTABLISHED in the accept queue. The "
	    "client sees a connection that works and a server that is silent."),
	KERNEL("__sys_accept4_file() in net/socket.c reserves a descriptor in the table of "
	       "fs/file.c before it asks inet_csk_accept() in net/ipv4/inet_connection_sock.c for "
	       "a connection. EMFILE comes first, and the queue keeps what it has."),
	ADVICE("The listener stays readable, so a level-triggered loop spins: stop polling it for "
	       "a while, or keep a spare descriptor to give up, accept with and close. Find the "
	       "leak in /proc/PID/fd before raising RLIMIT_NOFILE."));
