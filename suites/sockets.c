/* SPDX-License-Identifier: MIT */
/* What sockets, sysctls and sock_diag do otherwise since some release: suites/changes.h. */
#include <unistd.h>
#include "asserts/wait.h"
#include "fixtures/fixtures.h"
#include "suites/changes.h"
#include "suites/claim.h"

CHAPTER("What changed between releases: sockets and sysctls");

CLAIM("sockets.tcp_rmem-minimum", QUALIFIED, "tcp_rmem takes no value below 4096 bytes: EINVAL",
      "ip-sysctl.rst, tcp_rmem", ON_LOOPBACK,
      BUT("kernels without \"do not let tcp_rmem be set below 4096\" take any from 1 on"))
{
	static const char rmem[] = "net.ipv4.tcp_rmem";

	ASSERT_OK(host_sysctl_write(WS_CLIENT, rmem, "4096 65536 4194304"));
	if (KERNEL_HAS(tcp_rmem_is_at_least_4096))
		ASSERT_ERRNO(host_sysctl_write(WS_CLIENT, rmem, "4095 65536 4194304"), EINVAL);
	else
		ASSERT_OK(host_sysctl_write(WS_CLIENT, rmem, "4095 65536 4194304"));
}

/* By the kernel's own retransmissions, which are all that is sent: tcp_tw_reuse wants more than a second,
 * counted in whole seconds (tcp_twsk_unique() in net/ipv4/tcp_ipv4.c). */
static bool two_seconds_passed(void *context)
{
	const struct ws_transcript *transcript = &ws_scene->transcript;

	(void)context;
	return transcript->count > transcript->mark &&
	       transcript->entries[transcript->count - 1].at -
			       transcript->entries[transcript->mark].at >
		       2000000000;
}

CLAIM("sockets.tw_reuse-of-fin-wait-2", QUALIFIED,
      "tcp_tw_reuse=1 does not let connect take the port of a connection that is still in FIN_WAIT2",
      "ip-sysctl.rst, tcp_tw_reuse", ON_WIRE, WAITS(3),
      BUT("kernels without \"avoid reusing FIN_WAIT2 when trying to find port in connect()\" take it, as of one in TIME_WAIT"))
{
	struct ws_endpoint former, peer;

	needs_sysctl("net.ipv4.tcp_timestamps");
	given_sysctl("net.ipv4.tcp_tw_reuse", "1");
	given_sysctl("net.ipv4.tcp_fin_timeout",
		     "60"); /* longer, and it is no tcp_timewait_sock yet */
	given_sysctl("net.ipv4.tcp_orphan_retries", "0"); /* the server goes on for two seconds */
	/* the port must not be bound explicitly: connect would take that one anyway */
	given_sysctl("net.ipv4.ip_local_port_range", "50001 50001");
	given_sysctl("net.ipv4.tcp_early_retrans", "0"); /* the same repeats in every run */
	given_connected_pair();
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	former = *client();
	peer = *server();
	wire_drop(ANYTHING, WIRE_ALL);
	observe_from_here();

	client_socket(); /* and the server closes: its FIN is lost again and again */
	ASSERT_ERRNO(client_connect_begin(), EADDRNOTAVAIL);
	ASSERT_THAT(ws_wait(two_seconds_passed, NULL, 20.0), "the server does not repeat its FIN");

	if (KERNEL_HAS(fin_wait_2_is_not_reused)) {
		ASSERT_ERRNO(client_connect_begin(), EADDRNOTAVAIL);
		ASSERT_STATE(&former, TCP_FIN_WAIT2);
		ASSERT_STATE(&peer, TCP_LAST_ACK);
		ASSERT_PACKETS(SERVER | FIN | ACK | DROPPED | MAY_REPEAT);
	} else {
		client_connect_begin();
		ASSERT_STATES(TCP_SYN_SENT, TCP_LAST_ACK);
		ASSERT_PACKETS(SERVER | FIN | ACK | DROPPED | MAY_REPEAT, CLIENT | SYN | DROPPED);
	}
}

