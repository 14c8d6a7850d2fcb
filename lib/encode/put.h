/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes text that needs no escapes, and keys of JSON members. Each function writes at @p without a
 * terminating 0 and returns the end of its output. Internal to lib/encode.
 */
#ifndef ET_ENCODE_PUT_H
#define ET_ENCODE_PUT_H

#include <stddef.h>
#include <string.h>

/* Always inlined: if the length is a constant, the compiler copies @bytes with a few stores. */
static inline __attribute__((always_inline)) char *et_put_bytes(char *p, const char *bytes,
								size_t len)
{
	memcpy(p, bytes, len);
	return p + len;
}

/* PUT() writes a string literal. @p is evaluated once. */
#define PUT(p, literal) et_put_bytes((p), (literal), sizeof(literal) - 1)

static inline char *et_put_text(char *p, const char *text)
{
	return et_put_bytes(p, text, strlen(text));
}

/* Write the key @key of a member that is not the first, with a comma before it. */
static inline char *et_put_key(char *p, const char *key)
{
	p = et_put_text(PUT(p, ",\""), key);
	return PUT(p, "\":");
}

#endif /* ET_ENCODE_PUT_H */
