/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "eventstrace-ship read". */
#ifndef TOOLS_SHIP_READ_READ_H
#define TOOLS_SHIP_READ_READ_H

#include <stdio.h>

/**
 * ship_read_run() - print the events of a topic or of a folder of segments
 * @argc:	number of words
 * @argv:	the words, from the name of the command on
 * @out:	receives the lines, or the help
 *
 * Return: the exit status, an enum ship_status.
 */
int ship_read_run(int argc, char **argv, FILE *out);

#endif /* TOOLS_SHIP_READ_READ_H */
