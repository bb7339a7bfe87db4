/* SPDX-License-Identifier: MIT */
/* Why the claims of kill.c are so. */
#include "suites/explain.h"

EXPLAIN("kill.clean",
	WHY("RFC 9293 3.6 starts a close with the CLOSE call of the user. For a process that dies, "
	    "the kernel makes that call, whatever the signal was, for the descriptors are the "
	    "kernel's to close. The end that sends the first FIN is the one that has to wait in "
	    "TIME_WAIT."),
	KERNEL("do_exit() in kernel/exit.c calls exit_files() in fs/file.c. Where a descriptor "
	       "held the last reference, sock_close() in net/socket.c, inet_release() in "
	       "net/ipv4/af_inet.c and tcp_close() in net/ipv4/tcp.c follow, as they do after "
	       "close(2)."),
	ADVICE("No signal handler is needed to get the FIN out. A server that is killed and "
	       "started again meets its own TIME_WAIT: set SO_REUSEADDR on the listener before "
	       "bind(), always, or bind() fails with EADDRINUSE for a minute."));

EXPLAIN("kill.unread-data",
	WHY("After a FIN the peer would believe that all it sent was taken. RFC 9293 3.6.1 "
	    "(SHLD-3) and RFC 2525 2.17 ask for RST where received data is thrown away, so that "
	    "the loss is seen. The article saw the FIN only, and leaves this condition out."),
	KERNEL("tcp_close() in net/ipv4/tcp.c empties sk_receive_queue. If bytes were in it that "
	       "nobody had read it goes to TCP_CLOSE, calls tcp_send_active_reset() in "
	       "net/ipv4/tcp_output.c and counts TCPAbortOnClose; a FIN alone in the queue does "
	       "not count as data."),
	ADVICE("A client must take ECONNRESET as \"some of my data was not processed\", not as a "
	       "network fault. A server that wants a clean end calls shutdown(SHUT_WR) and reads "
	       "until recv() gives 0. nstat -az TcpExtTCPAbortOnClose counts the others."));

EXPLAIN("kill.shared-with-child",
	WHY("A connection belongs to the socket, and fork(2) makes two processes refer to the same "
	    "one. The CLOSE of RFC 9293 3.10.4 comes with the last reference only, so the death of "
	    "one of its holders is no event for TCP."),
	KERNEL("dup_fd() in fs/file.c takes a reference to each open file for the child, and "
	       "filp_close() in fs/open.c gives one back. Only with the last does __fput() in "
	       "fs/file_table.c run sock_close() in net/socket.c, and so tcp_close()."),
	ADVICE("Close the accepted socket in the parent and the listener in the child right after "
	       "fork(), and open both with SOCK_CLOEXEC. ss -tnp lists all holders of a "
	       "connection; shutdown(2) ends it whoever they are."));

EXPLAIN("kill.pending-send",
	WHY("RFC 9293 3.10.4 queues a CLOSE behind all SENDs before it. What send() accepted is in "
	    "the kernel's hands, and needs the process no longer; the FIN has the sequence number "
	    "after the last byte."),
	KERNEL("tcp_close() in net/ipv4/tcp.c enters FIN_WAIT1 and tcp_send_fin() in "
	       "net/ipv4/tcp_output.c puts the FIN on the last unsent segment and pushes it with "
	       "Nagle off. The orphan retransmits for as long as tcp_orphan_retries() in "
	       "net/ipv4/tcp_timer.c lets it."),
	ADVICE("Do not take a successful send() for delivery: after the exit nobody is left to be "
	       "told of a failure. Let the peer confirm in the application's protocol. The sysctl "
	       "tcp_orphan_retries bounds how long the kernel goes on trying."));
