/* SPDX-License-Identifier: MIT */
/*
 * Which release this kernel is, for expectations that depend on it. Fixes go into several stable
 * series, and a later series may lack what an earlier one has: so a change is described by the
 * releases it came with, never by one number.
 */
#ifndef WIRESTATE_KERNEL_H
#define WIRESTATE_KERNEL_H

#include <stdbool.h>

/** A change to the kernel that its TCP shows. */
struct ws_change {
	const char *title; /* of the commit, as changelogs have it: "tcp: …" */
	/** The first release of each series that has it: "6.1.191 6.12.105 7.1.6". Every series after the
	 *  last one named has it from its start, a series in between that is not named has not. */
	const char *since;
};

/** The upstream release this kernel is built from, "6.12.105", also where its name hides it (Debian's
 *  5.10.0-46-amd64 is 5.10.262, Ubuntu's 6.8.0-45-generic 6.8.12). Static. */
const char *ws_kernel_release(void);

/** Does a release, "6.12.105", have what came with `since`? */
bool ws_release_has(const char *release, const char *since);

/** Does this kernel have the change, going by its release? It becomes a premise of the claim: a
 *  failure names it, and so does a diff of two kernels. */
bool ws_kernel_has(const struct ws_change *change);

/** ws_kernel_has() of a `const struct ws_change`. */
#define KERNEL_HAS(change) ws_kernel_has(&(change))

#endif
