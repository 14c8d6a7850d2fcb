/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes text to a terminal, pipe or file that may stop accepting data. */
#ifndef TOOLS_EVENTSTRACE_PATIENT_WRITE_H
#define TOOLS_EVENTSTRACE_PATIENT_WRITE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Most bytes that a blocking write(2) takes without waiting, after poll(2) reported POLLOUT: of a
 * terminal, or of a pipe, a socket or a file.
 */
size_t patient_piece(bool terminal);

/**
 * patient_write() - write all of a text, without blocking for long
 * @fd:		the descriptor, blocking or not
 * @terminal:		the descriptor is a terminal
 * @text:		the text
 * @size:		its bytes
 * @patience_ms:	drop the rest if the descriptor accepts no data for this time, in
 *		milliseconds
 *
 * Return: 0, -ETIMEDOUT if the rest was dropped, or the negative errno of write(2).
 */
int patient_write(int fd, bool terminal, const char *text, size_t size, int patience_ms);

#endif /* TOOLS_EVENTSTRACE_PATIENT_WRITE_H */
