/* SPDX-License-Identifier: MIT */
/* What the article's disconnection summary says beyond its scenarios. */
#include "fixtures/fixtures.h"
#include "suites/claim.h"

CHAPTER("Disconnection, summary");

CLAIM("close.exit-recycles", HOLDS,
      "when a process exits without close the system closes for it: the same packets and states",
      "article, disconnection summary 4; _exit(2)")
{
	given_connected_pair();

	child_exit(server_process());
	ASSERT_STATES(TCP_CLOSE_WAIT, TCP_FIN_WAIT2);
	ASSERT_NO_OWNER(server());
	client_close();

	ASSERT_PACKETS(SERVER | FIN | ACK, CLIENT | ACK, CLIENT | FIN | ACK, SERVER | ACK);
	ASSERT_STATES(WS_GONE, TCP_TIME_WAIT);
}
