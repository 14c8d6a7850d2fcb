/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How output_reopen() opens a file while events are recorded. The system call filter permits only
 * these flags.
 */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H
#define TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H

#include <fcntl.h>

/* A new file. */
#define OUTPUT_MAKE (O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

/* An existing file. If it is a FIFO, do not wait for its reader: it is refused then. */
#define OUTPUT_CONTINUE (O_WRONLY | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

#endif /* TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H */
