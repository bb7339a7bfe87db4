/* SPDX-License-Identifier: MIT */
/*
 * Changes to the kernel that claims know, by the titles and releases of the stable changelogs. Measured on
 * Debian's kernels of 5.10, 6.1, 6.12 and 6.18 to 7.3 (ci/pairs); series that Debian does not have, such as 5.15
 * and 6.6, are named where a changelog or an advisory does.
 */
#include "suites/changes.h"

/* series as CVE-2026-68118 names them; 6.1 by Debian's 6.1.191 */
const struct ws_change rst_in_syn_recv_is_checked = {
	.title = "tcp: challenge ACK for non-exact RST in SYN-RECEIVED",
	.since = "6.1.191 6.6.153 6.12.105 6.18.42 7.1.6",
};

/* the stable releases of January 2025; measured: 5.10.223 has it not, 5.10.251 has */
const struct ws_change backlog_takes_one_request_more = {
	.title = "tcp/dccp: allow a connection when sk_max_ack_backlog is zero",
	.since = "5.10.234 5.15.177 6.1.125 6.6.72 6.12.10 6.13",
};

const struct ws_change tsecr_in_syn_recv_is_checked = {
	.title = "tcp: be less liberal in TSEcr received while in SYN_RECV state",
	.since = "6.14.9 6.15",
};

const struct ws_change syn_ack_in_syn_recv_is_taken = {
	.title = "tcp: Don't drop SYN+ACK for simultaneous connect().",
	.since = "6.1.110 6.6.51 6.10.10 6.11",
};

/* 6.18 by its announcement of 6.18.33 */
const struct ws_change ack_of_unsent_is_answered = {
	.title = "tcp: send a challenge ACK on SEG.ACK > SND.NXT",
	.since = "6.18.33 7.0.10",
};

/* merged for 6.14; measured: 6.12.118 has it not, 6.18.15 has */
const struct ws_change paws_reject_of_old_ack_is_silent = {
	.title = "tcp: add TCP_RFC7323_PAWS_ACK drop reason",
	.since = "6.14",
};

/* of September 2026: 6.18.44 has it not; which later 6.18 has, is not known here */
const struct ws_change old_ack_refreshes_ts_recent = {
	.title = "tcp: refresh TS.Recent for accepted old ACKs",
	.since = "6.1.191 6.12.113 7.2.10",
};

/* 6.18 by its announcement of 6.18.17 */
const struct ws_change timestamp_offset_has_ports = {
	.title = "tcp: secure_seq: add back ports to TS offset",
	.since = "6.1.191 6.12.94 6.18.17 6.19.7",
};

const struct ws_change end_beyond_window_is_dropped = {
	.title = "tcp: do not accept packets beyond window",
	.since = "6.17",
};

const struct ws_change fin_wait_2_is_not_reused = {
	.title = "tcp: avoid reusing FIN_WAIT2 when trying to find port in connect() process",
	.since = "5.10.227 5.15.168 6.1.113 6.6.55 6.10.14 6.11.3",
};

/* 6.18.44 has it not; which later 6.18 has, is not known here */
const struct ws_change tcp_rmem_is_at_least_4096 = {
	.title = "tcp: do not let tcp_rmem be set below 4096",
	.since = "6.1.189 6.12.112 7.2.8",
};

/* 5.10 has it not and 6.1 has; its title and its release between them are not known here */
const struct ws_change destroy_of_time_wait = {
	.title = "tcp_abort() of TIME_WAIT",
	.since = "6.1",
};

/* the release of 6.6 that took it is not known here */
const struct ws_change destroy_of_orphans = {
	.title = "tcp: fix forever orphan socket caused by tcp_abort",
	.since = "6.1.132 6.10.8 6.11",
};

/* 5.10 never took it; the release of 5.15 that did is not known here */
const struct ws_change disconnect_under_a_reader = {
	.title = "tcp: allow again tcp_disconnect() when threads are waiting",
	.since = "6.1.60 6.5.9",
};
