/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replaces secrets in records before the records are stored or printed. Searches arguments of
 * programs, paths of scripts and, if enabled, words that processes write to terminals.
 */
#ifndef ET_REDACT_H
#define ET_REDACT_H

#include <stdbool.h>
#include <stddef.h>

struct et_redactor;

/* The text that replaces a secret. A secret of 1 or 2 bytes is replaced by 1 or 2 stars. */
#define ET_REDACTED "***"

/**
 * et_redactor_new() - prepare the patterns of secrets
 * @patterns:	patterns for et_glob_init()
 * @count:	number of patterns
 * @tty:	search also the text that processes write to terminals
 * @ret:	receives the object; the caller frees it with et_redactor_free()
 *
 * Return: 0 or a negative errno, as et_glob_init().
 */
int et_redactor_new(const char *const *patterns, size_t count, bool tty, struct et_redactor **ret);

/**
 * et_redact() - replace the secrets of a record
 * @redactor:	the patterns; NULL: none
 * @rec:	a record that et_decode() has accepted
 * @len:	bytes of the record
 *
 * A secret is a text, such as one argument, that a pattern matches as a whole. A text whose end was
 * cut is a secret if some missing end would make it match.
 *
 * Return: @rec if it has no secret. Otherwise a changed copy, not longer than @rec, whose header
 * has the new size; the copy is valid until the next call. NULL if there is no memory for the copy.
 */
const void *et_redact(struct et_redactor *redactor, const void *rec, size_t len);

void et_redactor_free(struct et_redactor *redactor);

#endif /* ET_REDACT_H */
