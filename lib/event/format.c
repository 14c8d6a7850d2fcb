/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the line of one event, in any format, to a buffer of the caller. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/encode.h"
#include "lib/encode/text.h"
#include "lib/include/eventstrace.h"

size_t et_event__format_max(const struct et_event *event, const char *format)
{
	const struct et_encoder_ops *ops = et_encoder_by_name(format);

	return ops ? ops->bound(event) : 0;
}

/*
 * Write the event's line to @buf. If @buf is smaller than the largest possible line, write to
 * allocated memory first.
 */
static int format_into(struct et_encoder *enc, const struct et_event *event, char *buf, size_t size,
		       size_t *ret_size)
{
	size_t bound = et_encode_bound(enc, event), n;
	char *text;

	if (size >= bound) {
		*ret_size = et_encode(enc, event, buf);
		return 0;
	}
	/*
	 * The encoder needs room for the largest possible line. The actual line is often shorter,
	 * and may fit into @buf.
	 */
	text = malloc(bound);
	if (!text)
		return -ENOMEM;
	n = et_encode(enc, event, text);
	if (n <= size) {
		memcpy(buf, text, n);
		*ret_size = n;
	}
	free(text);
	return n <= size ? 0 : -ENOSPC;
}

int et_event__format(const struct et_event *event, const char *format, char *buf, size_t size,
		     size_t *ret_size)
{
	const struct et_text_options options = { .fd = -1 };
	const struct et_encoder_ops *ops = et_encoder_by_name(format);
	struct et_encoder enc;
	int r = 0;

	if (!ops)
		return -EINVAL;
	et_encoder_init(&enc, ops);
	if (ops == &et_text_encoder)
		r = et_text_new(&options, &enc.text);
	if (r == 0)
		r = format_into(&enc, event, buf, size, ret_size);
	et_text_free(enc.text);
	return r;
}
