/* SPDX-License-Identifier: BSD-2-Clause */
/* Public functions that list the hooks and BPF programs of a session, and the kernel's features. */
#include <errno.h>
#include <string.h>

#include "lib/session/session.h"

const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count)
{
	return et_attach__hooks(s->attached, ret_count);
}

const struct et_program *et_session__programs(const struct et_session *s, size_t *ret_count)
{
	const struct et_costs *costs = &et_attach__loaded(s->attached)->costs;

	*ret_count = costs->count;
	return costs->programs;
}

const struct et_hook *et_session__hook_at(const struct et_session *s, size_t n)
{
	size_t count;
	const struct et_hook *hooks = et_session__hooks(s, &count);

	return n < count ? &hooks[n] : NULL;
}

const struct et_program *et_session__program_at(const struct et_session *s, size_t n)
{
	size_t count;
	const struct et_program *programs = et_session__programs(s, &count);

	return n < count ? &programs[n] : NULL;
}

int et_session__features(struct et_session *s, struct et_features *ret)
{
	struct et_feature_set *set = et_attach__features(s->attached);
	struct et_features features = { .sz = ret->sz };

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	if (s->pipeline.in_callback)
		return -EBUSY;
	et_log__take_libbpf(&s->log);
	features.bpf_tramp = et_feature__check(set, ET_FEATURE_FENTRY, NULL) == 0;
	features.ipv6 = et_feature__check(set, ET_FEATURE_IPV6, NULL) == 0;
	et_log__release_libbpf();
	et_feature__done(set);
	memcpy(ret, &features, ret->sz < sizeof(features) ? ret->sz : sizeof(features));
	return 0;
}
