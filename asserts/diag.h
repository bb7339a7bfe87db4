/* SPDX-License-Identifier: MIT */
/*
 * Asking the kernel about sockets: sock_diag(7) through libmnl.
 *
 * A struct ws_diag belongs to the network namespace it was opened in and keeps asking there, from
 * wherever the caller has moved since.
 */
#ifndef WIRESTATE_DIAG_H
#define WIRESTATE_DIAG_H

#include <stdio.h>
#include "segment.h"
#include "states.h"

struct ws_diag;

/** Which timer is armed (idiag_timer in linux/inet_diag.h). */
enum ws_timer {
	WS_TIMER_NONE,
	WS_TIMER_RETRANSMIT, /* ss: on */
	WS_TIMER_KEEPALIVE,  /* also FIN_WAIT2's of an orphan above 60 s, SYN-ACK's of a listener */
	WS_TIMER_TIMEWAIT,
	WS_TIMER_PERSIST,
	WS_TIMER_DELACK, /* from 7.1 on */
};

/** As ss names it: "on", "keepalive", "timewait", "persist", "delack"; "" for none, "?" for one that this
 *  program does not know. */
const char *ws_timer_name(enum ws_timer timer);

/** The part of tcp_info(7) that assertions and listings use; absent fields are 0. */
struct ws_tcp_info {
	uint8_t retransmits, probes, backoff, options;
	uint8_t snd_wscale, rcv_wscale;
	uint32_t rto, ato;         /* microseconds */
	uint32_t snd_mss, rcv_mss; /* bytes */
	uint32_t unacked, sacked, lost, retrans;
	uint32_t rtt, rttvar; /* microseconds */
	uint32_t snd_cwnd, snd_ssthresh, rcv_space, pmtu;
	uint32_t total_retrans;
	uint64_t bytes_acked, bytes_received;
	uint32_t segs_out, segs_in, notsent_bytes, min_rtt;
	uint64_t bytes_sent;
};

/** One socket as the kernel describes it (struct inet_diag_msg and its attributes). */
struct ws_sock {
	int state; /* TCP_ESTABLISHED …, WS_GONE when there is none */
	struct ws_addr local, remote;
	uint32_t rqueue, wqueue; /* Recv-Q, Send-Q: bytes; a listener's queue length and backlog */
	enum ws_timer timer;
	uint32_t expires_ms; /* until the timer fires */
	uint32_t retrans;    /* unanswered retransmissions or probes */
	uint32_t inode;      /* 0: no process owns it (orphan, TIME_WAIT, not accepted yet) */
	uint32_t uid;
	uint64_t cookie;
	char congestion[16];
	struct ws_tcp_info info;
	bool has_info; /* a full socket: not TIME_WAIT, not a request */
};

/**
 * Open a sock_diag socket in the current network namespace and prove that it can see TCP.
 * @return NULL with errno: EPROTONOSUPPORT no sock_diag in this kernel (CONFIG_INET_DIAG),
 *         ENOENT the module inet_diag or tcp_diag is not there, EPERM/EACCES not permitted
 */
struct ws_diag *ws_diag_open(void);

void ws_diag_close(struct ws_diag *diag);

/** A sentence for errno of ws_diag_open(), with the remedy. Static. */
const char *ws_diag_problem(int error);

/**
 * Look one connection up by its exact addresses and ports: O(1), finds SYN_RECV requests and
 * TIME_WAIT too.
 * @param remote AF_UNSPEC: the listener on `local`
 * @param sock filled; state WS_GONE when there is no such connection, also when the kernel offers
 *        the listener in its place
 * @return 0, or a negative errno when the kernel could not be asked
 */
int ws_diag_get(struct ws_diag *diag, const struct ws_addr *local, const struct ws_addr *remote,
		struct ws_sock *sock);

/**
 * Call `each` for every TCP socket of the namespace and family, whatever its state (LISTEN and
 * bound ones included where the kernel lists them). A dump that the kernel interrupted is done
 * again, so `each` gets a consistent list; it is called after the whole dump came in.
 * @return the number of sockets, or a negative errno
 */
int ws_diag_dump(struct ws_diag *diag, int family,
		 void (*each)(const struct ws_sock *sock, void *context), void *context);

/** Destroy a connection: `ss -K` (CAP_NET_ADMIN, CONFIG_INET_DIAG_DESTROY).
 *  @return 0 or a negative errno: -ENOENT none such, -EOPNOTSUPP not in this kernel */
int ws_diag_destroy(struct ws_diag *diag, const struct ws_addr *local,
		    const struct ws_addr *remote);

/** The socket as `ss -tanoi` lists it, on one line. As snprintf(3). */
int ws_sock_text(const struct ws_sock *sock, char *text, size_t size);

#endif
