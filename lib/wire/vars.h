/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Iterates over the variable-length fields of a record, in user space. The record is not trusted:
 * a field is only returned if its header, its bytes and their padding lie inside the record.
 *
 *	struct et_var_iter it;
 *
 *	ET_FOR_EACH_VAR(&it, rec, len)
 *		use(it.var->type, it.data, it.var->size);
 *	if (it.error)
 *		return it.error;
 *
 * Include after <linux/types.h>.
 */
#ifndef ET_WIRE_VARS_H
#define ET_WIRE_VARS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/wire.h"

struct et_var_iter {
	const struct et_var *var; /* header of the current field */
	const char *data;         /* the current field's var->size bytes */
	const char *next;         /* header of the next field */
	size_t left;              /* bytes of the record from `next` on */
	unsigned int vars;        /* number of fields from `next` on */
	int error;                /* 0, or -EBADMSG for a malformed record */
};

/*
 * Loop over the variable-length fields of the record @rec of @len bytes; @rec is 8-byte aligned.
 * @it is a struct et_var_iter *. A malformed field, or bytes after the last field, end the loop and
 * set it->error.
 */
#define ET_FOR_EACH_VAR(it, rec, len) \
	for (et_var_iter_init((it), (rec), (len)); et_var_iter_next(it);)

static inline void et_var_iter_init(struct et_var_iter *it, const void *rec, size_t len)
{
	const struct et_header *hdr = rec;

	*it = (struct et_var_iter){ .error = -EBADMSG };
	if (len < sizeof(*hdr) || hdr->fixed < sizeof(*hdr) || hdr->fixed > len ||
	    hdr->fixed % ET_VAR_ALIGN)
		return;

	it->next = (const char *)rec + hdr->fixed;
	it->left = len - hdr->fixed;
	it->vars = hdr->vars;
	it->error = 0;
}

static inline bool et_var_iter_next(struct et_var_iter *it)
{
	const struct et_var *var = (const void *)it->next;
	size_t size;

	if (it->error)
		return false;
	if (!it->vars) {
		if (it->left)
			it->error = -EBADMSG;
		return false;
	}
	if (it->left < sizeof(*var)) {
		it->error = -EBADMSG;
		return false;
	}
	it->left -= sizeof(*var);

	/*
	 * Use size_t, and compare the unpadded size first: then adding the padding cannot overflow.
	 */
	size = var->size;
	if (size > it->left || ET_VAR_ALIGNED(size) > it->left) {
		it->error = -EBADMSG;
		return false;
	}
	size = ET_VAR_ALIGNED(size);

	it->var = var;
	it->data = (const char *)(var + 1);
	it->next = it->data + size;
	it->left -= size;
	it->vars--;
	return true;
}

#endif /* ET_WIRE_VARS_H */
