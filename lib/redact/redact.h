/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking secrets out of records before they are recorded or encoded: arguments of programs, paths of
 * scripts, and, if asked for, words that are written to terminals.
 */
#ifndef ET_REDACT_H
#define ET_REDACT_H

#include <stdbool.h>
#include <stddef.h>

struct et_redactor;

/* What stands in place of a text; of a shorter one, its beginning. */
#define ET_REDACTED "***"

/**
 * et_redactor_new() - prepare patterns
 * @patterns:	as et_glob_init() takes them
 * @count:	how many
 * @tty:	look at what is written to terminals, too
 * @ret:	receives it; to be freed with et_redactor_free()
 *
 * Return: 0 or a negative errno, as et_glob_init().
 */
int et_redactor_new(const char *const *patterns, size_t count, bool tty, struct et_redactor **ret);

/**
 * et_redact() - take out what matches
 * @redactor:	NULL: nothing does
 * @rec:	a record that et_decode() has accepted
 * @len:	its bytes
 *
 * A text matches as a whole. One whose end is missing matches if it could.
 *
 * Return: @rec if nothing matched. Otherwise a changed copy, not longer, whose header has its size;
 * it lives until the next call. NULL: there is no memory for one.
 */
const void *et_redact(struct et_redactor *redactor, const void *rec, size_t len);

void et_redactor_free(struct et_redactor *redactor);

#endif /* ET_REDACT_H */
