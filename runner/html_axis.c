/* SPDX-License-Identifier: MIT */
/* Places on an axis, and the ticks of time. */
#include "runner/html_axis.h"
#include <math.h>

int axis_place(const struct axis *axis, double value)
{
	double part;

	if (axis->logarithmic)
		part = log(fmax(value, axis->least) / axis->least) / log(axis->most / axis->least);
	else
		part = (value - axis->least) / (axis->most - axis->least);
	/* fmax() and fmin() take the number where the other is none */
	return (int)(fmin(fmax(part, 0), 1) * 1000);
}

void axis_attribute(FILE *out, const char *name, int place)
{
	fprintf(out, " %s=\"%d.%d%%\"", name, place / 10, place % 10);
}

/* "15 s", "2 min", "1 h" */
static void print_seconds(FILE *out, double seconds)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{3600, "h"}, {60, "min"}, {1, "s"}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (seconds >= units[i].unit && fmod(seconds, units[i].unit) == 0) {
			fprintf(out, "%.0f %s", seconds / units[i].unit, units[i].name);
			return;
		}
	fprintf(out, seconds > 0 ? "%.1f s" : "%.0f", seconds);
}

/* A step that makes at most some six ticks. */
static double step_of(double range)
{
	static const double steps[] = {0.1, 0.2, 0.5, 1,   2,    5,    10,   15,    30,   60,
				       120, 300, 600, 900, 1800, 3600, 7200, 14400, 86400};
	size_t i = 0;

	while (i + 1 < sizeof(steps) / sizeof(steps[0]) && range / steps[i] > 6)
		i++;
	return fmax(steps[i], range / 6);
}

void axis_print_times(FILE *out, const struct axis *axis, int height)
{
	double step = step_of(axis->most);

	for (int i = 0; i * step <= axis->most; i++) {
		int at = axis_place(axis, i * step);

		fprintf(out, "<line class=\"grid\" y1=\"0\" y2=\"%d\"", height);
		axis_attribute(out, "x1", at);
		axis_attribute(out, "x2", at);
		fprintf(out, "/><text class=\"tx\" y=\"%d\"", height + 16);
		axis_attribute(out, "x", at);
		fputc('>', out);
		print_seconds(out, i * step);
		fputs("</text>\n", out);
	}
}
