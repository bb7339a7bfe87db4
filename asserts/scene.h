/* SPDX-License-Identifier: MIT */
/*
 * The scene: what the assertions look at. Two endpoints and a listener, the transcript of the link
 * between them, and the socket calls made so far. Fixtures set it up; ws_watch() does it for the
 * sockets of any other program.
 */
#ifndef WIRESTATE_SCENE_H
#define WIRESTATE_SCENE_H

#include <poll.h>
#include "diag.h"
#include "transcript.h"

/** States an endpoint went through: each with the last moment it was seen in an earlier state and
 *  the first and last moment it was seen in this one (CLOCK_MONOTONIC nanoseconds). */
struct ws_stay {
	int state;
	int64_t before, first, last;
};

/** Seconds for which a process that is not run makes its packets late enough to be sent again: less
 *  than the least retransmission timeout (TCP_RTO_MIN in include/net/tcp.h, 200 ms). */
#define WS_STALL 0.15

enum { WS_PATH_MAX = 32, WS_CALLS_MAX = 256 };

/** One real socket: its namespace, its addresses, and what was seen of it. */
struct ws_endpoint {
	const char *name;     /* "client", "server", "listener" */
	struct ws_diag *diag; /* of its namespace; NULL: not in use */
	int fd;               /* -1 when this process holds none */
	struct ws_addr local, remote;
	struct ws_sock last; /* what sock_diag said last */
	struct ws_stay path[WS_PATH_MAX];
	unsigned path_length; /* a longer path keeps its last WS_PATH_MAX states */
	enum ws_timer timer;  /* that the observer was told of */
};

/** One socket call, for the report. */
struct ws_call {
	const char *who;
	char what[96]; /* "connect()", "send(5)"; without brackets what is no call */
	long result;
	int error;     /* errno when result is -1 */
	int64_t at;    /* CLOCK_MONOTONIC nanoseconds, when it returned */
	int64_t began; /* the same, for one that waited; 0 = it did not */
};

/** Something that was measured, for the evidence and for `wirestate sweep`. Empty texts: not said. */
struct ws_measure {
	char what[64]; /* "client FIN-WAIT-2 lasted" */
	char documented
		[64]; /* what the man page or ip-sysctl.rst promises, where that is another thing */
	char expected[160]; /* of this kernel and its sysctls: "2 s" */
	char seen[160];     /* "2.03 s" */
};

/** Something about this kernel that an expectation was computed from: a sysctl, or whether a change
 *  is in it (kernel.h). When two runs differ it tells why. */
struct ws_premise {
	char name[128], value[64];
	const char *since; /* of a struct ws_change, or "" */
};

enum { WS_PREMISES_MAX = 16 };

struct ws_scene;

/** What moves packets: loopback does it by itself, a wire is moved by its settle(). */
struct ws_link {
	const char *name;
	/** Let everything that is under way arrive, and prove with a barrier that nothing is left.
	 *  Returns 0 or a negative errno. */
	int (*settle)(struct ws_scene *scene);
	/** Descriptors that become readable when a packet is sent. Returns how many. */
	unsigned (*descriptors)(struct ws_scene *scene, struct pollfd *polls, unsigned room);
	/** When settle() has to be called again without any packet, for a delayed segment:
	 *  CLOCK_MONOTONIC nanoseconds, or INT64_MAX. May be NULL. */
	int64_t (*alarm)(struct ws_scene *scene);
};

struct ws_scene {
	struct ws_endpoint client, server, listener;
	struct ws_transcript transcript;
	struct ws_call calls[WS_CALLS_MAX];
	size_t call_count, call_mark;
	int64_t began;              /* of the call that is going on, see ws_scene_begin() */
	int64_t realtime;           /* add to CLOCK_MONOTONIC to get CLOCK_REALTIME */
	const struct ws_link *link; /* NULL: no packets can be seen */
	void *link_state;
	/* end of the last ws_scene_settle() or of the wait since, CLOCK_MONOTONIC; 0 = none yet */
	int64_t settled;
	double stall; /* seconds in all that passed from one to the next though nothing was waited for */
	uint64_t open; /* the MAY_ words of all patterns so far: which packets come was left open */
	struct ws_measure measure;
	struct ws_premise premises[WS_PREMISES_MAX]; /* more are not kept */
	size_t premise_count;
	const char *again; /* the command that runs just this again, or NULL */
};

