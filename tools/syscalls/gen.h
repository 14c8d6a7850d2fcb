/* SPDX-License-Identifier: BSD-2-Clause */
/* Generates docs/syscalls.md from calls.def. */
#ifndef TOOLS_SYSCALLS_GEN_H
#define TOOLS_SYSCALLS_GEN_H

#include <stdio.h>

/* Write the page to @f. */
void syscalls_gen(FILE *f);

#endif /* TOOLS_SYSCALLS_GEN_H */
