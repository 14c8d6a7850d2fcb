/* SPDX-License-Identifier: BSD-2-Clause */
/* The only way that anything gets into the page. */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include <stdio.h>

/**
 * html() - print, with everything escaped that is not of the program itself
 * @f:		the page
 * @fmt:	markup, as it is to be, with
 *		%s	text, escaped for an element and for a quoted attribute
 *		%d	an int
 *		%f	a coordinate, to a hundredth
 *		%g	a number that reads back as the same double
 *		%%	a percent sign
 *		and nothing else
 */
void html(FILE *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* BENCH_REPORT_HTML_H */
