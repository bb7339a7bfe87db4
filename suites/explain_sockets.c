/* SPDX-License-Identifier: MIT */
/* Why the claims of sockets.c are so. */
#include "suites/explain.h"

EXPLAIN("sockets.tcp_rmem-minimum",
	WHY("No RFC rules buffer sizes, but a receive buffer of a few bytes leaves no window for a "
	    "segment, and connections stall. So 6.1.189, 6.12.112 and 7.2.8 check for 4096, the "
	    "usual default of the minimum; kernels without the check take anything from 1 up."),
	KERNEL("The tcp_rmem entry in net/ipv4/sysctl_net_ipv4.c is written through "
	       "proc_dointvec_minmax() with a lower bound that holds for all three values: 4096 "
	       "with the change, 1 before it."),
	ADVICE("Leave the minimum at its default of one page. To save memory set SO_RCVBUF on the "
	       "sockets concerned, or tcp_mem for the host. A script that writes less must be "
	       "ready for EINVAL, and should read the values back."));

EXPLAIN("sockets.tw_reuse-of-fin-wait-2",
	WHY("RFC 6191 and RFC 7323 B.2 argue about TIME_WAIT, where both FINs have been seen. In "
	    "FIN_WAIT2 the peer has not closed and still owns its half, so a new SYN on the same "
	    "4-tuple would collide with a live connection. Older kernels overlooked that."),
	KERNEL("An orphan in FIN_WAIT2 is kept as a time-wait socket with tw_substate FIN_WAIT2, "
	       "so connect() meets it in tcp_twsk_unique() in net/ipv4/tcp_ipv4.c. With the change "
	       "(5.10.227, 6.1.113, 6.11.3) that substate counts as tcp_tw_reuse 0."),
	ADVICE("If connect() fails with EADDRNOTAVAIL and ss -tan shows many FIN-WAIT-2, the peers "
	       "do not close: repair them, or lower tcp_fin_timeout here. A wider "
	       "ip_local_port_range only buys time."));

EXPLAIN("sockets.bound-port-replaces-fin-wait-2",
	WHY("A program that names its port has no other to fall back on. Linux lets it take the "
	    "4-tuple over where timestamps allow the peer to tell old segments from new ones (RFC "
	    "7323 5), and neither waits for it nor asks tcp_tw_reuse, which is for ports that the "
	    "kernel picks."),
	KERNEL("For a bound port __inet_hash_connect() in net/ipv4/inet_hashtables.c passes no "
	       "twp, so tcp_twsk_unique() in net/ipv4/tcp_ipv4.c asks only whether "
	       "tw_ts_recent_stamp is set; inet_twsk_deschedule_put() then drops the old entry. "
	       "Without timestamps: EADDRNOTAVAIL."),
	ADVICE("Do not bind() a client's port without need: the peer's half of the former "
	       "connection may still be open, and is reset when it answers the SYN. To fix only "
	       "the address set IP_BIND_ADDRESS_NO_PORT and bind to port 0."));

EXPLAIN("sockets.destroy-time-wait",
	WHY("ss -K asks for the ABORT of RFC 9293 3.10.5, and that deletes a TCB in TIME-WAIT "
	    "without sending anything: the peer has closed, there is nobody to reset. 5.10 knew "
	    "how to abort full sockets and requests only."),
	KERNEL("tcp_diag_destroy() in net/ipv4/tcp_diag.c gets to tcp_abort() in net/ipv4/tcp.c, "
	       "which takes the entry away with inet_twsk_deschedule_put(). In 5.10 tcp_abort() "
	       "answers -EOPNOTSUPP for TIME_WAIT."),
	ADVICE("Use it in a test or to free one port, as in ss -tK state time-wait dst 192.0.2.1; "
	       "it needs CAP_NET_ADMIN and CONFIG_INET_DIAG_DESTROY. As a habit it gives up what "
	       "TIME_WAIT protects from: old duplicates in a new connection."));

EXPLAIN("sockets.destroy-orphan",
	WHY("RFC 9293 3.10.5 has ABORT in FIN-WAIT-1 send a RST and delete the TCB, and does not "
	    "ask whether a process still holds the socket. Older kernels skipped sockets marked "
	    "dead and reported success, so an orphan stayed until its retransmissions gave up."),
	KERNEL("tcp_abort() in net/ipv4/tcp.c sends a RST with tcp_send_active_reset() if "
	       "tcp_need_reset() says so and then ends the socket. Before the change (6.1.132, "
	       "6.10.8) all of this stood behind a test of SOCK_DEAD. LAST_ACK and CLOSING end "
	       "without a RST."),
	ADVICE("On a kernel without the change do not believe the success of ss -K for a "
	       "connection that no process holds: look again with ss -tan. What bounds orphans on "
	       "every kernel are tcp_orphan_retries and tcp_max_orphans."));

EXPLAIN("sockets.disconnect-under-reader",
	WHY("connect(AF_UNSPEC) is the ABORT of RFC 9293 3.10.5: RST to the peer, an error to "
	    "whoever waits in RECEIVE. As a fix for a crash, some releases (5.10 since .183, "
	    "6.1.33 to .59, 6.4 to 6.5.8) refused it while a thread slept; 6.1.60 and 6.5.9 allow "
	    "it again."),
	KERNEL("__inet_stream_connect() in net/ipv4/af_inet.c raises sk_disconnects and calls "
	       "tcp_disconnect() in net/ipv4/tcp.c; sk_wait_event() in include/net/sock.h sees the "
	       "change and gives -EPIPE. With the refusal tcp_disconnect() returns -EBUSY while "
	       "sk_wait_pending counts a sleeper."),
	ADVICE("To stop a thread in recv() call shutdown(SHUT_RDWR), which no version refuses, "
	       "join the thread, then close() or reuse the socket. Where connect(AF_UNSPEC) must "
	       "stay, be ready for EBUSY in the one thread and EPIPE in the other."));
