/* SPDX-License-Identifier: MIT */
/* Does sock_diag find each kind of socket, and only the one that was asked for? */
#include <string.h>
#include "fixtures/fixtures.h"
#include "suites/claim.h"
#include "suites/self.h"

CHAPTER("self-tests: sock_diag");

#define SOURCE "asserts/diag.h"

static struct ws_sock asked_for(struct fx_host *host, const struct ws_addr *local,
				const struct ws_addr *remote)
{
	struct ws_sock sock;
	int error = ws_diag_get(host->diag, local, remote, &sock);

	ASSERT_THAT(error == 0, "sock_diag cannot be asked: %s", strerror(-error));
	return sock;
}

static struct ws_sock asked_for_client(void)
{
	return asked_for(fx_host_of(WS_CLIENT), &client()->local, &client()->remote);
}

static struct ws_sock asked_for_server(void)
{
	return asked_for(fx_host_of(WS_SERVER), &server()->local, &server()->remote);
}

CLAIM("self.diag.established", HOLDS, "a connection is found with its addresses and its owner",
      SOURCE)
{
	struct ws_sock sock;

	given_connected_pair();

	sock = asked_for_server();

	ASSERT_THAT(sock.state == TCP_ESTABLISHED, "it is %s", ws_state_name(sock.state));
	ASSERT_THAT(ws_addr_equal(&sock.local, &server()->local), "another local address");
	ASSERT_THAT(ws_addr_equal(&sock.remote, &client()->local), "another remote address");
	ASSERT_THAT(sock.inode != 0, "nobody owns it");
	ASSERT_THAT(sock.has_info, "there is no tcp_info");
}

CLAIM("self.diag.syn-recv", HOLDS, "a request in SYN_RECV is found by its addresses", SOURCE,
      ON_WIRE)
{
	given_listener(1);
	wire_freeze();
	client_connect_begin();
	wire_deliver(1);

	ASSERT_THAT(asked_for_client().state == TCP_SYN_SENT, "the client is not in SYN_SENT");
	ASSERT_THAT(asked_for_server().state == TCP_SYN_RECV, "the server is not in SYN_RECV");
	ASSERT_THAT(asked_for_server().inode == 0, "a process owns the request");
}

CLAIM("self.diag.time-wait", HOLDS, "a socket in TIME_WAIT is found, without owner and tcp_info",
      SOURCE)
{
	struct ws_sock sock;

	given_connected_pair();
	client_close();
	server_close();
	ASSERT_CLIENT_STATE(TCP_TIME_WAIT);

	sock = asked_for_client();

	ASSERT_THAT(sock.state == TCP_TIME_WAIT, "it is %s", ws_state_name(sock.state));
	ASSERT_THAT(sock.inode == 0 && !sock.has_info, "it is a full socket");
	ASSERT_THAT(sock.timer == WS_TIMER_TIMEWAIT, "its timer is %d", sock.timer);
}

CLAIM("self.diag.gone", HOLDS,
      "where no connection is, nothing is found, and not the listener in its place", SOURCE)
{
	given_connected_pair();
	ASSERT_STATE(listener(), TCP_LISTEN);
	client_close();
	server_close();

	ASSERT_GONE(server());
	ASSERT_THAT(asked_for_server().state == WS_GONE, "it is %s",
		    ws_state_name(asked_for_server().state));
	ASSERT_STATE(listener(), TCP_LISTEN);
}

CLAIM("self.diag.listener", HOLDS, "the listener is found, and not a connection in its place",
      SOURCE)
{
	const struct ws_addr nobody = {.family = AF_UNSPEC};
	struct ws_addr local;

	given_connected_pair();
	local = server()->local;

	ASSERT_THAT(asked_for(fx_host_of(WS_SERVER), &local, &nobody).state == TCP_LISTEN,
		    "the listener is not found");
	listener_close();
	ASSERT_THAT(asked_for(fx_host_of(WS_SERVER), &local, &nobody).state == WS_GONE,
		    "something is found in the place of the listener");
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.diag.isolated", HOLDS, "a connection is not seen from the other host", SOURCE, ON_WIRE)
{
	given_connected_pair();

	ASSERT_THAT(asked_for_client().state == TCP_ESTABLISHED, "it is not on its own host");
	ASSERT_THAT(asked_for(fx_host_of(WS_SERVER), &client()->local, &client()->remote).state ==
			    WS_GONE,
		    "the server's host shows the client's socket");
	ASSERT_THAT(asked_for(fx_host_of(WS_CLIENT), &server()->local, &server()->remote).state ==
			    WS_GONE,
		    "the client's host shows the server's socket");
}

/* how many sockets of each state a dump listed */
static void count_state(const struct ws_sock *sock, void *context)
{
	unsigned *counts = context;

	counts[sock->state]++;
}

CLAIM("self.diag.dump", HOLDS, "a dump lists every socket of the host once", SOURCE, ON_WIRE)
{
	unsigned counts[32] = {0};
	int listed;

	given_connected_pair();
	given_more_clients(3);

	listed = ws_diag_dump(fx_host_of(WS_SERVER)->diag, fx_current()->family, count_state,
			      counts);

	ASSERT_THAT(counts[TCP_ESTABLISHED] == 4, "%u are ESTABLISHED", counts[TCP_ESTABLISHED]);
	ASSERT_THAT(listed >= 4, "%d sockets are listed", listed);
	listed = ws_diag_dump(fx_host_of(WS_CLIENT)->diag, fx_current()->family, count_state,
			      counts);
	ASSERT_THAT(listed == 4 && counts[TCP_ESTABLISHED] == 8, "%d sockets are listed", listed);
}

CLAIM("self.diag.destroy", HOLDS, "ws_diag_destroy() ends the connection with RST",
      "asserts/diag.h; ss(8) -K")
{
	int error;

	given_connected_pair();

	error = ws_diag_destroy(fx_host_of(WS_CLIENT)->diag, &client()->local, &client()->remote);
	if (error == -EOPNOTSUPP)
		SKIP("this kernel is built without CONFIG_INET_DIAG_DESTROY");

	ASSERT_THAT(error == 0, "it fails: %s", strerror(-error));
	ASSERT_PACKETS(CLIENT | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
	error = ws_diag_destroy(fx_host_of(WS_CLIENT)->diag, &client()->local, &client()->remote);
	ASSERT_THAT(error == -ENOENT, "of a socket that is gone it says %d", error);
}
