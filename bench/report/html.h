/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the page. All its text is printed by html(), which escapes it. */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include <stdio.h>

/**
 * html() - print markup, with all arguments escaped
 * @f:		the page
 * @fmt:	markup, printed unchanged, with these conversions only:
 *		%s	text, escaped for an element and for a quoted attribute
 *		%d	an int
 *		%f	a coordinate, with at most two decimals
 *		%g	a number, with enough digits to read back the same double
 *		%%	a percent sign
 */
void html(FILE *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* BENCH_REPORT_HTML_H */
