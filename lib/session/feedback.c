/* SPDX-License-Identifier: BSD-2-Clause */
/* Which processes read the output. */
#include "lib/session/session.h"

/*
 * A process may begin to read the output at any time. One that does things because of it makes
 * events, so while there are none, nobody looks. Looking takes longer on a host of many open files.
 */
#define READERS_FIRST_NS (250 * ET_MS)
#define READERS_LAST_NS  (5000 * ET_MS)

void et_session_look_for_readers(struct et_session *s)
{
	__u64 now = et_now_ns();

	if (now < s->readers_at)
		return;
	if (s->readers_at && et_attach__look_for_readers(s->attached) < 0)
		et_log__say(&s->log, ET_LOG_INFO, "readers of the output cannot be looked for");
	s->readers_ns = s->readers_ns ? s->readers_ns * 2 : READERS_FIRST_NS;
	if (s->readers_ns > READERS_LAST_NS)
		s->readers_ns = READERS_LAST_NS;
	s->readers_at = et_now_ns() + s->readers_ns;
}

/* ---- the account ------------------------------------------------------------------------- */

int et_session__left_out(struct et_session *s, struct et_left_out *ret, size_t max,
			 uint64_t *ret_others)
{
	return et_attach__left_out(s->attached, ret, max, ret_others);
}
