/* SPDX-License-Identifier: MIT */
/* Why the claims of summary.c are so. */
#include "suites/explain.h"

EXPLAIN("close.exit-recycles",
	WHY("RFC 9293 knows a CLOSE call of the user and nothing of processes. An operating system "
	    "that ends a process makes that call for it, for _exit(2) closes every descriptor; so "
	    "the peer cannot tell an exit from a close()."),
	KERNEL("exit_files() in fs/file.c drops each descriptor; where it was the last one, "
	       "sock_close() in net/socket.c ends in tcp_close(), the function that close(2) ends "
	       "in too."),
	ADVICE("Do not count on it to finish an exchange: what the peer sends after the exit is "
	       "answered with RST, and what came before and nobody had read turns the FIN into a "
	       "RST. Shut down, read to the end, then exit."));
