/* SPDX-License-Identifier: MIT */
/*
 * How a claim is written. One claim is one sentence about TCP and one CUnit test:
 *
 *   CHAPTER("Disconnection, scenario 1: the client calls close, the server does not");
 *
 *   CLAIM("close.client-only", HOLDS,
 *         "the client sends FIN, the server answers ACK; FIN_WAIT2 and CLOSE_WAIT",
 *         "article, disconnection scenario 1; RFC 9293 3.6")
 *   {
 *           given_connected_pair();
 *
 *           client_close();
 *
 *           ASSERT_PACKETS(CLIENT|FIN|ACK, SERVER|ACK);
 *           ASSERT_STATES(TCP_FIN_WAIT2, TCP_CLOSE_WAIT);
 *   }
 *
 * After the source come, in any order, words that say where the claim makes sense: ON_WIRE, SLOW …
 * The claims of a file belong to the CHAPTER above them; the runner finds them in the linker
 * section "ws_claims", files in link order, claims in the order of their lines.
 */
#ifndef WIRESTATE_CLAIM_H
#define WIRESTATE_CLAIM_H

#include <stddef.h>

/** What the test shows about the *source's* sentence. Whether the *test* passes is another thing. */
enum ws_verdict {
	HOLDS,     /**< the sentence is true */
	REFUTED,   /**< the kernel does something else; the test asserts what it does */
	QUALIFIED, /**< true under a condition only; the test shows both sides */
	EXTENDS,   /**< the source is silent; the test adds what happens */
};

/** Which links a claim runs on. 0 means both the wire and loopback. */
enum ws_links {
	WS_LINK_ANY = 0,
	WS_LINK_WIRE = 1,
	WS_LINK_LOOPBACK = 2,
	WS_LINK_NONE = 4, /* no hosts at all: pure functions */
};

struct ws_claim {
	const char *id;     /**< "close.client-only": unique, [a-z0-9._-]; NULL for a chapter */
	const char *says;   /**< the sentence; for a chapter its title */
	const char *source; /**< article case, RFC section, man page */
	enum ws_verdict verdict;
	void (*body)(void);
	const char *file;
	int line;

	/* set by the words below */
	const char *but;         /**< REFUTED, QUALIFIED: what Linux does instead, or when */
	enum ws_links links;     /**< where it runs */
	const char *tags;        /**< space-separated; "slow" is left out of `make test` */
	const char *sysctl;      /**< the sysctl whose values the claim is run for */
	const char *values;      /**< space-separated, one instance each */
	const char *slow_values; /**< the same, instances that carry the tag slow */
	const char *follows;     /**< space-separated sysctls that its expectations follow */
	double waits;            /**< seconds spent waiting for kernel timers; 0 = hardly any */
};

#define ON_WIRE         .links = WS_LINK_WIRE     /**< needs loss, order or time under control */
#define ON_LOOPBACK     .links = WS_LINK_LOOPBACK /**< needs both ends on one host */
#define PURE            .links = WS_LINK_NONE     /**< needs no hosts */
#define SLOW            .tags = "slow"            /**< more than about ten seconds */
#define TAGS(text)      .tags = text
#define BUT(text)       .but = text      /**< what the kernel does instead */
#define WAITS(seconds)  .waits = seconds /**< most of the time goes to a kernel timer */
#define WAITS_ITS_VALUE .waits = -1      /**< with FOR_EACH: as many seconds as the value says */
/** The expectations follow these sysctls, space-separated: `wirestate sweep` runs the claim with other
 *  values of them. A claim that sets a sysctl itself does not follow it. */
#define FOLLOWS(names) .follows = names
/** Run once for each value of a sysctl, which it follows: FOR_EACH("net.ipv4.tcp_fin_timeout", "1 2 5", "60"). */
#define FOR_EACH(name, quick, slow) .sysctl = name, .values = quick, .slow_values = slow

#define WS_JOIN2(a, b) a##b
#define WS_JOIN(a, b)  WS_JOIN2(a, b)
#define WS_IN_SECTION  __attribute__((section("ws_claims"), used))

/** Start a chapter: the heading under which the report lists the claims that follow. */
#define CHAPTER(title)                                                                             \
	static const struct ws_claim WS_JOIN(chapter_, __LINE__) = {                               \
		.says = (title), .file = __FILE__, .line = __LINE__};                              \
	WS_IN_SECTION static const struct ws_claim *const WS_JOIN(chapter_entry_, __LINE__) =      \
		&WS_JOIN(chapter_, __LINE__)

/** A claim; the function body follows. See the top of this file. */
#define CLAIM(id_, verdict_, says_, source_, ...)                                                  \
	static void WS_JOIN(claim_, __LINE__)(void);                                               \
	static const struct ws_claim WS_JOIN(claim_info_,                                          \
					     __LINE__) = {.id = (id_),                             \
							  .says = (says_),                         \
							  .source = (source_),                     \
							  .verdict = (verdict_),                   \
							  .body = WS_JOIN(claim_, __LINE__),       \
							  .file = __FILE__,                        \
							  .line = __LINE__,                        \
							  __VA_ARGS__};                            \
	WS_IN_SECTION static const struct ws_claim *const WS_JOIN(claim_entry_, __LINE__) =        \
		&WS_JOIN(claim_info_, __LINE__);                                                   \
	static void WS_JOIN(claim_, __LINE__)(void)

/** All claims and chapters linked into this program. */
extern const struct ws_claim *const __start_ws_claims[];
extern const struct ws_claim *const __stop_ws_claims[];

#endif
