/* SPDX-License-Identifier: MIT */
/* Why the claims of connect.c are so. */
#include "suites/explain.h"

EXPLAIN("connect.bound-not-listening",
	WHY("bind(2) reserves an address and opens nothing, so for RFC 9293 the port is still "
	    "CLOSED, and section 3.10.7.1 answers every segment there, except a RST, with RST. The "
	    "client learns at once that nobody listens."),
	KERNEL("A socket that is only bound is not in the table that __inet_lookup_listener() in "
	       "net/ipv4/inet_hashtables.c searches. So tcp_v4_rcv() in net/ipv4/tcp_ipv4.c has no "
	       "socket for the SYN and calls tcp_v4_send_reset(); tcp_v6_rcv() in "
	       "net/ipv6/tcp_ipv6.c does likewise."),
	ADVICE("Call listen() right after bind(), before anything slow such as loading data or "
	       "forking workers. A client that may start before its server should take "
	       "ECONNREFUSED as a reason to wait and try again."));

EXPLAIN("connect.refused-leaves-no-socket",
	WHY("A RST that acknowledges the SYN ends SYN_SENT: RFC 9293 3.10.7.3 has the user told "
	    "and the record of the connection deleted. The server never had one, and a RST is not "
	    "answered, so neither side has anything to wait for."),
	KERNEL("tcp_rcv_synsent_state_process() in net/ipv4/tcp_input.c calls tcp_reset(), which "
	       "sets ECONNREFUSED and ends in tcp_done() of net/ipv4/tcp.c: the state is CLOSE and "
	       "the socket leaves the hash tables. __inet_stream_connect() in net/ipv4/af_inet.c "
	       "returns the error."),
	ADVICE("ss has nothing to show afterwards: go by the errno, or by the counter "
	       "TcpAttemptFails in nstat. Linux lets the same descriptor connect() again; portable "
	       "code closes it and takes a new socket."));

EXPLAIN("connect.no-socket-at-all",
	WHY("RFC 9293 3.10.7.1 treats any port without a connection or a listener as CLOSED and "
	    "does not ask whether a process has claimed it. An absent server and one that has only "
	    "bound therefore send the same RST, with sequence number 0 and the ACK of the SYN."),
	KERNEL("tcp_v4_rcv() in net/ipv4/tcp_ipv4.c asks __inet_lookup_skb() in "
	       "include/net/inet_hashtables.h for a socket; where there is none, "
	       "tcp_v4_send_reset() builds the RST from the header of the SYN alone."),
	ADVICE("ECONNREFUSED cannot tell a wrong port from a server that is down: look with ss "
	       "-ltn on the server's host. The counter TcpOutRsts in nstat shows there that its "
	       "TCP sends such answers."));

EXPLAIN("connect.listen-is-enough",
	WHY("A passive OPEN is all that the handshake of RFC 9293 3.5 asks of the server: the rest "
	    "is the work of the two TCPs, and the RFC has no call like accept(2). accept(2) only "
	    "hands a connection that is complete to a process."),
	KERNEL("tcp_conn_request() in net/ipv4/tcp_input.c answers the SYN. On the ACK "
	       "tcp_check_req() in net/ipv4/tcp_minisocks.c makes the child, and "
	       "inet_csk_complete_hashdance() in net/ipv4/inet_connection_sock.c puts it into the "
	       "listener's accept queue."),
	ADVICE("Do not take a connect() that succeeded as proof that the server process works: "
	       "wait for its first answer, with a timeout. In ss -ltn the listener's Recv-Q is the "
	       "number of connections that await accept()."));

