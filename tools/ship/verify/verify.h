/* SPDX-License-Identifier: BSD-2-Clause */
/* The command "eventstrace-ship verify". */
#ifndef TOOLS_SHIP_VERIFY_VERIFY_H
#define TOOLS_SHIP_VERIFY_VERIFY_H

#include <stdio.h>

/**
 * ship_verify_run() - verify a folder of segments or a topic, and print what was found
 * @argc:	number of words
 * @argv:	the words, from the name of the command on
 * @out:	receives a line for each finding and for each session, or the help
 * @err:	receives the message of a failure
 *
 * Return: the exit status. 0: each counted event is there or reported as lost. 1: one is not, or
 * the folder or topic cannot be read. 2: the command line is invalid.
 */
int ship_verify_run(int argc, char **argv, FILE *out, FILE *err);

#endif /* TOOLS_SHIP_VERIFY_VERIFY_H */
