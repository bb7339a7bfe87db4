/* SPDX-License-Identifier: MIT */
/* How the running kernel was configured, as far as it says. */
#ifndef WIRESTATE_KCONFIG_H
#define WIRESTATE_KCONFIG_H

/**
 * Call `each` for every option that TCP or these tests depend on: with its value, "y", "m", "250", or "n" for
 * one that is not set. An option that the kernel does not know is passed over; so are all where the
 * kernel's configuration is nowhere to be read (CONFIG_IKCONFIG_PROC, /boot, /lib/modules).
 */
void kconfig_read(const char *release,
		  void (*each)(void *context, const char *name, const char *value), void *context);

#endif
