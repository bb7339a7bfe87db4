/* SPDX-License-Identifier: MIT */
/* Write a file beside its name and rename it when it is whole. */
#include "runner/atomic_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reports are written in many small pieces. */
enum { BUFFER = 1 << 16 };

static int write_flushing(FILE *out, atomic_file_content content, const void *argument)
{
	int error;

	errno = 0;
	error = content(out, argument);
	/* what `content` knows of a full disk is only that it could not go on */
	if ((!error && fflush(out) != 0) || ferror(out))
		error = errno ? -errno : -EIO;
	return error;
}

/* A new file that has no name yet, so that nothing is left of it should we be killed; or, where the file
 * system has no such files, one that is called `beside`. */
static int open_beside(const char *path, const char *beside, bool *named)
{
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) + 1 : 1;
	char *directory = strndup(slash ? path : ".", length);
	int fd;

	if (!directory)
		return -1;
	/* it gets its name through /proc, which not every container has */
	fd = access("/proc/self/fd", X_OK) == 0
		     ? open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666)
		     : -1;
	free(directory);
	*named = fd < 0;
	/* O_EXCL: never through a link that somebody else put there */
	return fd < 0 ? open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666) : fd;
}

/* Give a whole file its first name; the kernel has no call that gives it one that is taken. */
static int name_file(int fd, const char *beside)
{
	char unnamed[64];

	snprintf(unnamed, sizeof(unnamed), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, unnamed, AT_FDCWD, beside, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

static int write_beside(int fd, bool named, const char *beside, atomic_file_content content,
			const void *argument)
{
	FILE *out = fdopen(fd, "w");
	/* glibc makes none of another size than its own by itself; without one its own will do */
	char *buffer = malloc(BUFFER);
	int error;

	if (!out) {
		close(fd);
		free(buffer);
		return -ENOMEM;
	}
	if (buffer)
		setvbuf(out, buffer, _IOFBF, BUFFER);
	error = write_flushing(out, content, argument);
	if (!error && !named)
		error = name_file(fd, beside);
	/* close(2) may be what reports a full disk */
	if (fclose(out) != 0 && !error)
		error = -errno;
	free(buffer);
	return error;
}

static int replace_file(const char *path, atomic_file_content content, const void *argument)
{
	char *beside = NULL;
	bool named;
	int error, fd;

	if (asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0)
		return -ENOMEM;
	fd = open_beside(path, beside, &named);
	if (fd < 0) {
		error = -errno;
		goto out;
	}
	error = write_beside(fd, named, beside, content, argument);
	if (!error && rename(beside, path) < 0)
		error = -errno;
	if (error && error != -EEXIST)
		unlink(beside);
out:
	free(beside);
	return error;
}

static int write_through(const char *path, atomic_file_content content, const void *argument)
{
	FILE *out = fopen(path, "we");
	int error;

	if (!out)
		return -errno;
	error = write_flushing(out, content, argument);
	if (fclose(out) != 0 && !error)
		error = -errno;
	return error;
}

int atomic_file_write(const char *path, atomic_file_content content, const void *argument)
{
	struct stat there;
	char *real;
	int error;

	if (strcmp(path, "-") == 0)
		return write_flushing(stdout, content, argument);
	if (stat(path, &there) < 0)
		return errno == ENOENT ? replace_file(path, content, argument) : -errno;
	/* renaming over /dev/null or a link would replace it: write through those instead */
	if (!S_ISREG(there.st_mode))
		return write_through(path, content, argument);
	real = realpath(path, NULL);
	if (!real)
		return -errno;
	error = replace_file(real, content, argument);
	free(real);
	return error;
}
