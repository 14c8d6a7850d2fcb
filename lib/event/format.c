/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats an event into a caller's buffer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/encode.h"
#include "lib/include/eventstrace.h"

size_t et_event__format_max(const struct et_event *event, const char *format)
{
	const struct et_encoder_ops *ops = et_encoder_by_name(format);

	return ops ? ops->bound(event) : 0;
}

int et_event__format(const struct et_event *event, const char *format, char *buf, size_t size,
		     size_t *ret_size)
{
	const struct et_encoder_ops *ops = et_encoder_by_name(format);
	struct et_encoder enc;
	size_t bound, n;
	char *text;

	if (!ops)
		return -EINVAL;
	et_encoder_init(&enc, ops);
	bound = et_encode_bound(&enc, event);
	if (size >= bound) {
		*ret_size = et_encode(&enc, event, buf);
		return 0;
	}
	/* An encoder does not check for room: the text may fit, although its bound does not. */
	text = malloc(bound);
	if (!text)
		return -ENOMEM;
	n = et_encode(&enc, event, text);
	if (n <= size) {
		memcpy(buf, text, n);
		*ret_size = n;
	}
	free(text);
	return n <= size ? 0 : -ENOSPC;
}
