/* SPDX-License-Identifier: MIT */
/*
 * Why a claim is so. The claims of close.c are explained in explain_close.c, in the same order:
 *
 *   EXPLAIN("close.client-only",
 *           WHY("FIN ends one direction only, so …"),
 *           KERNEL("tcp_fin() in net/ipv4/tcp_input.c moves ESTABLISHED to CLOSE_WAIT …"),
 *           ADVICE("A recv() that returns 0 means …"));
 *
 * `wirestate explain` prints it, and the HTML report shows it beside the claim. `make check` holds every
 * claim to having one, and every explanation to having a claim.
 */
#ifndef WIRESTATE_EXPLAIN_H
#define WIRESTATE_EXPLAIN_H

#include "suites/claim.h"

struct ws_explanation {
	const char *id;     /**< of the claim */
	const char *why;    /**< what the protocol asks for, and why; names the RFC's section */
	const char *kernel; /**< which functions of Linux do it, with their file */
	const char *advice; /**< what a programmer or administrator should do about it */
};

#define WHY(text)    .why = text
#define KERNEL(text) .kernel = text
#define ADVICE(text) .advice = text

/** An explanation; the runner finds it in the linker section "ws_explanations". */
#define EXPLAIN(id_, ...)                                                                          \
	static const struct ws_explanation WS_JOIN(explanation_, __LINE__) = {.id = (id_),         \
									      __VA_ARGS__};        \
	__attribute__((section("ws_explanations"),                                                 \
		       used)) static const struct ws_explanation *const                            \
	WS_JOIN(explanation_entry_, __LINE__) = &WS_JOIN(explanation_, __LINE__)

/** All explanations linked into this program; weak, for there may be none. */
extern const struct ws_explanation *const __start_ws_explanations[] __attribute__((weak));
extern const struct ws_explanation *const __stop_ws_explanations[] __attribute__((weak));

#endif
