/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person is told, on stderr: one line, "eventstrace: what is wrong: what to do".
 */
#ifndef TOOLS_EVENTSTRACE_SAY_H
#define TOOLS_EVENTSTRACE_SAY_H

#include <stddef.h>

/**
 * say_text() - print text on stderr as it is
 * @text:	the text
 * @size:	its bytes
 *
 * Gives up when stderr takes nothing for two seconds: a stalled reader must not keep the program.
 *
 * Return: 0, -ETIMEDOUT, or what write(2) said.
 */
int say_text(const char *text, size_t size);

/*
 * Print one line; the program's name and the newline are added. What a terminal would obey is
 * escaped: arguments of the command line, names of files, what the kernel said.
 */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* TOOLS_EVENTSTRACE_SAY_H */
