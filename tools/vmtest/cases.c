/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/vmtest/cases.h"

#include <stddef.h>
#include <string.h>

enum cases_line cases_read(const char *line, const char **ret_name)
{
	static const struct {
		const char *begin;
		enum cases_line kind;
	} kinds[] = {
		{ "[ RUN      ] ", CASES_BEGIN },  { "[       OK ] ", CASES_OK },
		{ "[  FAILED  ] ", CASES_FAILED }, { "[  ERROR   ] ", CASES_TEXT },
		{ "[==========] ", CASES_SUM },    { "[  PASSED  ] ", CASES_SUM },
		{ "[  SKIPPED ] ", CASES_FAILED }, { "[   NOTE   ] ", CASES_NOTE },
		{ "cannot: ", CASES_CANNOT },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i].begin);

		if (strncmp(line, kinds[i].begin, len) != 0)
			continue;
		*ret_name = line + len;
		return kinds[i].kind;
	}
	return CASES_TEXT;
}
