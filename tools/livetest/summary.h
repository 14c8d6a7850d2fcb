/* SPDX-License-Identifier: BSD-2-Clause */
/* The summary that -s prints: the last line of standard error. Warnings can precede it. */
#ifndef TOOLS_LIVETEST_SUMMARY_H
#define TOOLS_LIVETEST_SUMMARY_H

#include <stdint.h>

#include <yyjson.h>

/* The summary in @err, for yyjson_doc_free(). NULL: the last line of @err is no JSON. */
yyjson_doc *summary_read(const char *err);

/* A number of the summary's total. The test fails if the number is missing. */
uint64_t summary_total(const char *err, const char *name);

#endif /* TOOLS_LIVETEST_SUMMARY_H */
