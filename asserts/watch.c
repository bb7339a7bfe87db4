/* SPDX-License-Identifier: MIT */
/*
 * Watching sockets whose packets pass an interface by themselves, loopback above all.
 *
 * The barrier: lo hands packets over in the order in which they were sent, through a queue of the
 * CPU that sent them, and a claim runs on one CPU. So when a marker arrives, everything sent before
 * it has arrived; what those packets caused was sent before a second marker. When nothing lies
 * between two markers, nothing is under way. (A program that was not pinned to one CPU gets the
 * same for its own calls as long as the scheduler leaves it where it is.)
 */
#include "asserts/capture.h"
#include "asserts/judge.h"
#include "asserts/wait.h"
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A marker that takes longer than this was lost: nanoseconds. */
static const int64_t marker_deadline = 5000000000;

struct watch {
	struct ws_capture *capture;
	uint32_t marker;
};

/* A server's segment comes from the listener's port, or from where one was looked for; both ends
 * have the same address here. */
static enum ws_side side_of(const struct ws_scene *scene, const struct ws_segment *segment)
{
	const struct ws_addr *src = segment->quotes_tcp ? &segment->quoted_dst : &segment->src;
	uint16_t port = scene->listener.local.port;

	if (!port)
		port = scene->server.local.port;
	return src->port == port ? WS_SERVER : WS_CLIENT;
}

/* Read up to the marker; returns how many packets came before it, or a negative errno. */
static int read_to_marker(struct ws_scene *scene, struct watch *watch, int64_t deadline)
{
	struct ws_packet packet;
	int packets = 0;

	for (;;) {
		int status = ws_capture_next(watch->capture, &packet);
		struct pollfd readable = {ws_capture_fd(watch->capture), POLLIN, 0};

		if (status < 0)
			return status;
		if (status == 0 && ws_now() > deadline)
			return -ETIMEDOUT;
		if (status == 0) {
			poll(&readable, 1, 10);
			continue;
		}
		if (packet.marker == watch->marker)
			return packets;
		if (packet.marker)
			continue;
		packets++;
		if (!ws_scene_packet(scene, ws_capture_linktype(watch->capture), &packet, side_of))
			return -ENOMEM;
	}
}

static int settle(struct ws_scene *scene)
{
	struct watch *watch = scene->link_state;
	int64_t deadline = ws_now() + marker_deadline;
	int packets, error;

	/* the first round may end with packets on their way; one more without any proves silence */
	for (bool first = true;; first = false) {
		watch->marker++;
		error = ws_capture_mark(watch->capture, watch->marker, NULL, NULL);
		if (error)
			return error;
		packets = read_to_marker(scene, watch, deadline);
		if (packets < 0)
			return packets;
		if (packets == 0 && !first)
			break;
	}
	return ws_capture_lost(watch->capture) ? -ENOBUFS : 0;
}

static unsigned descriptors(struct ws_scene *scene, struct pollfd *polls, unsigned room)
{
	const struct watch *watch = scene->link_state;

	if (room < 1)
		return 0;
	polls[0] = (struct pollfd){ws_capture_fd(watch->capture), POLLIN, 0};
	return 1;
}

static const struct ws_link link_ops = {
	.name = "loopback",
	.settle = settle,
	.descriptors = descriptors,
};

int ws_watch(struct ws_scene *scene, const char *interface, uint16_t port, char *problem)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	char filter[sizeof(WS_FILTER) + 32] = WS_FILTER;

	if (!watch)
		return -ENOMEM;
	if (port)
		snprintf(filter, sizeof(filter), "tcp port %u", port);
	watch->capture = ws_capture_open(interface, filter, problem);
	if (!watch->capture) {
		free(watch);
		return -EIO;
	}
	scene->link = &link_ops;
	scene->link_state = watch;
	return 0;
}

void ws_unwatch(struct ws_scene *scene)
{
	struct watch *watch = scene->link_state;

	if (watch)
		ws_capture_close(watch->capture);
	free(watch);
	scene->link = NULL;
	scene->link_state = NULL;
}
