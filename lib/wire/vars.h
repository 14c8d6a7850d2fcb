/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walking over the variable-length fields of a record, in user space. The record is not trusted:
 * a field is only shown when its header, its bytes and their padding are inside of it.
 *
 *	struct et_var_iter it;
 *
 *	ET_FOR_EACH_VAR(&it, rec, len)
 *		use(it.var->type, it.data, it.var->size);
 *	if (it.error)
 *		return it.error;
 *
 * Include behind <linux/types.h>.
 */
#ifndef ET_WIRE_VARS_H
#define ET_WIRE_VARS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/wire/wire.h"

struct et_var_iter {
	const struct et_var *var; /* the field's header, */
	const char *data;         /* and its var->size bytes */
	const char *next;         /* where the next header is, */
	size_t left;              /* with so many bytes of the record from there, */
	unsigned int vars;        /* and so many fields */
	int error;                /* 0, or -EBADMSG when the record has lied */
};

/*
 * @it: struct et_var_iter *, @rec: the record, 8-byte aligned, @len: its bytes. Stops early at a
 * lie; it->error tells. Bytes behind the last field that it announces are a lie too.
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

	/* In size_t, and behind the first comparison: the padding cannot overflow. */
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
