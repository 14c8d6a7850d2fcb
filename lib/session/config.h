/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the options of a session, and makes the configuration for lib/attach from them. This needs
 * no query to the kernel, so unit tests can call it.
 */
#ifndef ET_SESSION_CONFIG_H
#define ET_SESSION_CONFIG_H

#include <stdbool.h>

#include "lib/attach/attach.h"
#include "lib/include/eventstrace.h"

/**
 * et_session_check_options() - find invalid options
 * @o:		all options, except the filters, which et_filter_set__make() checks
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_session_check_options(const struct et_options *o, struct et_error *err);

/*
 * The wanted event types, together with those that et_options.context needs: a mask of
 * ET_EVENT_BIT.
 */
uint64_t et_session_events(const struct et_options *o);

/**
 * et_session_config() - make the configuration for et_attach__open()
 * @o:		checked options; data that they point to must live as long as the result
 * @trial:	true for et_probe(), which only finds the available hooks: rings have their smallest
 *		size
 *
 * Return: the configuration, without filters and environment variables.
 */
struct et_attach_config et_session_config(const struct et_options *o, bool trial);

#endif /* ET_SESSION_CONFIG_H */
