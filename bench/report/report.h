/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The result of //bench:stress as a page: one HTML file that needs nothing else, neither network nor
 * script. Charts are SVG, so that they are sharp in print, follow the reader's choice of light or
 * dark, and are text to who does not see them.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stddef.h>
#include <stdio.h>

/**
 * et_report_write() - write the page
 * @json:	a result as docs/benchmarks.md describes it
 * @len:	its bytes
 * @to:		where the page goes; not flushed
 *
 * What a result lacks, because a row or a workload was left out or a figure is null, the page says
 * is missing.
 *
 * Return: 0, -EBADMSG for what is not a result, -EPROTONOSUPPORT for one of another schema, -ENOMEM,
 * or -EIO when it cannot be written.
 */
int et_report_write(const char *json, size_t len, FILE *to);

#endif /* BENCH_REPORT_H */
