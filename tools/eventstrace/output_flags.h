/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flags with which output_reopen() opens a file while events are recorded. The seccomp filter
 * permits only these flags.
 */
#ifndef TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H
#define TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H

#include <fcntl.h>

/* Flags to create a file. */
#define OUTPUT_MAKE (O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

/* Flags to open an existing file. A FIFO is refused, so do not wait for its reader. */
#define OUTPUT_CONTINUE (O_WRONLY | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

#endif /* TOOLS_EVENTSTRACE_OUTPUT_FLAGS_H */
