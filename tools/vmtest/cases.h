/* SPDX-License-Identifier: BSD-2-Clause */
/* Parses the output of a test program about its cases. */
#ifndef TOOLS_VMTEST_CASES_H
#define TOOLS_VMTEST_CASES_H

#include <stdbool.h>

/* Kinds of lines in cmocka's output. The prefix of a line determines its kind. */
enum cases_line {
	CASES_TEXT,  /* a message of a case, or of the program itself */
	CASES_BEGIN, /* a case begins; the following lines are about it */
	CASES_OK,
	CASES_FAILED,
	CASES_NOTE,   /* a notice that is no fault; it has no name of a case */
	CASES_CANNOT, /* "cannot: " and what the guest cannot do; it has no name of a case */
	CASES_SUM,    /* a result of the whole program; it repeats other lines */
};

/**
 * cases_read() - find the kind of a line
 * @line:	a line of a test program
 * @ret_name:	receives the rest of the line, which is a name or a text; points into @line
 */
enum cases_line cases_read(const char *line, const char **ret_name);

#endif /* TOOLS_VMTEST_CASES_H */
