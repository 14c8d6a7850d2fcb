/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints descriptions of options, quoted for shells. A description ends at its first semicolon. */
#ifndef TOOLS_PACKAGE_SHELL_TEXT_H
#define TOOLS_PACKAGE_SHELL_TEXT_H

#include <stdio.h>

/* For zsh, in brackets, inside of single quotes. */
void zsh_doc(FILE *out, const char *doc);

/* For fish, with its single quotes. */
void fish_doc(FILE *out, const char *doc);

#endif /* TOOLS_PACKAGE_SHELL_TEXT_H */
