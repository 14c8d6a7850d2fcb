/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a result of //bench:stress as a page: one HTML file that needs no other file, no network
 * and no script. The charts are SVG. They are sharp in print, follow the browser's setting for
 * light or dark, and contain text for screen readers.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stddef.h>
#include <stdio.h>

/* The page's Content-Security-Policy: the browser loads nothing for the page. */
#define ET_REPORT_POLICY "default-src 'none'; style-src 'unsafe-inline'"

/**
 * et_report_write() - write the page
 * @json:		a result in the format that docs/benchmarks.md describes
 * @len:		its size in bytes
 * @to:		the output; not flushed
 *
 * If the result lacks a row, a workload or a figure, the page shows that it is missing.
 *
 * Return: 0, -EBADMSG if @json is not a result, -EPROTONOSUPPORT if its schema is not supported,
 * -ENOMEM, or -EIO if the page cannot be written.
 */
int et_report_write(const char *json, size_t len, FILE *to);

/**
 * et_report_print_answer() - print which format to use, as text
 * @json:		a result in the format that docs/benchmarks.md describes
 * @len:		its size in bytes
 * @to:		the output; not flushed
 *
 * Return: as et_report_write().
 */
int et_report_print_answer(const char *json, size_t len, FILE *to);

#endif /* BENCH_REPORT_H */
