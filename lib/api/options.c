/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/api/options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/event/set.h"

#define DRAIN_TIMEOUT_MS 2000

int et_options_take(const struct et_options *opts, struct et_options *ret, struct et_error *err)
{
	const struct et_options defaults = ET_OPTIONS_INIT;
	const char *bytes = (const char *)opts;

	if (opts->sz < offsetof(struct et_options, events) + sizeof(opts->events))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "the options' size is not set: begin with ET_OPTIONS_INIT");
	for (size_t i = sizeof(*opts); i < opts->sz; i++)
		if (bytes[i])
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "the options are of a newer version than the library");
	*ret = defaults;
	memcpy(ret, opts, opts->sz < sizeof(*opts) ? opts->sz : sizeof(*opts));
	ret->sz = sizeof(*ret);
	for (unsigned int id = 0; ret->event_set && id < ET_EVENT_SET_IDS; id++) {
		if (!et_event_set__has(ret->event_set, id))
			continue;
		/*
		 * Today all event ids are below 64, so each has a bit in `events`. A later version
		 * of the library may have more.
		 */
		if (id >= 64)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no event has the id %u",
					    id);
		ret->events |= ET_EVENT_BIT(id);
	}
	/* Do not keep the pointer: the caller may free the set when this function returns. */
	ret->event_set = NULL;
	if (!ret->drain_timeout_ms)
		ret->drain_timeout_ms = DRAIN_TIMEOUT_MS;
	return 0;
}
