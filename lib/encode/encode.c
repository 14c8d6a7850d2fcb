/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the output formats of events. */
#include <linux/types.h>
#include <string.h>

#include "lib/encode/encode.h"
#include "lib/encode/timestamp.h"

static const struct et_encoder_ops *const encoders[] = {
	&et_json_encoder, &et_text_encoder, &et_ecs_encoder, &et_es_bulk_encoder, &et_trace_encoder,
};

const struct et_encoder_ops *et_encoder_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(encoders) / sizeof(encoders[0]); i++) {
		if (!strcmp(encoders[i]->name, name))
			return encoders[i];
	}
	return NULL;
}

void et_encoder_init(struct et_encoder *enc, const struct et_encoder_ops *ops)
{
	*enc = (struct et_encoder){ .ops = ops };
	et_timestamp_set_second(enc, 0);
}