EXPLAIN("connect.listen-without-bind",
	WHY("RFC 9293 3.9.1.1 lists the local port among the arguments of OPEN. The socket API "
	    "lets it be 0, any free port, and a socket that was never bound has 0; a listener "
	    "needs a number, so the kernel picks one then, as it does in connect(2)."),
	KERNEL("inet_csk_listen_start() in net/ipv4/inet_connection_sock.c calls "
	       "inet_csk_get_port() with the socket's port; for 0 inet_csk_find_open_port() takes "
	       "a free one of ip_local_port_range. The address stays the wildcard."),
	ADVICE("Read the port with getsockname() after listen() and tell it to the clients. A "
	       "server with a fixed port must check what bind() returns: if it ignores a failure, "
	       "listen() still succeeds, on a port where no client looks."));

EXPLAIN("connect.accept-then-exchange",
	WHY("In ESTABLISHED both directions carry data (RFC 9293 3.8), and accept(2) is no event "
	    "of the protocol, so it sends nothing. The ACK of the question may ride on the answer, "
	    "since ACKs may be delayed (RFC 9293 3.8.6.3)."),
	KERNEL("inet_csk_accept() in net/ipv4/inet_connection_sock.c takes the child off the queue "
	       "and sock_graft() in include/net/sock.h ties it to the new file; its state stays. "
	       "tcp_rcv_established() in net/ipv4/tcp_input.c takes the segments at both ends."),
	ADVICE("The client cannot see when accept() is called: if that matters, let the server "
	       "speak first. Set TCP_NODELAY where small messages must not wait for the ACK of "
	       "earlier ones."));

EXPLAIN("connect.only-after-listen",
	WHY("RFC 9293 3.10.7 has CLOSED and LISTEN and nothing between: a SYN meets RST in the "
	    "first and SYN+ACK in the second. bind(2) leaves the port CLOSED, listen(2) makes it "
	    "LISTEN, and accept(2) changes no state of TCP."),
	KERNEL("inet_csk_listen_start() in net/ipv4/inet_connection_sock.c sets TCP_LISTEN and "
	       "enters the socket into the table of listeners; from then on tcp_conn_request() in "
	       "net/ipv4/tcp_input.c answers SYNs, until a queue is full."),
	ADVICE("Report that the server is ready (sd_notify(), a pipe to the parent) after "
	       "listen(), not after bind(). With socket activation the port listens before the "
	       "server runs, and early clients wait in its queue."));

EXPLAIN("connect.io-only-after-accept",
	WHY("RFC 9293 lets a user SEND in ESTABLISHED (3.10.2) and has the receiving TCP queue "
	    "what arrives (3.10.7.4); the handshake alone leads there. Only the server's process "
	    "needs accept(2), since it has no descriptor to read or write before."),
	KERNEL("tcp_rcv_established() in net/ipv4/tcp_input.c queues and ACKs data for the child "
	       "though no file belongs to it, and inet_csk_accept() in "
	       "net/ipv4/inet_connection_sock.c hands it over with its queue. The listener has "
	       "none: tcp_recvmsg() in net/ipv4/tcp.c says ENOTCONN."),
	ADVICE("A client may send its request as soon as connect() returns. A server can set "
	       "TCP_DEFER_ACCEPT on its listener to be woken only for connections that brought "
	       "data, and SO_RCVBUF to bound what each of them may queue."));

EXPLAIN("connect.syn-sent-only-by-loss.dropped",
	WHY("RFC 9293 3.8.3 has an unanswered SYN repeated like data, and the attempt given up at "
	    "a threshold. RFC 6298 makes the first RTO 1 s (2.1) and doubles it each time (5.5). "
	    "Silence tells the client nothing, so it stays in SYN_SENT meanwhile."),
	KERNEL("tcp_retransmit_timer() in net/ipv4/tcp_timer.c repeats the SYN and doubles the "
	       "RTO, since 6.5 only after tcp_syn_linear_timeouts repetitions. tcp_write_timeout() "
	       "compares with tcp_syn_retries, and tcp_write_err() reports ETIMEDOUT."),
	ADVICE("Bound the wait in the program: TCP_SYNCNT sets the repetitions for one socket, and "
	       "a non-blocking connect() can be left with poll() and a timeout. The sysctl "
	       "tcp_syn_retries acts on the whole network namespace."));

