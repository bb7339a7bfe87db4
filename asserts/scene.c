/* SPDX-License-Identifier: MIT */
/* The scene: endpoints with their state paths, the transcript, the calls. */
#include "asserts/scene.h"
#include "asserts/capture.h"
#include "asserts/judge.h"
#include "asserts/wait.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct ws_scene *ws_scene;

static int64_t realtime_offset(void)
{
	struct timespec real;
	int64_t monotonic = ws_now();

	clock_gettime(CLOCK_REALTIME, &real);
	return real.tv_sec * 1000000000LL + real.tv_nsec - monotonic;
}

void ws_scene_init(struct ws_scene *scene)
{
	*scene = (struct ws_scene){
		.client = {.name = "client", .fd = -1},
		.server = {.name = "server", .fd = -1},
		.listener = {.name = "listener", .fd = -1},
		.realtime = realtime_offset(),
	};
	ws_scene = scene;
	ws_scene_start();
}

void ws_scene_start(void)
{
	ws_scene->settled = 0;
	ws_scene->transcript.epoch = ws_now() + ws_scene->realtime;
}

void ws_scene_clear(struct ws_scene *scene)
{
	ws_transcript_clear(&scene->transcript);
	if (ws_scene == scene)
		ws_scene = NULL;
}

void ws_scene_mark(void)
{
	ws_scene_settle();
	ws_transcript_mark(&ws_scene->transcript);
	ws_scene->call_mark = ws_scene->call_count;
}

/* Seconds between two looks that nothing but a busy machine takes. */
#define SHORT_STALL 0.01

/*
 * A process that is not run for long cannot move its packets: TCP takes them for lost. Many short
 * stalls do it too, while one packet waits through all of them.
 */
static void note_stall(void)
{
	int64_t now = ws_now();
	double pause = (double)(now - ws_scene->settled) / 1e9;

	if (ws_scene->settled && pause > SHORT_STALL)
		ws_scene->stall += pause;
	ws_scene->settled = now;
}

void ws_scene_settle(void)
{
	int error;

	if (!ws_scene)
		return;
	if (ws_scene->link) {
		error = ws_scene->link->settle(ws_scene);
		if (error)
			ws_fail(WS_HERE, "the link %s failed: %s", ws_scene->link->name,
				strerror(-error));
	}
	ws_must_look(&ws_scene->client);
	ws_must_look(&ws_scene->server);
	note_stall();
}

static void extend_path(struct ws_endpoint *endpoint, int state, int64_t asked, int64_t answered)
{
	unsigned length = endpoint->path_length;
	struct ws_stay *now = length ? &endpoint->path[length - 1] : NULL;

	if (now && now->state == state) {
		now->last = asked;
		return;
	}
	if (length == WS_PATH_MAX) {
		memmove(endpoint->path, endpoint->path + 1, sizeof(endpoint->path[0]) * --length);
		now = &endpoint->path[length - 1];
	}
	endpoint->path[length] = (struct ws_stay){
		.state = state,
		.before = now ? now->last : asked,
		.first = answered,
		.last = asked,
	};
	endpoint->path_length = length + 1;
	if (ws_observer && ws_observer->state)
		ws_observer->state(endpoint);
}

int ws_look(struct ws_endpoint *endpoint)
{
	int64_t asked;
	int error;

	/* before there is an address there is nothing that could be found */
	if (!endpoint->diag || endpoint->local.family == AF_UNSPEC)
		return WS_GONE;
	asked = ws_now();
	error = ws_diag_get(endpoint->diag, &endpoint->local, &endpoint->remote, &endpoint->last);
	if (error) {
		errno = -error;
		return -1;
	}
	if (endpoint->last.state != WS_GONE || endpoint->path_length)
		extend_path(endpoint, endpoint->last.state, asked, ws_now());
	if (endpoint->last.timer != endpoint->timer) {
		endpoint->timer = endpoint->last.timer;
		if (ws_observer && ws_observer->timer)
			ws_observer->timer(endpoint);
	}
	return endpoint->last.state;
}