/** The scene that ASSERT_* look at; NULL outside set-up and tear-down. */
extern struct ws_scene *ws_scene;

/** Empty scene with named endpoints; sets ws_scene. */
void ws_scene_init(struct ws_scene *scene);

/** Free what the scene holds (transcript; not descriptors, not diag); ws_scene becomes NULL. */
void ws_scene_clear(struct ws_scene *scene);

/** Time 0 of the report is now. */
void ws_scene_start(void);

/** Start of a new observation: transcript and calls before this are out of sight for assertions. */
void ws_scene_mark(void);

/** settle() of the link, then look at both endpoints. Every verb and every wait does it. A link that fails is an assertion failure. */
void ws_scene_settle(void);

/** Print calls and segments in the order of time, since the start, and both ends as ss lists them;
 *  each line after `indent`. */
void ws_scene_print(const struct ws_scene *scene, const char *indent, FILE *out);

/** One line of evidence since the mark: "S, S., .; client ESTAB, server ESTAB". As snprintf(3). */
int ws_scene_evidence(const struct ws_scene *scene, char *text, size_t size);

/** "connect() = -1 EINPROGRESS"; without a result what is no call: "is killed by SIGKILL". As
 *  snprintf(3). */
int ws_call_text(const struct ws_call *call, char *text, size_t size);

/** A socket call begins that waits for the other host: ws_scene_call() will note when it did. */
void ws_scene_begin(void);

/** Note a socket call for the report; keeps errno. */
void ws_scene_call(const char *who, long result, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * Say what was measured, what was expected of it, and what the documentation promises when that is
 * something else: ws_measured("gave up after", "%.1f s", lasted). What is said last is kept. ASSERT_LASTS
 * and ASSERT_GAPS say the first two themselves.
 */
void ws_measured(const char *what, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ws_expected(const char *format, ...) __attribute__((format(printf, 1, 2)));
void ws_documented(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Note what an expectation rests on; the same name again is not noted again. `since` must stay. */
void ws_premise(const char *name, const char *value, const char *since);

/** Ask sock_diag about an endpoint and extend its state path. Returns the state; -1 when the
 *  kernel could not be asked (errno says why). */
int ws_look(struct ws_endpoint *endpoint);

/** ws_look() for assertions: a kernel that cannot be asked fails the test. Without that everything
 *  would seem to be gone. */
int ws_must_look(struct ws_endpoint *endpoint);

/** Fill local and remote of an endpoint from a descriptor. Returns 0 or a negative errno. */
int ws_endpoint_from_fd(struct ws_endpoint *endpoint, int fd);

/** "ESTAB FIN-WAIT-1 FIN-WAIT-2": the state path. Returns `text`. */
const char *ws_path_text(const struct ws_endpoint *endpoint, char *text, size_t size);

struct ws_packet;

/**
 * Add a captured packet to the scene's transcript and tell the observer.
 * @param side who sent it; called with the decoded segment
 * @return false only when memory is out: what is no IP packet is passed over
 */
bool ws_scene_packet(struct ws_scene *scene, int linktype, const struct ws_packet *packet,
		     enum ws_side (*side)(const struct ws_scene *scene,
					  const struct ws_segment *segment));

/**
 * Watch an interface whose packets move by themselves: the link of a scene. For sockets that no
 * fixture made, call ws_scene_init(), ws_watch(), and ws_endpoint_from_fd() for client, server and
 * listener, with a ws_diag_open() for each. Needs CAP_NET_RAW.
 * @param interface "lo"
 * @param port only segments from or to it are captured; 0 for all
 * @param problem PCAP_ERRBUF_SIZE bytes for the reason
 * @return 0 or a negative errno
 */
int ws_watch(struct ws_scene *scene, const char *interface, uint16_t port, char *problem);

/** Undo ws_watch(). */
void ws_unwatch(struct ws_scene *scene);

#endif