EXPLAIN("connect.syn-sent-only-by-loss.dropped-default",
	WHY("RFC 9293 3.8.3 wants SYNs for at least 3 minutes before a TCP gives up (MUST-23). "
	    "Linux stops earlier: its 6 repetitions end after 127 s, and after about 131 s since "
	    "6.5, which adds 4 repetitions at 1 s."),
	KERNEL("tcp_write_timeout() in net/ipv4/tcp_timer.c counts to tcp_syn_retries, since 6.5 "
	       "to the sum of that and tcp_syn_linear_timeouts. retransmits_timed_out() ends it "
	       "too, once the time is over that tcp_model_timeout() reckons for tcp_syn_retries "
	       "doublings."),
	ADVICE("Two minutes are too long for most programs: set TCP_SYNCNT, or a timeout of your "
	       "own on a non-blocking connect(). Where the 3 minutes of the RFC are wanted, "
	       "tcp_syn_retries = 7 makes it a little over 4."));

EXPLAIN("connect.syn-sent-only-by-loss.backlog",
	WHY("RFC 9293 3.10.7.2 knows no limit to what a listener takes, but memory has one. Linux "
	    "drops the SYN rather than refuse it, as the client repeats it and the shortage may "
	    "pass. A program that accepts too slowly thus looks like a device that drops."),
	KERNEL("tcp_conn_request() in net/ipv4/tcp_input.c drops the SYN if sk_acceptq_is_full() "
	       "in include/net/sock.h finds more connections queued than the backlog, and counts "
	       "it in TcpExtListenOverflows. tcp_abort_on_overflow is not asked there."),
	ADVICE("Call accept() until EAGAIN, pass a larger backlog to listen() and raise "
	       "net.core.somaxconn, which caps it. Watch TcpExtListenOverflows in nstat, and "
	       "listeners in ss -ltn whose Recv-Q is above Send-Q."));

EXPLAIN("connect.syn-sent-only-by-loss.nonblocking",
	WHY("Between SYN and SYN+ACK every client is in SYN_SENT (RFC 9293 3.5, figure 6), for one "
	    "round trip if nothing is lost. A blocking connect(2) hides that time inside the call; "
	    "a non-blocking one returns EINPROGRESS and lets the program see it."),
	KERNEL("__inet_stream_connect() in net/ipv4/af_inet.c has the SYN sent and returns "
	       "EINPROGRESS when it may not wait. tcp_poll() in net/ipv4/tcp.c reports nothing in "
	       "SYN_SENT; on the SYN+ACK tcp_finish_connect() in net/ipv4/tcp_input.c sets "
	       "ESTABLISHED."),
	ADVICE("After EINPROGRESS wait for POLLOUT, then read SO_ERROR: 0 means connected. A "
	       "socket that ss shows in SYN-SENT for longer than a round trip has lost a SYN or "
	       "SYN+ACK or met a full queue; the last number of its timer in ss -o counts the "
	       "repetitions."));

EXPLAIN("connect.syn-sent-only-by-loss.reject",
	WHY("A RST that acknowledges the SYN ends the attempt (RFC 9293 3.10.7.3). Host "
	    "unreachable is a soft error that should not (3.9.2.2, MUST-56), but Linux ends "
	    "SYN_SENT on it, a practice RFC 5461 describes. So only a silent device leaves the "
	    "client there."),
	KERNEL("tcp_reset() in net/ipv4/tcp_input.c makes it ECONNREFUSED. tcp_v4_err() in "
	       "net/ipv4/tcp_ipv4.c and tcp_v6_err() in net/ipv6/tcp_ipv6.c end a socket in "
	       "SYN_SENT with the errno of the ICMP code, if the quoted sequence number fits the "
	       "SYN."),
	ADVICE("Let firewalls reject (in nftables: reject with tcp reset, or with icmpx "
	       "host-unreachable) where clients should learn soon, rather than drop. Programs "
	       "should take EHOSTUNREACH like ECONNREFUSED and go on to the next address."));
