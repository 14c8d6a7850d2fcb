/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first byte of the input is the kind of a field, and the other bytes are its contents. The
 * encoder makes a line, and yyjson parses it. The line must be valid, contain nothing that a
 * terminal interprets, and give back each byte.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "lib/decode/record_builder.h"
#include "lib/encode/encode.h"
#include "lib/encode/json_recover.h"
#include "tools/fuzz/require.h"

enum kind { STR, LIST, BYTES, COMM, KINDS };

static struct et_record rec;

static void make_record(enum kind kind, const char *data, size_t size)
{
	struct et_process_tty_write *write;

	switch (kind) {
	case STR:
		et_record_begin(&rec, ET_PROCESS_EXEC);
		et_record_var(&rec, ET_VAR_FILENAME, data, size);
		break;
	case LIST:
		et_record_begin(&rec, ET_PROCESS_EXEC);
		et_record_var(&rec, ET_VAR_ARGV, data, size);
		break;
	case BYTES:
		et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
		et_record_var(&rec, ET_VAR_TTY_OUT, data, size);
		break;
	default:
		write = et_record_begin(&rec, ET_PROCESS_TTY_WRITE);
		memcpy(write->comm, data, size < sizeof(write->comm) ? size : sizeof(write->comm));
		break;
	}
}

/* ASCII and C1 control characters, and characters that change the direction of text, in UTF-8. */
static bool is_obeyed(const unsigned char *p, size_t left)
{
	if (*p < 0x20 || *p == 0x7f)
		return true;
	if (left >= 2 && *p == 0xc2)
		return p[1] < 0xa0;
	if (left >= 2 && *p == 0xd8)
		return p[1] == 0x9c;
	if (left < 3 || *p != 0xe2)
		return false;
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae);
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

static void check_text(yyjson_val *val, const char *data, size_t size)
{
	size_t len = yyjson_get_len(val);
	char *back = malloc(len + 1);

	require(back && yyjson_is_str(val));
	require(et_json_recover(yyjson_get_str(val), len, back) == size);
	require(!size || !memcmp(back, data, size));
	free(back);
}

/* Each string ends with a NUL, but the last string may lack it. */
static void check_list(yyjson_val *val, const char *data, size_t size)
{
	size_t at = 0;
	yyjson_arr_iter it;
	yyjson_val *item;

	require(yyjson_is_arr(val) && yyjson_arr_iter_init(val, &it));
	while ((item = yyjson_arr_iter_next(&it))) {
		size_t len;

		require(at < size);
		len = strnlen(data + at, size - at);
		check_text(item, data + at, len);
		at += len + 1;
	}
	require(at >= size);
}

static void check(enum kind kind, yyjson_val *obj, const char *data, size_t size)
{
	static const char *const names[KINDS] = { "filename", "argv", "tty_out", "comm" };
	yyjson_val *val = yyjson_obj_get(obj, names[kind]);

	require(val);
	if (kind == COMM)
		size = strnlen(data, size < 16 ? size : 16);
	if (kind == LIST)
		check_list(val, data, size);
	else
		check_text(val, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	enum kind kind;
	struct et_encoder enc;
	struct et_event event;
	yyjson_doc *doc;
	char *line;
	size_t len;

	/* The smallest cap of these fields. */
	if (!size || size - 1 > 4096)
		return 0;
	kind = data[0] % KINDS;
	make_record(kind, text, size - 1);
	require(et_decode(&rec, et_record_len(&rec), &event) == 0);
	et_encoder_init(&enc, &et_json_encoder);
	line = malloc(et_encode_bound(&enc, &event));
	require(line);
	len = et_encode(&enc, &event, line);
	require(line[len - 1] == '\n');
	for (size_t i = 0; i < len - 1; i++)
		require(!is_obeyed((const unsigned char *)line + i, len - i));
	doc = yyjson_read(line, len, 0);
	require(doc);
	check(kind, yyjson_doc_get_root(doc), text, size - 1);
	yyjson_doc_free(doc);
	free(line);
	return 0;
}
