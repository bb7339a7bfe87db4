/* SPDX-License-Identifier: MIT */
/*
 * What happened in a claim, in the order in which it is told: calls, segments, states. Made from the events
 * of a result (stream.h); the ladder of `wirestate show`, the drawings of the HTML report and the comments
 * of a capture are all told by it.
 */
#ifndef WIRESTATE_STORY_H
#define WIRESTATE_STORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "asserts/transcript.h"

enum story_kind {
	STORY_BEGIN,   /* a socket call that waits: its STORY_CALL follows when it returns */
	STORY_CALL,    /* a socket call, or what happened to a process: "is killed by SIGKILL" */
	STORY_SEGMENT, /* a segment leaves its host */
	STORY_ARRIVAL, /* a segment that something else overtook gets to the other host, or is lost */
	STORY_STATE,   /* a socket's state was seen to be another */
	STORY_CHECK,   /* an assertion was judged */
	STORY_SKIP,    /* the claim says why it cannot be shown */
};

/** What became of a segment. */
enum story_fate {
	STORY_UNKNOWN,   /* nobody told: on loopback nothing stands in its way */
	STORY_DELIVERED, /* by the time of the next item */
	STORY_DROPPED,   /* the wire threw it away */
	STORY_HELD,      /* it waits on the wire; a STORY_ARRIVAL may follow */
	STORY_INJECTED,  /* written by the test in the name of its sender, and delivered */
};

struct story_item {
	enum story_kind kind;
	double at;         /* seconds since the claim was let go */
	enum ws_side side; /* whose call or state it is; who sent the segment */
	const char *who;   /* CALL, STATE: "client", "server", "child", "listener", "test" … */
	const char *
		text; /* BEGIN: "connect()"; CALL: "connect() = -1 ECONNREFUSED"; SEGMENT, ARRIVAL: as tcpdump has
			       it, "Flags [S], seq 0, …"; STATE: as ss has it, "FIN-WAIT-2";
			       CHECK: "ASSERT_…"; SKIP: why */
	size_t number; /* SEGMENT, ARRIVAL: from 1, in the order of sending; 0 else */
	enum story_fate fate;
	const char *flags; /* SEGMENT, ARRIVAL: tcpdump's, "S.", "F.", "R", "." */
	const char *seq;   /* the numbers of its text, relative as there: "0", "1:6", "" for none */
	const char *ack;   /* "1", "" for none */
	long length;       /* bytes of payload */
	const char *states[WS_SIDES]; /* of the client's and the server's socket from here on, as ss
					 has them; NULL before anything was seen of it */
	bool changed[WS_SIDES]; /* this item made it so: STATE, and the segments that bring one */
	bool passed;            /* CHECK */
	const char *file;       /* CHECK: where it is written */
	int line;
	const json_t *event; /* what it was made of, for more; borrowed from the story's events */
};

/** Which timer of a socket is armed from a moment on, as ss names it: "on", "keepalive", "timewait"; "" none. */
struct story_timer {
	double at;
	enum ws_side side;
	const char *name;
};

struct story {
	struct story_item *items;
	size_t count;
	struct story_timer *timers; /* in the order in which they were seen */
	size_t timer_count;
	double started; /* UNIX time of second 0; 0 when it is not known */
	double length;  /* `at` of the last item */
	json_t *events; /* a reference; texts point into it or into `texts` */
	json_t *texts;
};

/**
 * Tell the events of a result.
 * @param events array of events, NULL is an empty one; damaged events are passed over
 * @return a story to be freed with story_free(); NULL when memory is out
 */
struct story *story_make(json_t *events);

void story_free(struct story *story);

/** The bytes of a segment (the IP packet, the first of them that were kept) into `bytes`. Returns how many. */
size_t story_bytes(const struct story_item *item, uint8_t *bytes, size_t room);

/** A pause that deserves to be told: seconds. Shorter ones are the machine's, not a timer's. */
#define STORY_TELLING 0.15

/**
 * "1.0 s later, client: keepalive timer", for the pause before an item: how long it is and which timers ran when it
 * ended.
 * @param index of the item
 * @param seconds since what was told before it
 */
void story_pause_text(const struct story *story, size_t index, double seconds, char *text,
		      size_t size);

/** "[S.] seq 0, ack 1, options […]": a segment as short as `room` columns want it. */
void story_segment_text(const struct story_item *item, int room, char *text, size_t size);

/** When it happened: "0.53 ms", "60.03 s ", which end below each other. */
void story_time_text(double at, char *text, size_t size);

#endif
