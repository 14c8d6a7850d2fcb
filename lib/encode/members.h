/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses the members of an event's JSON object, by their names. */
#ifndef ET_ENCODE_MEMBERS_H
#define ET_ENCODE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct et_members;

/**
 * et_members_new() - parse lists of names
 * @only:	names separated by commas, such as "argv,pids.tgid"; NULL: all members
 * @except:	members that are left out of these; NULL: none
 * @ret:	receives the choice, for et_encoder.members; free() it
 *
 * A name with a dot is a member of a member. argv_truncated, argv_size and argv_flags belong to
 * argv, and likewise for all fields.
 *
 * Return: 0, -ENOMEM, or -EINVAL: et_members_bad() finds the wrong name.
 */
int et_members_new(const char *only, const char *except, struct et_members **ret);

/* The first name in @list that no event has, and its length; NULL: all exist. */
const char *et_members_bad(const char *list, size_t *ret_len);

/*
 * Remove members from a line of the JSON encoder, in place. A LOST line stays whole: losses are
 * never hidden. Return: its bytes now.
 */
size_t et_members_apply(const struct et_members *members, char *line, size_t len);

#endif /* ET_ENCODE_MEMBERS_H */
