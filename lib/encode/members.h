/* SPDX-License-Identifier: BSD-2-Clause */
/* Removes the members that are not chosen from an event's JSON line. */
#ifndef ET_ENCODE_MEMBERS_H
#define ET_ENCODE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct et_members;

/**
 * et_members_new() - parse lists of member names
 * @only:	names separated by commas, such as "argv,pids.tgid"; NULL: all members
 * @except:	names of members to leave out, even if @only names them; NULL: none
 * @ret:	receives the choice, for et_encoder.members; free() it
 *
 * "pids.tgid" is the member tgid of the object pids. "argv" also chooses argv_truncated, argv_size
 * and argv_flags. The same applies to all fields.
 *
 * Return: 0, -ENOMEM, or -EINVAL for an unknown name, which et_members_bad() finds, or for too many
 * names.
 */
int et_members_new(const char *only, const char *except, struct et_members **ret);

/*
 * Return the first name in the list @list that no event has, with its length in @ret_len. NULL: all
 * names exist.
 */
const char *et_members_bad(const char *list, size_t *ret_len);

/*
 * Remove from a line of the JSON encoder, in place, the members that are not chosen. A LOST line
 * stays whole, because losses are never hidden. Return: the new length of the line in bytes.
 */
size_t et_members_apply(const struct et_members *members, char *line, size_t len);

#endif /* ET_ENCODE_MEMBERS_H */
