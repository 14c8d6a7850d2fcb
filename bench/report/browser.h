/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs Chromium without a window, once for each view of a page. A failure fails the running test.
 */
#ifndef BENCH_REPORT_BROWSER_H
#define BENCH_REPORT_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

#include <yyjson.h>

struct browser {
	const char *program;
	const char *script; /* page_checks.js, an absolute path */
	char folder[64];    /* for the profile and output; browser_close() removes it */
};

/* Prepare a browser. Return: true if @program can be started. */
bool browser_open(struct browser *b, const char *program, const char *script);
void browser_close(struct browser *b);

/**
 * browser_look() - show a page, and measure it
 * @b:		the browser
 * @page:		an absolute path
 * @width:		width of the frame that shows the page, in pixels
 * @dark:		true: the page sees prefers-color-scheme: dark
 *
 * Return: the findings of page_checks.js; the caller frees them. Their member "console" lists the
 * messages on the browser's console, such as script errors, and requests that the page's policy
 * forbids.
 */
yyjson_mut_doc *browser_look(struct browser *b, const char *page, int width, bool dark);

/*
 * browser_picture() writes a picture of the page, with @height pixels, as PNG. browser_print()
 * prints the page as PDF. Return: the size of @file in bytes.
 */
size_t browser_picture(struct browser *b, const char *page, int width, int height, bool dark,
		       const char *file);
size_t browser_print(struct browser *b, const char *page, const char *file);

#endif /* BENCH_REPORT_BROWSER_H */
