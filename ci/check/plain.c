/* SPDX-License-Identifier: MIT */
/* A plain CUnit program that uses wirestate's assertions; the README shows it. */
#include <CUnit/Basic.h>
#include <arpa/inet.h>
#include <unistd.h>
#include <wirestate.h>

/* With wirestate's fixtures: two hosts of our own, and a wire between them. */
static void half_close(void)
{
	given_hosts(AF_INET, FX_ON_WIRE);
	given_connected_pair();

	client_shutdown(SHUT_WR);

	ASSERT_PACKETS(CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
}

/* With sockets that the program made itself, wherever they are; here on loopback. */
static void my_own_sockets(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(addr);
	struct ws_scene scene;
	char problem[512];
	int listening, connected, accepted;

	given_hosts(AF_INET, FX_ON_LOOPBACK); /* a loopback of our own, without root */
	listening = socket(AF_INET, SOCK_STREAM, 0);
	connected = socket(AF_INET, SOCK_STREAM, 0);
	CU_ASSERT_EQUAL_FATAL(listen(listening, 1), 0); /* the kernel picks a port */
	getsockname(listening, (struct sockaddr *)&addr, &length);
	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

	ws_scene_init(&scene);
	CU_ASSERT_EQUAL_FATAL(ws_watch(&scene, "lo", ntohs(addr.sin_port), problem), 0);
	scene.client.diag = scene.server.diag = scene.listener.diag = ws_diag_open();
	ws_endpoint_from_fd(&scene.listener, listening);
	ASSERT_OK(connect(connected, (struct sockaddr *)&addr, sizeof(addr)));
	accepted = accept(listening, NULL, NULL);
	ws_endpoint_from_fd(&scene.client, connected);
	ws_endpoint_from_fd(&scene.server, accepted);

	ASSERT_PACKETS(CLIENT | SYN, SERVER | SYN | ACK, CLIENT | ACK);
	ws_scene_mark();
	close(accepted);
	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK);
	ASSERT_CLIENT_STATE(TCP_CLOSE_WAIT);
	ASSERT_PEER_STATE(TCP_FIN_WAIT2);

	close(connected);
	close(listening);
	ws_diag_close(scene.client.diag);
	ws_unwatch(&scene);
	ws_scene_clear(&scene);
}

int main(void)
{
	CU_pSuite suite;
	unsigned failures;

	CU_initialize_registry();
	/* fx_end() takes the hosts down, after a failed assertion too */
	suite = CU_add_suite_with_setup_and_teardown("my program", NULL, NULL, NULL, fx_end);
	CU_add_test(suite, "half close", half_close);
	CU_add_test(suite, "my own sockets", my_own_sockets);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failures = CU_get_number_of_failures();
	CU_cleanup_registry();
	return failures != 0;
}
