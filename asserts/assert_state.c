/* SPDX-License-Identifier: MIT */
/* Assertions about sockets as sock_diag shows them: states, paths, times, queues. */
#include "asserts/assert.h"
#include "asserts/wait.h"
#include <string.h>

/* A timer that fires late is seen late on a busy machine: seconds beyond the timer's own slack. */
static const double busy_machine = 0.25;

struct wanted {
	struct ws_endpoint *endpoint;
	int state;
	const int *states;
	size_t count;
	enum ws_number what;
	unsigned value, seen;
};

/* ws_wait() looks at client and server; a listener or an endpoint of one's own is looked at here. */
static int state_of(struct ws_endpoint *endpoint)
{
	if (endpoint == &ws_scene->client || endpoint == &ws_scene->server)
		return endpoint->last.state;
	return ws_must_look(endpoint);
}

static bool in_state(void *context)
{
	const struct wanted *wanted = context;

	return state_of(wanted->endpoint) == wanted->state;
}

/* an endpoint without an address was never a socket: "gone" of it would be true for nothing */
static void must_exist(const struct ws_endpoint *endpoint, const struct ws_place *place)
{
	if (!endpoint->diag || endpoint->local.family == AF_UNSPEC || !endpoint->local.port)
		ws_fail(place, "the %s has no address yet: nothing can be asked about it",
			endpoint->name);
}

void ws_assert_state(struct ws_endpoint *endpoint, int state, const struct ws_place *place)
{
	struct wanted wanted = {.endpoint = endpoint, .state = state};
	bool right;

	must_exist(endpoint, place);
	/* first wait, then say what was seen: arguments are evaluated in any order */
	right = ws_wait(in_state, &wanted, ws_deadline);
	ws_judge(right, place, "expected %s %s, seen %s for %g s", endpoint->name,
		 ws_state_name(state), ws_state_name(endpoint->last.state), ws_deadline);
}

static bool both_in_state(void *context)
{
	const int *states = context;

	return ws_scene->client.last.state == states[WS_CLIENT] &&
	       ws_scene->server.last.state == states[WS_SERVER];
}

void ws_assert_states(int client, int server, const struct ws_place *place)
{
	int states[WS_SIDES] = {client, server};
	bool right;

	must_exist(&ws_scene->client, place);
	must_exist(&ws_scene->server, place);
	right = ws_wait(both_in_state, states, ws_deadline);
	ws_judge(right, place,
		 "expected client %s and server %s, seen client %s and server %s for %g s",
		 ws_state_name(client), ws_state_name(server),
		 ws_state_name(ws_scene->client.last.state),
		 ws_state_name(ws_scene->server.last.state), ws_deadline);
}

static bool path_is(void *context)
{
	const struct wanted *wanted = context;
	const struct ws_endpoint *endpoint = wanted->endpoint;

	if (endpoint->path_length != wanted->count)
		return false;
	for (size_t i = 0; i < wanted->count; i++)
		if (endpoint->path[i].state != wanted->states[i])
			return false;
	return true;
}

void ws_assert_path(struct ws_endpoint *endpoint, const int *states, size_t count,
		    const struct ws_place *place)
{
	struct wanted wanted = {.endpoint = endpoint, .states = states, .count = count};
	struct ws_endpoint expected = {.path_length = 0};
	char text[2][512];
	bool right;

	must_exist(endpoint, place);
	for (size_t i = 0; i < count && i < WS_PATH_MAX; i++)
		expected.path[expected.path_length++].state = states[i];
	right = ws_wait(path_is, &wanted, ws_deadline);
	ws_judge(right, place, "expected the %s to go through %s, seen %s", endpoint->name,
		 ws_path_text(&expected, text[0], sizeof(text[0])),
		 ws_path_text(endpoint, text[1], sizeof(text[1])));
}

static const struct ws_stay *stay_in(const struct ws_endpoint *endpoint, int state)
{
	for (unsigned i = endpoint->path_length; i-- > 0;)
		if (endpoint->path[i].state == state)
			return &endpoint->path[i];
	return NULL;
}

static bool stay_is_over(void *context)
{
	const struct wanted *wanted = context;

	return state_of(wanted->endpoint) != wanted->state;
}

/*
 * The kernel's change of state lies between two looks, so the stay has a shortest and a longest
 * possible length. Comparing those, instead of one moment, makes a stalled observer harmless: it
 * widens the interval and can hide a difference, but it cannot invent one.
 */
void ws_assert_lasts(struct ws_endpoint *endpoint, int state, double seconds,
		     const struct ws_place *place)
{
	struct wanted wanted = {.endpoint = endpoint, .state = state};
	double early = 2.0 / (double)ws_hz(), late = ws_timer_slack(seconds) + busy_machine;
	const struct ws_stay *stay;
	double shortest, longest, so_far;
	char what[64];
	bool over;

	must_exist(endpoint, place);
	if (!stay_in(endpoint, state))
		ws_wait(in_state, &wanted, ws_deadline);
	stay = stay_in(endpoint, state);
	if (!stay) {
		ws_fail(place, "the %s was never in %s", endpoint->name, ws_state_name(state));
		return;
	}
	so_far = (double)(ws_now() - stay->first) / 1e9;
	over = ws_wait_expecting(stay_is_over, &wanted, seconds + late + ws_deadline - so_far,
				 seconds - so_far);
	stay = stay_in(endpoint, state); /* the path may have moved */
	shortest = (double)(stay->last - stay->first) / 1e9;
	longest = over ? (double)(stay[1].first - stay->before) / 1e9 : shortest;
	snprintf(what, sizeof(what), "%s %s lasted", endpoint->name, ws_state_name(state));
	ws_measured(what, "%.2f s", longest);
	ws_expected("%g s", seconds);
	ws_judge(over && longest >= seconds - early && shortest <= seconds + late, place,
		 "expected the %s to stay in %s for %g s (-%.3f +%.3f), it %s %.3f to %.3f s",
		 endpoint->name, ws_state_name(state), seconds, early, late,
		 over ? "stayed" : "is still there after", shortest, longest);
}

static unsigned number_of(struct ws_endpoint *endpoint, enum ws_number what)
{
	state_of(endpoint);
	switch (what) {
	case WS_RECV_Q:
		return endpoint->last.rqueue;
	case WS_SEND_Q:
		return endpoint->last.wqueue;
	case WS_OWNED:
		return endpoint->last.inode != 0;
	case WS_TIMER:
		return endpoint->last.timer;
	}
	return 0;
}

static bool number_is(void *context)
{
	struct wanted *wanted = context;

	wanted->seen = number_of(wanted->endpoint, wanted->what);
	return wanted->endpoint->last.state != WS_GONE && wanted->seen == wanted->value;
}

void ws_assert_number(struct ws_endpoint *endpoint, enum ws_number what, unsigned value,
		      const struct ws_place *place)
{
	static const char *const names[] = {
		[WS_RECV_Q] = "Recv-Q",
		[WS_SEND_Q] = "Send-Q",
		[WS_OWNED] = "owners (0 none, 1 some)",
		[WS_TIMER] = "timer (0 none, 1 on, 2 keepalive, 3 timewait, 4 persist)",
	};
	struct wanted wanted = {.endpoint = endpoint, .what = what, .value = value};
	bool right;

	must_exist(endpoint, place);
	right = ws_wait(number_is, &wanted, ws_deadline);
	ws_judge(right, place, "expected %s of the %s to be %u, seen %u in %s", names[what],
		 endpoint->name, value, wanted.seen, ws_state_name(endpoint->last.state));
}
