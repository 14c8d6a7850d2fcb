/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages for users, on stderr: one line, "eventstrace-ship: what is wrong: what to do". */
#ifndef TOOLS_SHIP_LOG_H
#define TOOLS_SHIP_LOG_H

/*
 * Print one line, with the program's name and a newline. Characters that control a terminal are
 * escaped: the text contains file names and messages of other programs.
 */
void ship_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Replace the progress line, the last line of a terminal, by @text, cut to its width. ship_log()
 * removes it. Empty: remove it.
 */
void ship_log_progress(const char *text);

#endif /* TOOLS_SHIP_LOG_H */
