/* SPDX-License-Identifier: MIT */
/* Do the fixtures do what they say: sysctls, families, children, limits? */
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>
#include "fixtures/fixtures.h"
#include "fixtures/option_name.h"
#include "suites/claim.h"
#include "suites/self.h"

CHAPTER("self-tests: fixtures");

/* ----------------------------------------------------------------------------------- sysctls */

CLAIM("self.fixture.sysctl", HOLDS, "a sysctl is set on both hosts and reads back",
      "fixtures/stage.h")
{
	given_sysctl("net.ipv4.tcp_fin_timeout", "7");

	ASSERT_THAT(host_sysctl(WS_CLIENT, "net.ipv4.tcp_fin_timeout") == 7, "not the client's");
	ASSERT_THAT(host_sysctl(WS_SERVER, "net.ipv4.tcp_fin_timeout") == 7, "not the server's");
	given_sysctl("net.ipv4.tcp_fin_timeout", "8");
	ASSERT_THAT(host_sysctl(WS_CLIENT, "net.ipv4.tcp_fin_timeout") == 8, "not set again");
	given_connected_pair();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.fixture.sysctl-unknown", HOLDS, "a sysctl that this kernel does not have is a skip",
      "fixtures/stage.h")
{
	EXPECT_FAILURE(given_sysctl("net.ipv4.tcp_no_such_thing", "1"),
		       "skipped: this kernel has no sysctl net.ipv4.tcp_no_such_thing");
	EXPECT_FAILURE(host_sysctl(WS_CLIENT, "net.ipv4.tcp_no_such_thing"),
		       "skipped: this kernel has no sysctl net.ipv4.tcp_no_such_thing");
}

CLAIM("self.fixture.needs", HOLDS, "a claim that needs what a sysctl switches off is a skip",
      "fixtures/stage.h")
{
	given_sysctl("net.ipv4.tcp_sack", "1");
	needs_sysctl("net.ipv4.tcp_sack");
	ASSERT_OK(host_sysctl_write(WS_SERVER, "net.ipv4.tcp_sack", "0"));
	EXPECT_FAILURE(needs_sysctl("net.ipv4.tcp_sack"), "net.ipv4.tcp_sack is 0 here");

	given_sysctl("net.ipv4.tcp_syncookies", "1");
	needs_syn_recv();
	given_sysctl("net.ipv4.tcp_syncookies", "2");
	EXPECT_FAILURE(needs_syn_recv(), "with net.ipv4.tcp_syncookies 2 there is no SYN_RECV");
}

CLAIM("self.fixture.sysctl-refused", HOLDS, "a value that the kernel does not take is a failure",
      "fixtures/stage.h")
{
	EXPECT_FAILURE(given_sysctl("net.ipv4.tcp_fin_timeout", "soon"),
		       "net.ipv4.tcp_fin_timeout = soon: this kernel does not take that value");
	EXPECT_FAILURE(given_sysctl("kernel.hostname", "x"),
		       "it belongs to the machine, not to a network namespace");
}

CLAIM("self.fixture.sysctl-defaults", HOLDS, "each host starts with the values of fx_defaults",
      "fixtures/host.h", ON_WIRE)
{
	for (int side = 0; side < WS_SIDES; side++) {
		char value[64] = "";

		fx_host_enter(fx_host_of((enum ws_side)side));
		fx_sysctl_get("net.ipv4.tcp_congestion_control", value, sizeof(value));
		ASSERT_THAT(strcmp(value, "reno") == 0, "congestion control is %s", value);
		fx_sysctl_get("net.ipv4.tcp_rmem", value, sizeof(value));
		ASSERT_THAT(strcmp(value, "4096 131072 6291456") == 0, "tcp_rmem is %s", value);
	}
}

/* ------------------------------------------------------------------------------------- stage */

static int family_of(const struct ws_endpoint *endpoint)
{
	int family = 0;
	socklen_t length = sizeof(family);

	getsockopt(endpoint->fd, SOL_SOCKET, SO_DOMAIN, &family, &length);
	return family;
}

CLAIM("self.fixture.family", HOLDS,
      "packets are of the stage's family; a mapped server has an IPv6 socket all the same",
      "fixtures/stage.h")
{
	const struct fx_setup *setup = fx_current();

	given_listener(1);
	client_connect();
	server_accept();

	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ASSERT_THAT(ws_scene->transcript.entries[0].segment.src.family == setup->family,
		    "the SYN is of another family");
	ASSERT_THAT(family_of(client()) == setup->family, "the client's socket is of another");
	ASSERT_THAT(family_of(server()) == (setup->mapped ? AF_INET6 : setup->family),
		    "the server's socket is of family %d", family_of(server()));
	/* sock_diag must find both, whatever the sockets are */
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	ASSERT_STATE(listener(), TCP_LISTEN);
}

