/* SPDX-License-Identifier: BSD-2-Clause */
/* All output of the page goes through html(), so that nothing is left unescaped. */
#ifndef BENCH_REPORT_HTML_H
#define BENCH_REPORT_HTML_H

#include <stdio.h>

/**
 * html() - print markup, with all arguments escaped
 * @f:		the page
 * @fmt:	markup, printed unchanged, with
 *		%s	text, escaped for an element and for a quoted attribute
 *		%d	an int
 *		%f	a coordinate, to a hundredth
 *		%g	a number that reads back as the same double
 *		%%	a percent sign
 *		and nothing else
 */
void html(FILE *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* BENCH_REPORT_HTML_H */
