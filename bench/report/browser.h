/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A Chromium without a window, told what to do through a pair of pipes (its DevTools protocol).
 * Whatever does not work fails the running test.
 */
#ifndef BENCH_REPORT_BROWSER_H
#define BENCH_REPORT_BROWSER_H

#include <stdbool.h>
#include <stddef.h>

struct browser;

/* What a page complained of or asked for while it was open. */
struct browser_news {
	unsigned int errors;   /* on the console, exceptions, what the browser logged */
	unsigned int requests; /* other than for the page itself */
	char first[256];       /* of either */
};

/* Start the program, in a profile of its own that is removed again by browser_stop(). */
struct browser *browser_start(const char *program);
void browser_stop(struct browser *b);

/**
 * browser_open() - show a page
 * @b:		the browser
 * @path:	an absolute path
 * @width:	of the window, in pixels
 * @dark:	what prefers-color-scheme says
 *
 * Return when it is loaded.
 */
void browser_open(struct browser *b, const char *path, int width, bool dark);

/* Evaluate @script in the page; its value must be a string, which the caller frees. */
char *browser_ask(struct browser *b, const char *script);

/* The whole page as PNG, or, as it is printed on A4, as PDF: base64, the caller frees it. */
char *browser_picture(struct browser *b);
char *browser_print(struct browser *b);

/* Since browser_open(). */
const struct browser_news *browser_news(const struct browser *b);

#endif /* BENCH_REPORT_BROWSER_H */
