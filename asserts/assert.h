/* SPDX-License-Identifier: MIT */
/*
 * The assertions. All are fatal: the first that fails ends the test, with an explanation: expected
 * and seen, the transcript, both sockets as ss lists them, and how to run it again.
 *
 * Each waits for its event up to `ws_deadline`; none sleeps. Those that say that something did not
 * happen put a barrier behind everything under way first (see capture.h).
 */
#ifndef WIRESTATE_ASSERT_H
#define WIRESTATE_ASSERT_H

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include "judge.h"
#include "kernel.h"
#include "pattern.h"
#include "scene.h"

/** `endpoint` (a struct ws_endpoint *) is in `state`: TCP_ESTABLISHED … or WS_GONE. */
#define ASSERT_STATE(endpoint, state)                                                              \
	ws_assert_state(endpoint, state, WS_PLACE("ASSERT_STATE(" #endpoint ", " #state ")"))

/** The client's state, asked from sock_diag. */
#define ASSERT_CLIENT_STATE(state)                                                                 \
	ws_assert_state(&ws_scene->client, state, WS_PLACE("ASSERT_CLIENT_STATE(" #state ")"))

/** The state of the client's peer: the server's end of the connection. */
#define ASSERT_PEER_STATE(state)                                                                   \
	ws_assert_state(&ws_scene->server, state, WS_PLACE("ASSERT_PEER_STATE(" #state ")"))

/** Both ends at the same moment. */
#define ASSERT_STATES(client, server)                                                              \
	ws_assert_states(client, server, WS_PLACE("ASSERT_STATES(" #client ", " #server ")"))

/** No socket with the endpoint's addresses that sock_diag can find. */
#define ASSERT_GONE(endpoint)                                                                      \
	ws_assert_state(endpoint, WS_GONE, WS_PLACE("ASSERT_GONE(" #endpoint ")"))

/** The states an endpoint went through since it was made, in order and complete. */
#define ASSERT_PATH(endpoint, ...)                                                                 \
	ws_assert_path(endpoint, (const int[]){__VA_ARGS__},                                       \
		       sizeof((const int[]){__VA_ARGS__}) / sizeof(int),                           \
		       WS_PLACE("ASSERT_PATH(" #endpoint ", " #__VA_ARGS__ ")"))

/** The endpoint stays in `state` for `seconds` from when it entered it, no less and no more than
 *  the kernel's timers are exact; then it is elsewhere. A double. */
#define ASSERT_LASTS(endpoint, state, seconds)                                                     \
	ws_assert_lasts(endpoint, state, seconds,                                                  \
			WS_PLACE("ASSERT_LASTS(" #endpoint ", " #state ", " #seconds ")"))

/** The whole transcript since the mark, see pattern.h; nothing less, nothing more. */
#define ASSERT_PACKETS(...)                                                                        \
	ws_assert_packets((const ws_pattern[]){__VA_ARGS__},                                       \
			  sizeof((const ws_pattern[]){__VA_ARGS__}) / sizeof(ws_pattern),          \
			  WS_PLACE("ASSERT_PACKETS(" #__VA_ARGS__ ")"))

/** Nothing was sent since the mark, and nothing is under way. */
#define ASSERT_NO_PACKETS() ws_assert_packets(NULL, 0, WS_PLACE("ASSERT_NO_PACKETS()"))

/** The times between one packet and the next since the mark: seconds, one fewer than packets. */
#define ASSERT_GAPS(...)                                                                           \
	ws_assert_gaps((const double[]){__VA_ARGS__},                                              \
		       sizeof((const double[]){__VA_ARGS__}) / sizeof(double),                     \
		       WS_PLACE("ASSERT_GAPS(" #__VA_ARGS__ ")"))

/** Something is sent again and again until its sender gives up. */
enum { WS_SCHEDULE_MAX = 600 };
struct ws_schedule {
	const char *what;             /* one of what is sent: "SYN", for the report */
	size_t packets;               /* how many are sent, and so many gaps: */
	size_t others;                /* of these packets are something else than `what` */
	double gaps[WS_SCHEDULE_MAX]; /* seconds from each packet to the next; the last one is from
				       * the last packet to the end */
	/** 0, or: it is over earlier, with a gap at whose end so many seconds have passed since packet
	 *  number `clock` (from 0), should timers that fire late bring that about. */
	double enough;
	size_t clock;
	bool measured; /* rests on a round trip that was measured: the next run has other tenths */
};

/** One more packet, `gap` seconds before what follows it. */
void ws_schedule_add(struct ws_schedule *schedule, double gap);

/** From the first packet to the end, in seconds. */
double ws_schedule_total(const struct ws_schedule *schedule);

/** The packets since the mark come at the times of the schedule (a struct ws_schedule), and no more
 *  of them until then. Waits for them. */
#define ASSERT_SENDS(schedule) ws_assert_sends(&(schedule), WS_PLACE("ASSERT_SENDS(" #schedule ")"))

/** The same, and when the last gap is over the endpoint is gone. */
#define ASSERT_GIVES_UP(endpoint, schedule)                                                        \
	ws_assert_gives_up(endpoint, &(schedule),                                                  \
			   WS_PLACE("ASSERT_GIVES_UP(" #endpoint ", " #schedule ")"))

/** A call returns -1 and sets errno to `error`. */
#define ASSERT_ERRNO(call, error_)                                                                 \
	do {                                                                                       \
		long ws_result;                                                                    \
		ws_expecting_error = true;                                                         \
		errno = 0;                                                                         \
		ws_result = (long)(call);                                                          \
		ws_assert_errno(ws_result, errno, error_,                                          \
				WS_PLACE("ASSERT_ERRNO(" #call ", " #error_ ")"));                 \
	} while (0)

/** A call returns something other than -1. */
#define ASSERT_OK(call)                                                                            \
	do {                                                                                       \
		long ws_result;                                                                    \
		ws_expecting_error = true;                                                         \
		errno = 0;                                                                         \
		ws_result = (long)(call);                                                          \
		ws_assert_errno(ws_result, errno, 0, WS_PLACE("ASSERT_OK(" #call ")"));            \
	} while (0)

/** Something is true that has no assertion of its own; the message is as for printf(3). */
#define ASSERT_THAT(condition, ...)                                                                \
	ws_judge(condition, WS_PLACE("ASSERT_THAT(" #condition ")"), __VA_ARGS__)

/** poll(2) on the endpoint's descriptor answers exactly these events, of POLLIN POLLPRI POLLOUT
 *  POLLRDHUP POLLERR POLLHUP. */
#define ASSERT_POLL(endpoint, events)                                                              \
	ws_assert_poll(endpoint, events, WS_PLACE("ASSERT_POLL(" #endpoint ", " #events ")"))

/** getsockopt(SO_ERROR): 0 or an errno. Reading it clears it. */
#define ASSERT_SO_ERROR(endpoint, error)                                                           \
	ws_assert_so_error(endpoint, error, WS_PLACE("ASSERT_SO_ERROR(" #endpoint ", " #error ")"))

/** recv(2) gives these bytes (a string), in as many calls as it takes. */
#define ASSERT_READS(endpoint, text)                                                               \
	ws_assert_reads(endpoint, text, WS_PLACE("ASSERT_READS(" #endpoint ", " #text ")"))

/** recv(2) gives 0: the other end will send no more. */
#define ASSERT_EOF(endpoint) ws_assert_reads(endpoint, "", WS_PLACE("ASSERT_EOF(" #endpoint ")"))

/** Recv-Q and Send-Q as ss shows them; of a listener the queue's length and its limit. */
#define ASSERT_RECV_Q(endpoint, bytes)                                                             \
	ws_assert_number(endpoint, WS_RECV_Q, bytes,                                               \
			 WS_PLACE("ASSERT_RECV_Q(" #endpoint ", " #bytes ")"))
#define ASSERT_SEND_Q(endpoint, bytes)                                                             \
	ws_assert_number(endpoint, WS_SEND_Q, bytes,                                               \
			 WS_PLACE("ASSERT_SEND_Q(" #endpoint ", " #bytes ")"))

/** No process holds the socket: an orphan, or a connection nobody accepted yet. */
#define ASSERT_NO_OWNER(endpoint)                                                                  \
	ws_assert_number(endpoint, WS_OWNED, 0, WS_PLACE("ASSERT_NO_OWNER(" #endpoint ")"))

/** Some process holds the socket. */
#define ASSERT_OWNED(endpoint)                                                                     \
	ws_assert_number(endpoint, WS_OWNED, 1, WS_PLACE("ASSERT_OWNED(" #endpoint ")"))

/** Which timer is armed, an enum ws_timer. */
#define ASSERT_TIMER(endpoint, timer)                                                              \
	ws_assert_number(endpoint, WS_TIMER, timer,                                                \
			 WS_PLACE("ASSERT_TIMER(" #endpoint ", " #timer ")"))

/* What stands behind the macros. */

/** Numbers of a socket that ws_assert_number() compares. */
enum ws_number { WS_RECV_Q, WS_SEND_Q, WS_OWNED, WS_TIMER };

/** Set while the call inside ASSERT_ERRNO or ASSERT_OK runs: fixtures then do not judge it. */
extern bool ws_expecting_error;

void ws_assert_state(struct ws_endpoint *endpoint, int state, const struct ws_place *place);
void ws_assert_states(int client, int server, const struct ws_place *place);
void ws_assert_path(struct ws_endpoint *endpoint, const int *states, size_t count,
		    const struct ws_place *place);
void ws_assert_lasts(struct ws_endpoint *endpoint, int state, double seconds,
		     const struct ws_place *place);
void ws_assert_number(struct ws_endpoint *endpoint, enum ws_number what, unsigned value,
		      const struct ws_place *place);
void ws_assert_packets(const ws_pattern *pattern, size_t count, const struct ws_place *place);
void ws_assert_gaps(const double *seconds, size_t count, const struct ws_place *place);
void ws_assert_sends(const struct ws_schedule *schedule, const struct ws_place *place);
void ws_assert_gives_up(struct ws_endpoint *endpoint, const struct ws_schedule *schedule,
			const struct ws_place *place);
void ws_assert_errno(long result, int seen, int expected, const struct ws_place *place);
void ws_assert_poll(struct ws_endpoint *endpoint, short expected, const struct ws_place *place);
void ws_assert_so_error(struct ws_endpoint *endpoint, int error, const struct ws_place *place);
void ws_assert_reads(struct ws_endpoint *endpoint, const char *text, const struct ws_place *place);

#endif
