/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses a test program's output about its cases. */
#ifndef TOOLS_VMTEST_CASES_H
#define TOOLS_VMTEST_CASES_H

#include <stdbool.h>

/* The kinds of lines in cmocka's output, by their prefix. */
enum cases_line {
	CASES_TEXT,  /* a message of a case or of the program itself */
	CASES_BEGIN, /* a case begins: later lines are about it */
	CASES_OK,
	CASES_FAILED,
	CASES_NOTE,   /* a notice without a fault, instead of a case's name */
	CASES_CANNOT, /* what the guest cannot do, after "cannot: ", instead of a case's name */
	CASES_SUM,    /* about the program as a whole; repeats the other lines */
};

/**
 * cases_read() - find the kind of a line
 * @line:	of a test program
 * @ret_name:	for kinds with a case's name: receives the name, in @line
 */
enum cases_line cases_read(const char *line, const char **ret_name);

#endif /* TOOLS_VMTEST_CASES_H */
