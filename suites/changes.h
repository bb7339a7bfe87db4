/* SPDX-License-Identifier: MIT */
/*
 * Changes to the kernel that claims know: which releases have them (asserts/kernel.h). Stable series that
 * are not named do not have them, as far as is known.
 */
#ifndef WIRESTATE_CHANGES_H
#define WIRESTATE_CHANGES_H

#include "asserts/kernel.h"

/** A RST in the window, but not at its left edge, no longer removes a request in SYN_RECV: it draws a
 *  challenge ACK (CVE-2026-68118). One with an ACK that is wrong is no longer given to the listener. */
extern const struct ws_change rst_in_syn_recv_is_checked;

/** A listener takes one request in SYN_RECV more than its backlog; before it was full with as many. */
extern const struct ws_change backlog_takes_one_request_more;

/** A third ACK whose TSecr is no TSval of the SYN-ACKs is answered and dropped, not taken. */
extern const struct ws_change tsecr_in_syn_recv_is_checked;

/** The SYN-ACK of a simultaneous open, which crossed ours, is taken in SYN_RECV, not challenged. */
extern const struct ws_change syn_ack_in_syn_recv_is_taken;

/** An ACK of what was not sent yet is answered; before it was dropped in silence. */
extern const struct ws_change ack_of_unsent_is_answered;

/** An older pure ACK that PAWS rejects is dropped in silence; before it was answered. */
extern const struct ws_change paws_reject_of_old_ack_is_silent;

/** Data that comes with an old ACK updates TS.Recent, as all accepted data does. */
extern const struct ws_change old_ack_refreshes_ts_recent;

/** The timestamps of two connections of the same hosts start at different offsets (CVE-2026-23247). */
extern const struct ws_change timestamp_offset_has_ports;

/** A segment that ends beyond the window is dropped, not queued whole, unless the queue is empty. */
extern const struct ws_change end_beyond_window_is_dropped;

/** connect() does not take the port of an orphan in FIN_WAIT2, as tcp_tw_reuse lets it of a TIME_WAIT. */
extern const struct ws_change fin_wait_2_is_not_reused;

/** tcp_rmem and its minimum below a page of 4096 bytes: EINVAL. */
extern const struct ws_change tcp_rmem_is_at_least_4096;

/** SOCK_DESTROY removes a TIME_WAIT. */
extern const struct ws_change destroy_of_time_wait;

/** SOCK_DESTROY ends a socket that no process has any more. */
extern const struct ws_change destroy_of_orphans;

/** connect(AF_UNSPEC) while another thread waits in recv() works; what forbade it came in 5.10.183. */
extern const struct ws_change disconnect_under_a_reader;

#endif
