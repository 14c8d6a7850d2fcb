/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test program printed of its cases. */
#ifndef TOOLS_VMTEST_CASES_H
#define TOOLS_VMTEST_CASES_H

#include <stdbool.h>

/* How a line of cmocka's output begins and what it is about. */
enum cases_line {
	CASES_TEXT,  /* what a case, or the program itself, says */
	CASES_BEGIN, /* a case begins: what is said from here on is about it */
	CASES_OK,
	CASES_FAILED,
	CASES_NOTE, /* what a person should know though nothing is wrong; in place of a case's name */
	CASES_CANNOT, /* what the guest cannot do, behind "cannot: "; in place of a case's name */
	CASES_SUM,    /* of the program as a whole; says nothing that the rest did not */
};

/**
 * cases_read() - what kind of a line it is
 * @line:	of a test program
 * @ret_name:	receives the case, in @line, of those kinds that have one
 */
enum cases_line cases_read(const char *line, const char **ret_name);

#endif /* TOOLS_VMTEST_CASES_H */