CLAIM("sockets.bound-port-replaces-fin-wait-2", EXTENDS,
      "with timestamps a connect from a port that was bound takes the place of a connection in FIN_WAIT2 at "
      "once, whatever tcp_tw_reuse is",
      "tcp_twsk_unique() in net/ipv4/tcp_ipv4.c", ON_WIRE)
{
	enum { PORT = FX_PORT + 1 };

	needs_sysctl("net.ipv4.tcp_timestamps");
	given_sysctl("net.ipv4.tcp_tw_reuse", "0");
	given_sysctl("net.ipv4.tcp_fin_timeout",
		     "60"); /* longer, and it is no tcp_timewait_sock yet */
	given_listener(1);
	client_socket();
	client_bind(PORT);
	client_connect();
	server_accept();
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	wire_drop(ANYTHING, WIRE_ALL);
	observe_from_here();

	client_socket(); /* and the server closes */
	client_bind(PORT);
	client_connect_begin();

	ASSERT_PACKETS(SERVER | FIN | ACK | DROPPED | MAY_REPEAT, CLIENT | SYN | DROPPED);
	ASSERT_STATES(TCP_SYN_SENT, TCP_LAST_ACK);
	ASSERT_THAT(host_connections(WS_CLIENT) == 1, "FIN_WAIT2 is still there");
}

CLAIM("sockets.destroy-time-wait", QUALIFIED, "ss -K removes a TIME_WAIT, without a packet",
      "ss(8); tcp_abort() in net/ipv4/tcp.c", BUT("5.10 does not: EOPNOTSUPP"))
{
	given_time_wait();

	if (KERNEL_HAS(destroy_of_time_wait)) {
		ASSERT_OK(fx_destroy(client()));
		ASSERT_STATES(WS_GONE, WS_GONE);
	} else {
		ASSERT_ERRNO(fx_destroy(client()), EOPNOTSUPP);
		ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
	}
	ASSERT_NO_PACKETS();
}

CLAIM("sockets.destroy-orphan", QUALIFIED,
      "ss -K ends, with RST, a connection in FIN_WAIT1 that no process holds any more",
      "ss(8); tcp_abort() in net/ipv4/tcp.c", ON_WIRE,
      BUT("kernels without \"fix forever orphan socket caused by tcp_abort\" say so, and do nothing"))
{
	given_connected_pair();
	wire_drop(SERVER | ACK, WIRE_ALL);
	client_close();
	ASSERT_STATES(TCP_FIN_WAIT1, TCP_CLOSE_WAIT);
	ASSERT_NO_OWNER(client());
	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK | DROPPED);
	observe_from_here();

	ASSERT_OK(fx_destroy(client()));

	if (KERNEL_HAS(destroy_of_orphans)) {
		ASSERT_PACKETS(CLIENT | RST | ACK);
		ASSERT_STATES(WS_GONE, WS_GONE);
	} else {
		ASSERT_NO_PACKETS();
		ASSERT_STATES(TCP_FIN_WAIT1, TCP_CLOSE_WAIT);
	}
}

static void recv_ends_with_epipe(void)
{
	_exit(child_receive() == EPIPE ? 0 : 1);
}

CLAIM("sockets.disconnect-under-reader", QUALIFIED,
      "connect(AF_UNSPEC) dissolves a connection with RST, also while a process waits in recv, which gets EPIPE",
      "connect(2)", BUT("with \"deny tcp_disconnect() when threads are waiting\" it fails with EBUSY"))
{
	struct fx_child *reader;

	given_connected_pair();
	reader = child_run(recv_ends_with_epipe);
	child_blocks(reader);

	if (KERNEL_HAS(disconnect_under_a_reader)) {
		ASSERT_OK(fx_disconnect(client()));
		child_wait(reader);
		ASSERT_PACKETS(CLIENT | RST | ACK);
		ASSERT_STATES(WS_GONE, WS_GONE);
	} else {
		ASSERT_ERRNO(fx_disconnect(client()), EBUSY);
		ASSERT_NO_PACKETS();
		ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
		child_kill(reader);
	}
}
