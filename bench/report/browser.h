/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Chromium without a window, started once for each view of a page. Every failure fails the
 * running test.
 */
#ifndef BENCH_REPORT_BROWSER_H
#define BENCH_REPORT_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include <yyjson.h>

struct browser {
	const char *program;
	const char *script; /* page_checks.js, an absolute path */
	char folder[64];    /* profile, output; browser_close() removes it */
};

/* True if the program can be started. */
bool browser_open(struct browser *b, const char *program, const char *script);
void browser_close(struct browser *b);

/**
 * browser_look() - show a page, and measure it
 * @b:		the browser
 * @page:	an absolute path
 * @width:	of the frame that shows the page, in pixels
 * @dark:	the value of prefers-color-scheme
 *
 * Return: the findings of page_checks.js. Their member "console" lists what the page caused on the
 * browser's console, such as errors of scripts and requests that its policy forbids. The caller
 * frees them.
 */
yyjson_mut_doc *browser_look(struct browser *b, const char *page, int width, bool dark);

/*
 * Write a picture of the page, of @height pixels, to @file (PNG), or print it (PDF). Return: the
 * size of the file.
 */
size_t browser_picture(struct browser *b, const char *page, int width, int height, bool dark,
		       const char *file);
size_t browser_print(struct browser *b, const char *page, const char *file);

#endif /* BENCH_REPORT_BROWSER_H */
