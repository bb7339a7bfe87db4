/* SPDX-License-Identifier: MIT */
/* Self-tests of what reports are written with: clean text, fixed-point times, atomic files. */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "asserts/judge.h"
#include "runner/atomic_file.h"
#include "runner/text.h"
#include "suites/claim.h"

CHAPTER("self-tests: text and files");

/* ------------------------------------------------------------------------------------- text */

static const struct cleaning {
	const char *dirty, *clean;
} cleanings[] = {
	{"", ""},
	{"plain \xe2\x82\xac \xf0\x9f\x98\x80\t\n", "plain \xe2\x82\xac \xf0\x9f\x98\x80\t\n"},
	{"\x1b[0m", "\xef\xbf\xbd[0m"},                           /* ESC */
	{"\r", "\xef\xbf\xbd"},                                   /* CR */
	{"a\x7f", "a\xef\xbf\xbd"},                               /* DEL */
	{"\xc2\x9b", "\xef\xbf\xbd"},                             /* C1: CSI */
	{"\xff", "\xef\xbf\xbd"},                                 /* no UTF-8 at all */
	{"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* "/" written too long */
	{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half a surrogate pair */
	{"\xef\xbf\xbf", "\xef\xbf\xbd"},                         /* U+FFFF, not in XML */
	{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},                 /* cut off by the end */
	{"\xe2(", "\xef\xbf\xbd("},                               /* cut off by a character */
};

CLAIM("self.text.clean", HOLDS, "text_clean() leaves only UTF-8 characters that XML 1.0 allows",
      "runner/text.c; XML 1.0 2.2", PURE)
{
	for (size_t i = 0; i < sizeof(cleanings) / sizeof(cleanings[0]); i++) {
		char *clean = text_clean(cleanings[i].dirty);
		bool equal = clean && strcmp(clean, cleanings[i].clean) == 0;

		free(clean);
		CU_ASSERT_TRUE_FATAL(equal);
	}
}

static const struct timing {
	double seconds;
	const char *fixed, *human, *wait;
} timings[] = {
	{0, "0.000", "0.0 ms", "0 s"},
	{0.0000004, "0.001", "0.0 ms", "0 s"},
	{0.0066, "0.007", "6.6 ms", "0 s"},
	{0.3124, "0.312", "312 ms", "0 s"},
	{0.9999, "1.000", "1.0 s", "1 s"},
	{6.06, "6.060", "6.1 s", "6 s"},
	{1234.5, "1234.500", "1235 s", "21 min"},
	{-1, "0.000", "0.0 ms", "0 s"},
};

static bool timings_hold(void)
{
	char buffer[TEXT_TIME_SIZE];

	for (size_t i = 0; i < sizeof(timings) / sizeof(timings[0]); i++) {
		if (strcmp(text_seconds(timings[i].seconds, buffer), timings[i].fixed) != 0 ||
		    strcmp(text_duration(timings[i].seconds, buffer), timings[i].human) != 0 ||
		    strcmp(text_wait(timings[i].seconds, buffer), timings[i].wait) != 0)
			return false;
	}
	return true;
}

CLAIM("self.text.time", HOLDS, "times are printed in fixed point", "runner/text.c", PURE)
{
	CU_ASSERT_TRUE_FATAL(timings_hold());
}

CLAIM("self.text.time-locale", HOLDS, "times have a dot where the locale has a comma",
      "runner/text.c", PURE)
{
	if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		SKIP("the locale de_DE.UTF-8 is not installed");

	bool hold = timings_hold();

	setlocale(LC_NUMERIC, "C");
	CU_ASSERT_TRUE_FATAL(hold);
}

/* ------------------------------------------------------------------------------ atomic files */

/* The beginning of a file; "" when it cannot be read. */
struct beginning {
	char text[32];
};

static struct beginning read_beginning(const char *path)
{
	struct beginning read = {""};
	FILE *file = fopen(path, "re");

	if (file) {
		if (!fgets(read.text, sizeof(read.text), file))
			read.text[0] = '\0';
		fclose(file);
	}
	return read;
}

static int print_new(FILE *out, const void *argument)
{
	fputs("new", out);
	return *(const int *)argument;
}

/* How writing "new" over a file that holds "old" ends. */
struct overwritten {
	int error;
	struct beginning now;
	bool alone; /* nothing is beside the file */
};

static struct overwritten overwrite(int content_error)
{
	char directory[] = "/tmp/wirestate-self-XXXXXX", path[64];
	struct overwritten result = {.error = 1};
	FILE *old;

	if (!mkdtemp(directory))
		return result;
	snprintf(path, sizeof(path), "%s/file", directory);
	old = fopen(path, "we");
	if (old) {
		fputs("old", old);
		fclose(old);
	}
	result.error = atomic_file_write(path, print_new, &content_error);
	result.now = read_beginning(path);
	unlink(path);
	result.alone = rmdir(directory) == 0;
	return result;
}

CLAIM("self.atomic.replaces", HOLDS, "a file is replaced whole", "runner/atomic_file.c", PURE)
{
	struct overwritten result = overwrite(0);

	CU_ASSERT_EQUAL_FATAL(result.error, 0);
	CU_ASSERT_STRING_EQUAL_FATAL(result.now.text, "new");
	CU_ASSERT_TRUE_FATAL(result.alone);
}

CLAIM("self.atomic.content-fails", HOLDS, "a report that cannot be made leaves the old file",
      "runner/atomic_file.c", PURE)
{
	struct overwritten result = overwrite(-ENOMEM);

	CU_ASSERT_EQUAL_FATAL(result.error, -ENOMEM);
	CU_ASSERT_STRING_EQUAL_FATAL(result.now.text, "old");
	CU_ASSERT_TRUE_FATAL(result.alone);
}

/* A limit of two bytes is a full disk that also root meets. It is set when "old" is written. */
static int print_too_much(FILE *out, const void *argument)
{
	const struct rlimit *small = argument;

	fputs("new", out);
	return setrlimit(RLIMIT_FSIZE, small) < 0 ? -errno : 0;
}

CLAIM("self.atomic.disk-full", HOLDS, "a disk that is full leaves the old file",
      "runner/atomic_file.c", PURE)
{
	char directory[] = "/tmp/wirestate-self-XXXXXX", path[64];
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit before, small;
	int error = 1, fd;
	off_t size = -1;
	bool alone = false;

	getrlimit(RLIMIT_FSIZE, &before);
	small = (struct rlimit){.rlim_cur = 2, .rlim_max = before.rlim_max};
	if (mkdtemp(directory)) {
		snprintf(path, sizeof(path), "%s/file", directory);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		error = atomic_file_write(path, print_too_much, &small);
		setrlimit(RLIMIT_FSIZE, &before);
		size = lseek(fd, 0, SEEK_END);
		close(fd);
		unlink(path);
		alone = rmdir(directory) == 0;
	}
	signal(SIGXFSZ, handler);
	CU_ASSERT_EQUAL_FATAL(error, -EFBIG);
	CU_ASSERT_EQUAL_FATAL(size, 0);
	CU_ASSERT_TRUE_FATAL(alone);
}

CLAIM("self.atomic.directory-unwritable", HOLDS,
      "a directory that takes no file leaves the old file", "runner/atomic_file.c", PURE)
{
	/* nobody, not even root, can make a file in /proc; comm is one that could be overwritten */
	const char *path = "/proc/self/comm";
	struct beginning before = read_beginning(path);
	int error = atomic_file_write(path, print_new, &(int){0});
	struct beginning after = read_beginning(path);

	CU_ASSERT_TRUE_FATAL(error == -EACCES || error == -ENOENT || error == -EPERM);
	CU_ASSERT_STRING_EQUAL_FATAL(before.text, after.text);
}

CLAIM("self.atomic.devices", HOLDS, "what is no regular file is written to, not replaced",
      "runner/atomic_file.c", PURE)
{
	struct stat null;
	int error = atomic_file_write("/dev/null", print_new, &(int){0});

	CU_ASSERT_EQUAL_FATAL(error, 0);
	CU_ASSERT_EQUAL_FATAL(stat("/dev/null", &null), 0);
	CU_ASSERT_TRUE_FATAL(S_ISCHR(null.st_mode));
}
