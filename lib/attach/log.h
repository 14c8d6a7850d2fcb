/* SPDX-License-Identifier: BSD-2-Clause */
/* Passes messages to the log function of the library's caller. The library itself never prints. */
#ifndef ET_LOG_H
#define ET_LOG_H

#include <stdbool.h>

#include "lib/include/eventstrace.h"

struct et_log {
	/* the log function; NULL: messages are dropped */
	void (*fn)(void *ctx, enum et_log_level level, const char *line);
	void *ctx;
	bool no_debug; /* libbpf's messages are dropped */
};

/* Pass one line to the log, formatted as by printf and without a newline. */
__attribute__((format(printf, 3, 4))) void et_log__write(const struct et_log *log,
							 enum et_log_level level, const char *fmt,
							 ...);

/**
 * et_log__take_libbpf() - send libbpf's messages to @log, line by line, at ET_LOG_DEBUG
 * @log:	the log; must outlive the matching et_log__release_libbpf()
 *
 * libbpf has one print function for the whole process. So this library replaces it only during
 * calls of libbpf, and in one thread at a time.
 */
void et_log__take_libbpf(const struct et_log *log);

/* Restore libbpf's previous print function. */
void et_log__release_libbpf(void);

#endif /* ET_LOG_H */