CLAIM("self.fixture.descriptor-limit", HOLDS, "exactly so many descriptors can still be opened",
      "fixtures/stage.h")
{
	given_descriptor_limit(2);

	for (int i = 0; i < 2; i++) {
		int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		ASSERT_THAT(fd >= 0, "number %d: %s", i + 1, strerror(errno));
		fx_keep(fd);
	}
	ASSERT_ERRNO(open("/dev/null", O_RDONLY | O_CLOEXEC), EMFILE);
}

CLAIM("self.fixture.two-pairs", HOLDS, "a second pair takes the place of the first", "fixtures/pair.h")
{
	given_connected_pair();
	client_send("first");
	given_connected_pair();

	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
	client_send("second");
	ASSERT_READS(server(), "second");
}

/* ---------------------------------------------------------------------------------- children */

CLAIM("self.fixture.child-exit", HOLDS, "a child keeps a socket open until it exits",
      "fixtures/child.h")
{
	struct fx_child *child;

	given_connected_pair();
	child = child_fork(CHILD_CLIENT);
	client_close();
	ASSERT_NO_PACKETS();
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);

	child_exit(child);

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
}

CLAIM("self.fixture.child-keeps-no-more", HOLDS, "a child keeps only the sockets it was told to",
      "fixtures/child.h")
{
	struct fx_child *child;

	given_connected_pair();
	child = child_fork(CHILD_SERVER);

	client_close();

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	server_close();
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
	child_kill(child);
	ASSERT_STATES(TCP_TIME_WAIT, WS_GONE);
}

CLAIM("self.fixture.server-process", HOLDS, "a server process holds its sockets alone",
      "fixtures/child.h")
{
	struct fx_child *child;

	given_connected_pair();
	child = server_process();
	ASSERT_OWNED(server());
	ASSERT_STATE(listener(), TCP_LISTEN);
	ASSERT_NO_PACKETS();

	child_kill(child);

	ASSERT_GONE(listener());
	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
}

static void nothing_to_do(void)
{
}

static void something_fails(void)
{
	_exit(3);
}

static void read_for_ever(void)
{
	fcntl(client()->fd, F_SETFL, 0);
	recv(client()->fd, &(char){0}, 1, 0);
}

CLAIM("self.fixture.sysctl-write", HOLDS, "a sysctl that a host does not take is an errno",
      "fixtures/stage.h")
{
	ASSERT_OK(host_sysctl_write(WS_SERVER, "net.ipv4.tcp_fin_timeout", "9"));
	ASSERT_THAT(host_sysctl(WS_SERVER, "net.ipv4.tcp_fin_timeout") == 9, "it is not set");
	ASSERT_ERRNO(host_sysctl_write(WS_SERVER, "net.ipv4.tcp_fin_timeout", "soon"), EINVAL);
	ASSERT_ERRNO(host_sysctl_write(WS_SERVER, "net.ipv4.tcp_no_such", "1"), ENOENT);
}

CLAIM("self.fixture.option-name", HOLDS, "a transcript names a socket option by its level and number",
      "setsockopt(2), socket(7), tcp(7)", PURE)
{
	static const struct {
		int level, name;
		const char *text;
	} options[] = {{SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"},
		       {IPPROTO_TCP, TCP_KEEPIDLE, "TCP_KEEPIDLE"},
		       {SOL_SOCKET, 0x7fff, NULL},
		       {IPPROTO_UDP, SO_KEEPALIVE, NULL}};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const char *text = fx_option_name(options[i].level, options[i].name);
		const char *wanted = options[i].text;

		ASSERT_THAT(wanted ? text && !strcmp(text, wanted) : !text, "%d, %d is named %s",
			    options[i].level, options[i].name, text ? text : "not at all");
	}
}

CLAIM("self.fixture.destroy", HOLDS, "a connection is destroyed once, whoever holds it",
      "fixtures/pair.h")
{
	given_connected_pair();
	ASSERT_OK(fx_destroy(client()));
	ASSERT_PACKETS(CLIENT | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_ERRNO(fx_destroy(client()), ENOENT);
}

CLAIM("self.fixture.disconnect", HOLDS, "a disconnected socket has no peer and connects again",
      "fixtures/pair.h; connect(2)")
{
	given_connected_pair();
	ASSERT_OK(fx_disconnect(client()));
	ASSERT_PACKETS(CLIENT | RST | ACK);
	ASSERT_STATES(WS_GONE, WS_GONE);
	ASSERT_OK(client_connect());
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}

CLAIM("self.fixture.child-wait", HOLDS, "a child that fails, or does not end, is a failure",
      "fixtures/child.h")
{
	struct fx_child *child;

	given_connected_pair();
	child_wait(child_run(nothing_to_do));
	EXPECT_FAILURE_WITHIN(ws_deadline, child_wait(child_run(something_fails)),
			      "the child ended with wait status 0x300");
	child = child_run(read_for_ever);
	child_blocks(child);
	EXPECT_FAILURE(child_wait(child), "the child still runs after");
	server_send("x");
	child_wait(child);
	ASSERT_PACKETS(SERVER | ACK | DATA(1), CLIENT | ACK);
	ASSERT_STATES(TCP_ESTABLISHED, TCP_ESTABLISHED);
}
