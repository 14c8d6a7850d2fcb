/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void put_text(FILE *f, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			/*
			 * HTML can neither contain nor escape control characters, so they become
			 * spaces.
			 */
			fputc((unsigned char)*s < ' ' && *s != '\n' && *s != '\t' ? ' ' : *s, f);
		}
	}
}

static void put_exact(FILE *f, double v)
{
	char buf[32];

	/*
	 * Take the fewest digits that give the same double, but without an exponent: 60, not 6e+01.
	 */
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(buf, sizeof(buf), "%.*g", digits, v);
		if (strtod(buf, NULL) == v && !strchr(buf, 'e'))
			break;
	}
	fputs(buf, f);
}

static void put_coordinate(FILE *f, double v)
{
	char buf[64];
	char *end = buf + snprintf(buf, sizeof(buf), "%.2f", v);

	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
	fputs(buf, f);
}

void html(FILE *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			fputc(*fmt, f);
			continue;
		}
		switch (*++fmt) {
		case 's':
			put_text(f, va_arg(args, const char *));
			break;
		case 'd':
			fprintf(f, "%d", va_arg(args, int));
			break;
		case 'f':
			put_coordinate(f, va_arg(args, double));
			break;
		case 'g':
			put_exact(f, va_arg(args, double));
			break;
		case '%':
			fputc('%', f);
			break;
		default:
			abort();
		}
	}
	va_end(args);
}
