/* SPDX-License-Identifier: MIT */
/* Why the claims of sysctls.c are so. */
#include "suites/explain.h"

EXPLAIN("sysctls.somaxconn.limit",
	WHY("How many connections may wait for accept() is not TCP's business; RFC 9293 leaves it "
	    "to the host. POSIX calls the backlog a hint, and the sysctl keeps one program from "
	    "binding too much kernel memory."),
	KERNEL("__sys_listen() in net/socket.c cuts the backlog to somaxconn, compared as "
	       "unsigned, so that -1 means the most. inet_listen() in net/ipv4/af_inet.c stores it "
	       "in sk_max_ack_backlog, which tcp_diag_get_info() in net/ipv4/tcp_diag.c reports as "
	       "Send-Q."),
	ADVICE("Set net.core.somaxconn before the service starts: a listener keeps the limit of "
	       "its last listen(), and another listen() on the same descriptor takes the new one. "
	       "Check with ss -ltn: Send-Q is the limit, Recv-Q what waits."));

EXPLAIN("sysctls.somaxconn.connections",
	WHY("RFC 9293 has no rule for a full queue. Linux lets the count exceed the backlog by "
	    "one, so that listen(fd, 0) can work at all, and drops further SYNs in silence: the "
	    "client repeats them, and a short burst heals without an error."),
	KERNEL("sk_acceptq_is_full() in include/net/sock.h tests sk_ack_backlog > "
	       "sk_max_ack_backlog, hence n + 1. tcp_conn_request() in net/ipv4/tcp_input.c then "
	       "drops the SYN, with syncookies too, and counts ListenOverflows and ListenDrops."),
	ADVICE("Watch nstat -az TcpExtListenOverflows: clients see no refusal, only a connect() "
	       "that takes a second or more. Accept faster, or raise the backlog of listen() "
	       "together with net.core.somaxconn."));

EXPLAIN("sysctls.abort-on-overflow",
	WHY("When the queue filled after the SYN-ACK, the client holds the connection for "
	    "established already. RFC 9293 3.10.7.4 would enter ESTABLISHED, for which there is no "
	    "room: so the ACK is treated as lost, which a repeated SYN-ACK mends, or the "
	    "connection is refused."),
	KERNEL("tcp_v4_syn_recv_sock() in net/ipv4/tcp_ipv4.c gives no child, and tcp_check_req() "
	       "in net/ipv4/tcp_minisocks.c either keeps the request, whose reqsk_timer_handler() "
	       "in net/ipv4/inet_connection_sock.c repeats the SYN-ACK, or sends RST and drops "
	       "it."),
	ADVICE("Leave tcp_abort_on_overflow at 0 and enlarge the queue. 1 turns each burst into "
	       "ECONNRESET at clients that had connected; it suits servers behind a balancer that "
	       "tries the next one at once."));

EXPLAIN("sysctls.max-syn-backlog",
	WHY("Half-open connections cost memory and forged SYNs fill it (RFC 4987 2). tcp(7) tells "
	    "of a plain maximum, but Linux keeps the last quarter for peers it has talked to "
	    "before, and the listener's own backlog is a second limit beside it."),
	KERNEL("tcp_conn_request() in net/ipv4/tcp_input.c first asks "
	       "inet_csk_reqsk_queue_is_full() in include/net/inet_connection_sock.h, about the "
	       "backlog; then, with syncookies 0, it drops while less than a quarter is free, "
	       "unless tcp_peer_is_proven() in net/ipv4/tcp_metrics.c."),
	ADVICE("Keep tcp_syncookies at 1, and this sysctl plays no part. With cookies off raise "
	       "three numbers together: the backlog of listen(), net.core.somaxconn and "
	       "tcp_max_syn_backlog, this one by a third more than is wanted."));

EXPLAIN("sysctls.syncookies",
	WHY("RFC 4987 3.6: the server codes the request into the sequence number of its SYN-ACK "
	    "and remembers nothing until the ACK brings it back. The price is that a lost SYN-ACK "
	    "is not repeated, and that SACK and window scaling survive only in a timestamp."),
	KERNEL("tcp_conn_request() in net/ipv4/tcp_input.c asks tcp_syn_flood_action() if the "
	       "queue is full, or with 2 always, unless the SYN reopens a TIME_WAIT. "
	       "cookie_v4_init_sequence() in net/ipv4/syncookies.c makes the cookie and "
	       "cookie_v4_check() turns the ACK into a connection."),
	ADVICE("Keep 1. If nstat -az shows TcpExtTCPReqQFullDoCookies or SyncookiesSent rising "
	       "under honest load, raise the backlog and net.core.somaxconn. 2 is for tests; "
	       "cookies do not help against a full accept queue."));

