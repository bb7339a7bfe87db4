/* SPDX-License-Identifier: MIT */
/*
 * Files that are either complete or as they were: a reader of a report never sees half of it, and
 * a runner that dies leaves nothing beside it.
 */
#ifndef WIRESTATE_ATOMIC_FILE_H
#define WIRESTATE_ATOMIC_FILE_H

#include <stdio.h>

/** Prints the content; 0 or a negative errno, which keeps the file as it was. */
typedef int (*atomic_file_content)(FILE *out, const void *argument);

/**
 * Let `content` write the file `path`; "-" is standard output. It is written to a file beside `path` that
 * has no name until it is whole (where the file system offers that), then renamed; a symbolic link keeps
 * pointing. What is there and no regular file (/dev/null, a pipe) and standard output are written to as
 * `content` goes on.
 *
 * Returns 0 or a negative errno: that of `content`, of making the file beside (EACCES, ENOENT …),
 * of writing it (ENOSPC, EFBIG …) or of renaming it. The old file is then untouched.
 */
int atomic_file_write(const char *path, atomic_file_content content, const void *argument);

#endif
