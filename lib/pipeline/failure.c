/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/failure.h"

#include <errno.h>
#include <string.h>

#include "lib/api/error.h"

/*
 * Store the first failure @r and its message; nothing is written from now on. -EAGAIN is no
 * failure: only return it.
 */
static int failed(struct et_pipeline *p, enum et_error_kind kind, const char *what, int r)
{
	if (r == -EAGAIN)
		return r;
	p->silent = true;
	if (p->failed)
		return r;
	p->failed = r;
	if (r == -EPIPE)
		return et_error_set(&p->error, kind, r,
				    "the %s is closed: no process reads it any more", what);
	return et_error_set(&p->error, kind, r, "cannot write the %s: %s", what, strerror(-r));
}

int et_output_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_OUTPUT, "output", r);
}

int et_recording_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_RECORD, "recording", r);
}
