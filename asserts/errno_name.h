/* SPDX-License-Identifier: MIT */
/*
 * The names of error numbers: strerrorname_np(3) is missing in musl and in glibc before 2.32.
 */
#ifndef WIRESTATE_ERRNO_NAME_H
#define WIRESTATE_ERRNO_NAME_H

/** "ECONNREFUSED" for any errno that a call on a socket or descriptor can set, "0" for 0, "errno ?"
 *  for the rest. Static. */
const char *ws_errno_name(int error);

#endif