int ws_must_look(struct ws_endpoint *endpoint)
{
	int state = ws_look(endpoint);

	if (state < 0)
		ws_fail(WS_HERE, "sock_diag does not tell about the %s: %s", endpoint->name,
			strerror(errno));
	return state;
}

int ws_endpoint_from_fd(struct ws_endpoint *endpoint, int fd)
{
	struct sockaddr_storage addr;
	socklen_t length = sizeof(addr);

	endpoint->fd = fd;
	if (getsockname(fd, (struct sockaddr *)&addr, &length) < 0)
		return -errno;
	ws_addr_from(&endpoint->local, &addr);
	length = sizeof(addr);
	if (getpeername(fd, (struct sockaddr *)&addr, &length) == 0)
		ws_addr_from(&endpoint->remote, &addr);
	return 0;
}

const char *ws_path_text(const struct ws_endpoint *endpoint, char *text, size_t size)
{
	size_t used = 0;

	snprintf(text, size, "never seen");
	for (unsigned i = 0; i < endpoint->path_length && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i ? " > " : "",
					 ws_state_name(endpoint->path[i].state));
	return text;
}

void ws_scene_begin(void)
{
	if (ws_scene)
		ws_scene->began = ws_now();
}

void ws_scene_call(const char *who, long result, const char *format, ...)
{
	int error = errno;
	struct ws_call *call;
	va_list args;

	if (!ws_scene || ws_scene->call_count == WS_CALLS_MAX)
		return;
	call = &ws_scene->calls[ws_scene->call_count++];
	*call = (struct ws_call){
		.who = who,
		.result = result,
		.error = result < 0 ? error : 0,
		.at = ws_now(),
		.began = ws_scene->began,
	};
	ws_scene->began = 0;
	va_start(args, format);
	vsnprintf(call->what, sizeof(call->what), format, args);
	va_end(args);
	if (ws_observer && ws_observer->call)
		ws_observer->call(call);
	errno = error;
}

void ws_measured(const char *what, const char *format, ...)
{
	struct ws_measure *measure = &ws_scene->measure;
	va_list args;

	snprintf(measure->what, sizeof(measure->what), "%s", what);
	va_start(args, format);
	vsnprintf(measure->seen, sizeof(measure->seen), format, args);
	va_end(args);
}

void ws_expected(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ws_scene->measure.expected, sizeof(ws_scene->measure.expected), format, args);
	va_end(args);
}

void ws_documented(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ws_scene->measure.documented, sizeof(ws_scene->measure.documented), format, args);
	va_end(args);
}

void ws_premise(const char *name, const char *value, const char *since)
{
	struct ws_premise *premise;

	if (!ws_scene || ws_scene->premise_count == WS_PREMISES_MAX)
		return;
	premise = &ws_scene->premises[ws_scene->premise_count];
	snprintf(premise->name, sizeof(premise->name), "%s", name);
	snprintf(premise->value, sizeof(premise->value), "%s", value);
	premise->since = since;
	for (const struct ws_premise *old = ws_scene->premises; old < premise; old++)
		if (strcmp(old->name, premise->name) == 0)
			return;
	ws_scene->premise_count++;
	if (ws_observer && ws_observer->premise)
		ws_observer->premise(premise);
}

/* Ethernet, or the same header on lo; nothing else is captured here. */
bool ws_scene_packet(struct ws_scene *scene, int linktype, const struct ws_packet *packet,
		     enum ws_side (*side)(const struct ws_scene *scene,
					  const struct ws_segment *segment))
{
	struct ws_segment segment;
	struct ws_entry *entry;

	if (!ws_decode(linktype, packet->bytes, packet->captured, &segment))
		return true;
	entry = ws_transcript_add(&scene->transcript, &segment, side(scene, &segment), packet->at,
				  packet->bytes + WS_ETHER, packet->captured - WS_ETHER);
	if (!entry)
		return false;
	entry->states[WS_CLIENT] = entry->states[WS_SERVER] = -1;
	if (ws_observer && ws_observer->segment)
		ws_observer->segment(entry);
	return true;
}
