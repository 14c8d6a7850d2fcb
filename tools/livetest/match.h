/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares an event with its description in an account. */
#ifndef TOOLS_LIVETEST_MATCH_H
#define TOOLS_LIVETEST_MATCH_H

#include <stdbool.h>
#include <yyjson.h>

#include "tools/livetest/mismatches.h"

/**
 * match_event() - compare an event with its description in an account
 * @want:	from the account: @got must have every member, with an equal value. account.h
 *		describes how values that are not exact are written
 * @got:	from eventstrace: may have further members, except those that mark a field as cut
 *		or flagged
 * @r:		receives a message for each difference; may be NULL
 *
 * Accounts have complete fields. If a field is longer than the schema's cap, @got must have exactly
 * as many of its bytes as the cap. It must also have the full size and the number of cut bytes.
 *
 * The beginning of a path may be missing if it is very long and the event is flagged. If the
 * account marks a list as partial, the event does not contain its full size.
 *
 * Return: true if there was no difference.
 */
bool match_event(yyjson_val *want, yyjson_val *got, struct mismatches *r);

/* True if no object in @val, at any depth, has a member twice. */
bool match_unique_keys(yyjson_val *val);

#endif /* TOOLS_LIVETEST_MATCH_H */
