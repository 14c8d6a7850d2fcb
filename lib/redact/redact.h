/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Removes secrets from records before they are recorded or encoded. It searches arguments of
 * programs, paths of scripts and, if enabled, words that are written to terminals.
 */
#ifndef ET_REDACT_H
#define ET_REDACT_H

#include <stdbool.h>
#include <stddef.h>

struct et_redactor;

/* Replaces a text; for a shorter text, only the beginning of this is used. */
#define ET_REDACTED "***"

/**
 * et_redactor_new() - prepare patterns
 * @patterns:	patterns for et_glob_init()
 * @count:	number of patterns
 * @tty:	also search what is written to terminals
 * @ret:	receives it; the caller frees it with et_redactor_free()
 *
 * Return: 0 or a negative errno, as et_glob_init().
 */
int et_redactor_new(const char *const *patterns, size_t count, bool tty, struct et_redactor **ret);

/**
 * et_redact() - remove the texts that match
 * @redactor:	NULL: no text matches
 * @rec:	a record that et_decode() has accepted
 * @len:	bytes of the record
 *
 * The pattern must match the whole text. A text whose end is missing matches if it could.
 *
 * Return: @rec if no text matched. Otherwise a changed copy, not longer than @rec, whose header has
 * its new size; it is valid until the next call. NULL if there is no memory for the copy.
 */
const void *et_redact(struct et_redactor *redactor, const void *rec, size_t len);

void et_redactor_free(struct et_redactor *redactor);

#endif /* ET_REDACT_H */
