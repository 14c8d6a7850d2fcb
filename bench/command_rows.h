/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of --tracer. */
#ifndef BENCH_COMMAND_ROWS_H
#define BENCH_COMMAND_ROWS_H

#include <stddef.h>

/*
 * Options of a command row. Each but COMMAND_TRACER is for the --tracer before it; its text must be
 * valid until exit.
 */
enum command_option { COMMAND_TRACER, COMMAND_READY, COMMAND_SETTLE, COMMAND_COUNT };

/* Add a row, or set an option of the last one. Prints failures. Return: 0 or -EINVAL. */
int command_rows_set(enum command_option option, const char *text);

/* Register the rows, after all other rows. */
void command_rows_register(void);

/* Return: the name of a row, or NULL if there are fewer rows. */
const char *command_rows_name(size_t i);

#endif /* BENCH_COMMAND_ROWS_H */
