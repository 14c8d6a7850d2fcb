/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EVENTSTRACE_HOST_H
#define TOOLS_EVENTSTRACE_HOST_H

#include <stdio.h>

/*
 * Print facts about the kernel and this process's privileges that matter for recording, one per
 * line.
 */
void host_print(FILE *out);

#endif /* TOOLS_EVENTSTRACE_HOST_H */
