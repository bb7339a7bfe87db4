/* SPDX-License-Identifier: MIT */
/* Reading the kernel's .config, packed or not. */
#include "runner/kconfig.h"
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const char *const options[] = {
	/* time: how coarse timers are, and what delays a claim */
	"CONFIG_HZ",
	"CONFIG_NO_HZ_IDLE",
	"CONFIG_NO_HZ_FULL",
	"CONFIG_HIGH_RES_TIMERS",
	"CONFIG_PREEMPT_NONE",
	"CONFIG_PREEMPT_VOLUNTARY",
	"CONFIG_PREEMPT",
	"CONFIG_PREEMPT_LAZY",
	"CONFIG_PREEMPT_RT",
	"CONFIG_PREEMPT_DYNAMIC",
	"CONFIG_SMP",
	/* TCP */
	"CONFIG_IPV6",
	"CONFIG_SYN_COOKIES",
	"CONFIG_TCP_MD5SIG",
	"CONFIG_TCP_AO",
	"CONFIG_MPTCP",
	"CONFIG_DEFAULT_TCP_CONG",
	"CONFIG_TCP_CONG_CUBIC",
	"CONFIG_RPS",
	/* what claims are shown with */
	"CONFIG_INET_DIAG",
	"CONFIG_INET_TCP_DIAG",
	"CONFIG_INET_DIAG_DESTROY",
	"CONFIG_NET_NS",
	"CONFIG_USER_NS",
	"CONFIG_PID_NS",
	"CONFIG_VETH",
	"CONFIG_PACKET",
	/* a kernel that looks for its own mistakes is slower */
	"CONFIG_KASAN",
	"CONFIG_LOCKDEP",
	"CONFIG_DEBUG_NET",
};

static bool is_one(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i], name) == 0)
			return true;
	return false;
}

/* "CONFIG_HZ=250", "# CONFIG_MPTCP is not set" */
static bool parse(const char *line, char name[64], char value[64])
{
	if (sscanf(line, "%63[A-Z0-9_]=%63[^\n]", name, value) == 2)
		return true;
	snprintf(value, 64, "n");
	return sscanf(line, "# %63[A-Z0-9_] is not set", name) == 1 && strstr(line, "not set");
}

static gzFile open_config(const char *release)
{
	static const char *const places[] = {"/proc/config.gz", "/boot/config-%s",
					     "/lib/modules/%s/config",
					     "/lib/modules/%s/build/.config"};
	gzFile file = NULL;
	char path[256];

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !file; i++) {
		const char *before = strstr(places[i], "%s");

		if (before)
			snprintf(path, sizeof(path), "%.*s%s%s", (int)(before - places[i]),
				 places[i], release, before + 2);
		else
			snprintf(path, sizeof(path), "%s", places[i]);
		/* reads what is not packed as it is */
		file = gzopen(path, "re");
	}
	return file;
}

void kconfig_read(const char *release,
		  void (*each)(void *context, const char *name, const char *value), void *context)
{
	gzFile file = open_config(release);
	char line[512], name[64], value[64];

	while (file && gzgets(file, line, sizeof(line)))
		if (parse(line, name, value) && is_one(name))
			each(context, name, value);
	if (file)
		gzclose_r(file);
}
