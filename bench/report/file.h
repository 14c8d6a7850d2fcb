/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BENCH_REPORT_FILE_H
#define BENCH_REPORT_FILE_H

#include <stddef.h>

/**
 * file_read() - read a whole file
 * @path:	the file, or a pipe
 * @ret:	receives its bytes; the caller frees them
 * @ret_len:	receives the number of bytes
 *
 * Return: 0 or a negative errno.
 */
int file_read(const char *path, char **ret, size_t *ret_len);

#endif /* BENCH_REPORT_FILE_H */
