/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Chromium without a window, controlled through a pair of pipes (its DevTools protocol). Every
 * failure fails the running test.
 */
#ifndef BENCH_REPORT_BROWSER_H
#define BENCH_REPORT_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

struct browser;

/* Errors and requests of a page while it was open. */
struct browser_news {
	unsigned int errors;   /* console messages, exceptions, entries of the browser's log */
	unsigned int requests; /* other than for the page itself */
	char first[256];       /* the first error or request */
};

/* Start the program with a new profile; browser_stop() removes the profile. */
struct browser *browser_start(const char *program);
void browser_stop(struct browser *b);

/**
 * browser_open() - show a page
 * @b:		the browser
 * @path:	an absolute path
 * @width:	width of the window, in pixels
 * @dark:	the value of prefers-color-scheme
 *
 * Returns when the page is loaded.
 */
void browser_open(struct browser *b, const char *path, int width, bool dark);

/* Evaluate @script in the page; its value must be a string, which the caller frees. */
char *browser_ask(struct browser *b, const char *script);

/* The whole page as PNG, or printed on A4 as PDF. Return: base64; the caller frees it. */
char *browser_picture(struct browser *b);
char *browser_print(struct browser *b);

/* Errors and requests since browser_open(). */
const struct browser_news *browser_news(const struct browser *b);

#endif /* BENCH_REPORT_BROWSER_H */
