/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/number.h"

#include <errno.h>
#include <string.h>

#define NS_PER_SEC 1000000000ULL

int take_digits(const char **at, uint64_t *ret)
{
	const char *p = *at;
	uint64_t n = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
			return -ERANGE;
	}
	*at = p;
	*ret = n;
	return 0;
}

int take_fraction(const char **at, uint64_t *ret_ns)
{
	uint64_t ns = 0, unit = NS_PER_SEC;
	const char *p = *at;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		unit /= 10;
		ns += (uint64_t)(*p - '0') * unit;
	}
	*at = p;
	*ret_ns = ns;
	return 0;
}

int parse_count(const char *text, uint64_t *ret)
{
	uint64_t n;
	int err;

	err = take_digits(&text, &n);
	if (err)
		return err;
	if (*text)
		return -EINVAL;
	*ret = n;
	return 0;
}

/*
 * Apply the unit at @text, or seconds if there is none. @ns: nanoseconds, if the unit is seconds.
 */
static int apply_unit(const char *text, uint64_t ns, uint64_t *ret_ns)
{
	static const struct {
		const char *name;
		unsigned int times, divisor;
	} units[] = {
		{ "", 1, 1 }, { "s", 1, 1 }, { "ms", 1, 1000 }, { "m", 60, 1 }, { "h", 3600, 1 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(text, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(ns, units[i].times, &ns))
			return -ERANGE;
		*ret_ns = ns / units[i].divisor;
		return 0;
	}
	return -EINVAL;
}

int parse_seconds(const char *text, uint64_t *ret_ns)
{
	uint64_t ns = 0, fraction = 0;
	int err = 0;

	/* ".5" means "0.5". */
	if (*text != '.')
		err = take_digits(&text, &ns);
	if (err)
		return err;
	if (__builtin_mul_overflow(ns, NS_PER_SEC, &ns))
		return -ERANGE;
	if (*text == '.') {
		text++;
		err = take_fraction(&text, &fraction);
		if (err)
			return err;
		if (__builtin_add_overflow(ns, fraction, &ns))
			return -ERANGE;
	}
	return apply_unit(text, ns, ret_ns);
}

int parse_size(const char *text, size_t *ret)
{
	uint64_t n;
	size_t size;
	int err, shift = 0;

	err = take_digits(&text, &n);
	if (err)
		return err;
	switch (*text) {
	case 'k':
	case 'K':
		shift = 10;
		break;
	case 'm':
	case 'M':
		shift = 20;
		break;
	case 'g':
	case 'G':
		shift = 30;
		break;
	default: /* no suffix; any other text fails below */
		break;
	}
	if (text[shift != 0])
		return -EINVAL;
	if (__builtin_mul_overflow(n, 1ULL << shift, &size))
		return -ERANGE;
	*ret = size;
	return 0;
}
