/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints messages for users on stderr. A message is one line: "eventstrace: what is wrong: what to
 * do".
 */
#ifndef TOOLS_EVENTSTRACE_LOG_ERR_H
#define TOOLS_EVENTSTRACE_LOG_ERR_H

#include <stddef.h>

/**
 * log_err_text() - print text on stderr unchanged
 * @text:		the text
 * @size:		its bytes
 *
 * Stops if stderr accepts no data for 2 s, because a stalled reader must not block the program.
 *
 * Return: 0, -ETIMEDOUT, or the negative errno of write(2).
 */
int log_err_text(const char *text, size_t size);

/*
 * Print one line, with the program's name and a newline. The text may contain arguments, file names
 * and messages of the kernel, so characters that control a terminal are escaped.
 */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* TOOLS_EVENTSTRACE_LOG_ERR_H */
