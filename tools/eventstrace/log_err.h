/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages for users, on stderr: one line, "eventstrace: what is wrong: what to do". */
#ifndef TOOLS_EVENTSTRACE_LOG_ERR_H
#define TOOLS_EVENTSTRACE_LOG_ERR_H

#include <stddef.h>

/**
 * log_err_text() - print text on stderr unchanged
 * @text:	the text
 * @size:	its bytes
 *
 * Gives up when stderr takes nothing for two seconds: a stalled reader must not block the program.
 *
 * Return: 0, -ETIMEDOUT, or the errno of write(2).
 */
int log_err_text(const char *text, size_t size);

/*
 * Print one line, with the program's name and a newline. Characters that control a terminal are
 * escaped: the text contains arguments, file names and messages of the kernel.
 */
void log_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* TOOLS_EVENTSTRACE_LOG_ERR_H */
