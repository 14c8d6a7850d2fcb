/* SPDX-License-Identifier: BSD-2-Clause */
/* The summary of -s: the last line of standard error, which can have warnings before it. */
#ifndef TOOLS_LIVETEST_SUMMARY_H
#define TOOLS_LIVETEST_SUMMARY_H

#include <stdint.h>

#include <yyjson.h>

/* For yyjson_doc_free(); NULL: the last line of @err is no JSON. */
yyjson_doc *summary_read(const char *err);

/* A number of the summary's total; without it the test fails. */
uint64_t summary_total(const char *err, const char *name);

#endif /* TOOLS_LIVETEST_SUMMARY_H */
