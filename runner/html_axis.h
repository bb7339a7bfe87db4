/* SPDX-License-Identifier: MIT */
/* Where a value is in a plot. Everything is a percentage, so that a plot is as wide as its place. */
#ifndef WIRESTATE_HTML_AXIS_H
#define WIRESTATE_HTML_AXIS_H

#include <stdbool.h>
#include <stdio.h>

/** Values from `least` to `most`, which is larger; a logarithmic one begins above 0. */
struct axis {
	double least, most;
	bool logarithmic;
};

/** Where a value is, from 0 to 1000; what is beyond the axis is at its end. */
int axis_place(const struct axis *axis, double value);

/** An attribute of SVG: ` x="12.5%"`. */
void axis_attribute(FILE *out, const char *name, int place);

/** Ticks of an axis of seconds, `height` pixels long, with their times below. */
void axis_print_times(FILE *out, const struct axis *axis, int height);

#endif
