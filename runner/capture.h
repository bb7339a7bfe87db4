/* SPDX-License-Identifier: MIT */
/* A claim's packets as a file that Wireshark and tcpdump open. */
#ifndef WIRESTATE_CAPTURE_H
#define WIRESTATE_CAPTURE_H

#include "runner/result.h"
#include "runner/story.h"

/** What a capture says of itself; texts may be NULL. */
struct capture {
	const struct story *story;
	const char *sentence; /* comment of the section: what the claim says */
	const char *os;       /* "Linux 6.18.44" */
	const char *hardware; /* "x86_64" */
};

/**
 * Write a pcapng file (draft-ietf-opsawg-pcapng): two interfaces, client and server, without link
 * layer and with nanosecond times; each segment on the interface of its sender in the order of sending, with the socket
 * calls and state changes since the one before as comments, and what became of it. Bytes beyond those that
 * events keep (stream.c) are missing; their number is told.
 * @return 0 or a negative errno; the file is then as it was
 */
int capture_pcapng(const struct capture *capture, const char *path);

/** The same packets as a classic pcap file with nanosecond times and nothing else. */
int capture_pcap(const struct capture *capture, const char *path);

/**
 * Write the capture of an instance to a file named after it in `directory`, which is made if need be.
 * @param classic pcap instead of pcapng
 * @param path set to that file, to be freed; NULL when memory is out
 * @return 0 or a negative errno: the file is then not there, or as it was
 */
int capture_save(const struct run *run, size_t index, const char *directory, bool classic,
		 char **path);

#endif
