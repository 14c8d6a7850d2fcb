/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions whose code depends on the compiler's hardening options. hardening_test reads this
 * object.
 */
#include <string.h>

#include "tools/lint/hardening_frame.h"

#if defined(_FORTIFY_SOURCE) && (!defined(__OPTIMIZE__) || SANITIZED)
# error "_FORTIFY_SOURCE has no place in debug and sanitizer builds"
#endif

/* With _FORTIFY_SOURCE, the compiler calls __memcpy_chk. */
size_t frame_copy(const char *from, size_t n)
{
	char to[64];

	memcpy(to, from, n);
	return strnlen(to, sizeof(to));
}

/* With stack-clash protection, the function touches each page of its frame. */
size_t frame_large(void (*fill)(char *buf, size_t size))
{
	char buf[64 * 1024];

	fill(buf, sizeof(buf));
	return strnlen(buf, sizeof(buf));
}
