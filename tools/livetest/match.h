/* SPDX-License-Identifier: BSD-2-Clause */
/* Is an event what its account says? */
#ifndef TOOLS_LIVETEST_MATCH_H
#define TOOLS_LIVETEST_MATCH_H

#include <stdbool.h>
#include <yyjson.h>

#include "tools/livetest/report.h"

/**
 * match_event() - compare an event with what an account says of it
 * @want:	from the account: every member must be in @got and equal; account.h says how
 *		what is no exact value is written
 * @got:	from eventstrace: may have more members, except those which say that a field is not
 *		whole or not what it seems
 * @r:		receives a line for each difference; may be NULL
 *
 * Accounts hold fields in full; where that is more than the schema's cap, @got must have exactly
 * the cap's bytes of it, and say how many there were and how many were cut.
 *
 * The beginning of a path may be missing if it is very long and the event says so; in lists of
 * which the account says that they are partial, nothing says how much there was.
 *
 * Return: whether there was no difference.
 */
bool match_event(yyjson_val *want, yyjson_val *got, struct report *r);

/* Whether no object in @val, at any depth, has a member twice. */
bool match_unique_keys(yyjson_val *val);

#endif /* TOOLS_LIVETEST_MATCH_H */
