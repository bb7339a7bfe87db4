/* SPDX-License-Identifier: MIT */
/* The style sheet and the script of the HTML report, taken in as they are. */
#include "runner/html.h"

#define ASSET(name, path)                                                                          \
	__asm__(".pushsection .rodata\n"                                                           \
		".global " #name "\n" #name ":\n"                                                  \
		".incbin \"" path "\"\n"                                                           \
		".byte 0\n"                                                                        \
		".popsection\n")

ASSET(html_style, "runner/report.css");
ASSET(html_script, "runner/report.js");