EXPLAIN("sysctls.tw-reuse",
	WHY("TIME_WAIT guards against old duplicates. With timestamps PAWS recognises those (RFC "
	    "7323 5 and B.2, RFC 6191), provided the clock has ticked in between: hence a second's "
	    "delay. The default 2 allows it on loopback only, where segments do not stray."),
	KERNEL("__inet_check_established() in net/ipv4/inet_hashtables.c, or its IPv6 twin, asks "
	       "tcp_twsk_unique() in net/ipv4/tcp_ipv4.c, which starts the new connection past the "
	       "old sequence numbers. Since 6.14 it counts milliseconds; before, whole seconds of "
	       "the clock."),
	ADVICE("On a host that opens many short connections to one address set tcp_tw_reuse to 1 "
	       "and widen ip_local_port_range, or better keep connections open. It is without "
	       "effect on connections that a server accepts. Since 6.14 tcp_tw_reuse_delay sets "
	       "the delay."));

EXPLAIN("sysctls.tw-reuse.timestamps",
	WHY("Without timestamps nothing but 2 MSL of waiting separates an old duplicate from a new "
	    "segment, for sequence numbers wrap and may overlap. RFC 6191 therefore rests the "
	    "early reuse on timestamps (RFC 7323 5), and so does Linux."),
	KERNEL("tcp_time_wait() in net/ipv4/tcp_minisocks.c copies ts_recent_stamp, which stays 0 "
	       "if no timestamp ever came. tcp_twsk_unique() in net/ipv4/tcp_ipv4.c refuses such "
	       "an entry, and connect() finds no port: EADDRNOTAVAIL."),
	ADVICE("Keep tcp_timestamps at 1 on both ends, and see with ss -ti that \"ts\" was agreed: "
	       "a middlebox may strip the option. Else only more ports or addresses, or fewer "
	       "connections, help."));

EXPLAIN("sysctls.rfc1337",
	WHY("RFC 1337 wants a RST ignored in TIME_WAIT, so that an old duplicate cannot end it "
	    "early; RFC 9293 3.10.7.4 lets the RST close the connection. ip-sysctl.rst has it the "
	    "wrong way round: 1 prevents this and 0 does not, as tcp(7) says."),
	KERNEL("tcp_timewait_state_process() in net/ipv4/tcp_minisocks.c removes the entry with "
	       "inet_twsk_deschedule_put() for a RST at exactly RCV.NXT, unless sysctl_tcp_rfc1337 "
	       "is set; then the RST is dropped and TIME_WAIT goes on."),
	ADVICE("Set tcp_rfc1337 to 1 where ports are reused quickly or peers send RST after a "
	       "close. It costs nothing but entries that last their 60 s. Trust a measurement, not "
	       "the text of ip-sysctl.rst."));

EXPLAIN("sysctls.timestamps",
	WHY("RFC 7323 3.2: the SYN offers the option, the SYN-ACK may carry it only if the SYN "
	    "did, and only then do later segments. It serves the measurement of round trips and "
	    "PAWS, the protection against wrapped sequence numbers."),
	KERNEL("tcp_syn_options() in net/ipv4/tcp_output.c adds it to the SYN. tcp_parse_options() "
	       "in net/ipv4/tcp_input.c ignores the peer's offer where the sysctl is 0, so that "
	       "tcp_synack_options() in net/ipv4/tcp_output.c leaves it out."),
	ADVICE("Keep 1. Without timestamps tcp_tw_reuse has no effect and syncookies lose window "
	       "scaling and SACK; what is saved is 12 bytes a segment. 2 drops the random offset, "
	       "and so tells everybody the uptime of the host."));

EXPLAIN("sysctls.sack",
	WHY("RFC 2018 2 lets an end send SACK only to a peer that has permitted it, with a "
	    "two-byte option that is valid in SYN and SYN-ACK alone. So the choice is made once "
	    "for the life of the connection."),
	KERNEL("tcp_syn_options() in net/ipv4/tcp_output.c sets OPTION_SACK_ADVERTISE. At the "
	       "listener tcp_parse_options() in net/ipv4/tcp_input.c notes it if its own tcp_sack "
	       "allows, and tcp_synack_options() answers in kind."),
	ADVICE("Leave it at 1: without SACK, recovery falls back to about one lost segment per "
	       "round trip (RFC 6582), and RACK has nothing to go by. A change concerns new "
	       "connections only; ss -ti shows \"sack\" where it was agreed."));

EXPLAIN("sysctls.window-scaling",
	WHY("The window field has 16 bits. RFC 7323 2.2 agrees on a shift for it, with an option "
	    "that counts only if SYN and SYN-ACK both carry it; else a window stays below 64 KiB, "
	    "which caps the throughput at 64 KiB per round trip."),
	KERNEL("tcp_select_initial_window() in net/ipv4/tcp_output.c picks the shift from the "
	       "largest possible buffer, and tcp_syn_options() sends it. tcp_parse_options() in "
	       "net/ipv4/tcp_input.c takes the peer's, unless the sysctl is 0."),
	ADVICE("Leave it at 1. As the shift is fixed in the handshake, set SO_RCVBUF before "
	       "connect() or listen(). ss -ti shows both as wscale:a,b; if it is missing on a slow "
	       "long path, look for a middlebox that strips it."));
