/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/filter/env.h"

#include <errno.h>
#include <string.h>

#include "lib/api/error.h"

/*
 * Add a name to @names: the environment strings that begin with the @len bytes at @text are wanted.
 * The bytes are a variable's name with "=", or a prefix of a name.
 */
static void add(struct et_env_names *names, const char *text, size_t len)
{
	struct et_env_name *name = &names->names[names->count++];

	memcpy(name->text, text, len);
	memset(name->mask, 0xff, len);
	/*
	 * names->first is indexed by a hash of an environment string's first two bytes. If @text
	 * has only one byte, the string's second byte can have any value. So set the elements for
	 * all 32 hashes of this byte and any second byte.
	 */
	for (unsigned int two = 0; two < 32; two++) {
		__u8 *first = &names->first[et_env_hash((unsigned char)text[0],
							len > 1 ? (unsigned char)text[1]
								: (unsigned char)two)];

		if (!*first)
			*first = (__u8)names->count;
	}
}

static int add_name(struct et_env_names *names, const char *text, size_t len, struct et_error *err)
{
	char begin[ET_ENV_NAME_MAX];
	const char *star = memchr(text, '*', len);

	if (!len)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "env: a name is empty");
	if (star == text || (star && star != text + len - 1) || memchr(text, '=', len))
		return et_error_set(
			err, ET_ERROR_USAGE, -EINVAL,
			"env: \"%.*s\" is no name, and no beginning of one with a * behind it",
			(int)len, text);
	if (len > sizeof(begin) - 1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "env: \"%.*s\" has more than the %zu bytes that are compared",
				    (int)len, text, sizeof(begin) - 1);
	if (names->count == ET_ENV_NAMES)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "env: more than %d names",
				    ET_ENV_NAMES);
	memcpy(begin, text, len);
	begin[len] = '=';
	add(names, begin, star ? len - 1 : len + 1);
	return 0;
}

int et_env_set__make(const char *text, struct et_env_set *ret, struct et_error *err)
{
	struct et_env_set set = { .limited = true };
	int r;

	if (!text)
		text = ET_ENV_DEFAULT;
	if (!strcmp(text, "all")) {
		set.limited = false;
	} else if (strcmp(text, "none") != 0) {
		for (;;) {
			size_t len = strcspn(text, ",");

			r = add_name(&set.wanted, text, len, err);
			if (r < 0)
				return r;
			if (!text[len])
				break;
			text += len + 1;
		}
	}
	*ret = set;
	return 0;
}
