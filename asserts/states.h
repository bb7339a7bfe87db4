/* SPDX-License-Identifier: MIT */
/*
 * The names of TCP states: numbers as in <netinet/tcp.h>, words as ss(8) prints them.
 */
#ifndef WIRESTATE_STATES_H
#define WIRESTATE_STATES_H

/** "No such socket": what a state is when sock_diag finds nothing. */
#define WS_GONE 0

/** "ESTAB", "FIN-WAIT-2", … as ss(8); "gone" for WS_GONE, "?" for what is unknown. Static. */
const char *ws_state_name(int state);

#endif
