/* SPDX-License-Identifier: MIT */
/* Write a file beside its name and rename it when it is whole. */
#include "runner/atomic_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct content {
	char *text;
	size_t size;
};

static int write_all(int fd, const struct content *content)
{
	size_t done = 0;

	while (done < content->size) {
		ssize_t written = write(fd, content->text + done, content->size - done);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0)
			done += (size_t)written;
	}
	return 0;
}

/* Write and close: close(2) may be what reports a full disk. */
static int write_closing(int fd, const struct content *content)
{
	int error = write_all(fd, content);

	if (close(fd) < 0 && error == 0)
		error = -errno;
	return error;
}

static int replace_file(const char *path, const struct content *content)
{
	char *beside = NULL;
	int error, fd;

	if (asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0)
		return -ENOMEM;
	/* O_EXCL: never through a link that somebody else put there */
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		error = -errno;
		goto out;
	}
	error = write_closing(fd, content);
	if (error == 0 && rename(beside, path) < 0)
		error = -errno;
	if (error)
		unlink(beside);
out:
	free(beside);
	return error;
}

static int write_through(const char *path, const struct content *content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : write_closing(fd, content);
}

/* Renaming over /dev/null or a link would replace it: write through those instead. */
static int write_path(const char *path, const struct content *content)
{
	struct stat there;

	if (stat(path, &there) < 0)
		return errno == ENOENT ? replace_file(path, content) : -errno;
	if (!S_ISREG(there.st_mode))
		return write_through(path, content);

	char *real = realpath(path, NULL);

	if (!real)
		return -errno;

	int error = replace_file(real, content);

	free(real);
	return error;
}

static int write_stdout(const struct content *content)
{
	if (fwrite(content->text, 1, content->size, stdout) != content->size || fflush(stdout) != 0)
		return -errno;
	return 0;
}

int atomic_file_write(const char *path, atomic_file_content content, const void *argument)
{
	struct content made = {0};
	FILE *out = open_memstream(&made.text, &made.size);

	if (!out)
		return -ENOMEM;

	int error = content(out, argument);

	if (ferror(out) && error == 0)
		error = -ENOMEM;
	if (fclose(out) != 0 && error == 0)
		error = -ENOMEM;
	if (error == 0)
		error = strcmp(path, "-") == 0 ? write_stdout(&made) : write_path(path, &made);
	free(made.text);
	return error;
}
