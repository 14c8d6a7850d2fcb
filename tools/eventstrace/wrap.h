/* SPDX-License-Identifier: BSD-2-Clause */
/* Breaks the text of --help into lines. */
#ifndef TOOLS_EVENTSTRACE_WRAP_H
#define TOOLS_EVENTSTRACE_WRAP_H

#include <stddef.h>

/*
 * Length of the part of @text that fits on a line of @width characters, without breaking a word. A
 * longer word has a line of its own.
 */
size_t wrap_length(const char *text, size_t width);

#endif /* TOOLS_EVENTSTRACE_WRAP_H */
