/* SPDX-License-Identifier: BSD-2-Clause */
/* Ends a case if a step fails, because its account would be wrong. */
#ifndef TOOLS_CASES_ACCOUNT_CHECK_H
#define TOOLS_CASES_ACCOUNT_CHECK_H

/* End the case if @cond is false. */
#define CHECK(cond)                                              \
	do {                                                     \
		if (!(cond))                                     \
			account_fail(__FILE__, __LINE__, #cond); \
	} while (0)

/* Print @what and errno to standard error, and end the process with status 99. */
_Noreturn void account_fail(const char *file, int line, const char *what);

#endif /* TOOLS_CASES_ACCOUNT_CHECK_H */
