/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EVENTSTRACE_HOST_H
#define TOOLS_EVENTSTRACE_HOST_H

#include <stdio.h>

/* Print what matters here of the kernel and of this process's rights, a line each. */
void host_print(FILE *out);

#endif /* TOOLS_EVENTSTRACE_HOST_H */
