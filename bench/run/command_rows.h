/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows that --tracer adds. */
#ifndef BENCH_COMMAND_ROWS_H
#define BENCH_COMMAND_ROWS_H

#include <stddef.h>

/*
 * Options of a command row. Each option but COMMAND_TRACER applies to the last --tracer before it.
 * The option's text must stay valid until exit.
 */
enum command_option { COMMAND_TRACER, COMMAND_READY, COMMAND_SETTLE, COMMAND_COUNT };

/* Add a row, or set an option of the last row. Prints failures on stderr. Return: 0 or -EINVAL. */
int command_rows_set(enum command_option option, const char *text);

/* Register the rows, after all other rows. */
void command_rows_register(void);

/* Return: the name of row number @i, or NULL if there are fewer rows. */
const char *command_rows_name(size_t i);

#endif /* BENCH_COMMAND_ROWS_H */
