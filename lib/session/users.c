/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the users that have lost events because their share of a ring was used up. */
#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "lib/api/rows.h"
#include "lib/session/session.h"
#include "lib/wire/shared.h"

/* Add the lost events of one share of a ring to the count of the share's user. */
static void add(struct et_user_stats *users, size_t *count, const struct et_share *share)
{
	size_t i = 0;

	while (i < *count && users[i].uid != share->uid)
		i++;
	if (i == *count)
		users[(*count)++] = (struct et_user_stats){ .uid = share->uid };
	users[i].refused += share->refused;
}

/* For qsort(3): users with more lost events come first. */
static int most_first(const void *a, const void *b)
{
	const struct et_user_stats *one = a, *two = b;

	if (one->refused != two->refused)
		return one->refused < two->refused ? 1 : -1;
	return one->uid < two->uid ? -1 : one->uid > two->uid;
}

int et_session__user_stats_sized(struct et_session *s, struct et_user_stats *ret, size_t row_size,
				 size_t max)
{
	const struct et_loaded *loaded = et_attach__loaded(s->attached);
	struct et_user_stats *users;
	struct et_shares *shares;
	size_t count = 0, rings = 0;
	int r = 0;

	if (s->pipeline.in_callback)
		return -EBUSY;
	for (int i = 0; i < ET_RING_CLASSES; i++)
		rings += loaded->shards[i];
	shares = malloc(sizeof(*shares));
	users = calloc(rings + 1, ET_SHARES * sizeof(*users));
	if (!shares || !users)
		r = -ENOMEM;
	for (__u32 class = 0; class < ET_RING_CLASSES && loaded->obj; class ++) {
		for (__u32 shard = 0; shard < loaded->shards[class] && r == 0; shard++) {
			__u32 key = et_ring_key(class, shard);

			r = bpf_map_lookup_elem(loaded->shares_fd, &key, shares);
			for (int i = 0; r == 0 && i < ET_SHARES; i++)
				if (shares->shares[i].refused)
					add(users, &count, &shares->shares[i]);
		}
	}
	if (r == 0) {
		qsort(users, count, sizeof(users[0]), most_first);
		for (size_t i = 0; i < count && i < max; i++)
			et_row_put(ret, i, row_size, &users[i], sizeof(users[i]));
		r = (int)count;
	}
	free(shares);
	free(users);
	return r;
}
