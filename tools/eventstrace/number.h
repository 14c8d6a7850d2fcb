/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses numbers of the command line. The format is strict: no sign, no space, no exponent, no
 * hexadecimal digits, and no text after the number.
 *
 * Each function returns 0; -EINVAL: the number is not valid; or -ERANGE: it is too large.
 */
#ifndef TOOLS_EVENTSTRACE_NUMBER_H
#define TOOLS_EVENTSTRACE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

/* Parse the digits at *@at, at least one, and move *@at to the text after them. */
int take_digits(const char **at, uint64_t *ret);

/*
 * Parse the digits after a decimal point of seconds, as nanoseconds, and move *@at to the text
 * after them. Digits after the ninth are ignored.
 */
int take_fraction(const char **at, uint64_t *ret_ns);

/* Parse a number such as "3000". */
int parse_count(const char *text, uint64_t *ret);

/*
 * Parse a time, as nanoseconds: seconds such as "5", "0.25", ".25" or "5s", or other units such as
 * "200ms", "2m" or "1.5h". Digits after the ninth of a fraction are ignored.
 */
int parse_seconds(const char *text, uint64_t *ret_ns);

/*
 * Parse a number of bytes: "4194304", "4096K", "4M", "1G". The suffixes are powers of 1024, and may
 * be lower case.
 */
int parse_size(const char *text, size_t *ret);

#endif /* TOOLS_EVENTSTRACE_NUMBER_H */
