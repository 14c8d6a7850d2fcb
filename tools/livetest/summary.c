/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

yyjson_doc *summary_read(const char *err)
{
	const char *line = err + strlen(err);

	while (line > err && (line[-1] != '\n' || !*line))
		line--;
	return yyjson_read(line, strlen(line), 0);
}

uint64_t summary_total(const char *err, const char *name)
{
	yyjson_doc *doc = summary_read(err);
	yyjson_val *val = yyjson_obj_get(yyjson_obj_get(yyjson_doc_get_root(doc), "total"), name);
	uint64_t n = yyjson_get_uint(val);

	if (!yyjson_is_uint(val))
		fail_msg("no \"%s\" in the summary: %s", name, err);
	yyjson_doc_free(doc);
	return n;
}
