/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/stats/stats.h"

/* Up to this share of CPU time before the first round, in percent, the machine counts as idle. */
#define IDLE_PERCENT 5

int result_read(const char *json, size_t len, struct result *ret)
{
	struct result result = { .doc = yyjson_read(json, len, 0) };
	yyjson_val *root = yyjson_doc_get_root(result.doc);
	int r = -EBADMSG;

	if (!yyjson_is_str(yyjson_obj_get(root, "schema")))
		goto fail;
	if (!yyjson_equals_str(yyjson_obj_get(root, "schema"), RESULT_SCHEMA)) {
		r = -EPROTONOSUPPORT;
		goto fail;
	}
	result.environment = yyjson_obj_get(root, "environment");
	result.config = yyjson_obj_get(root, "config");
	result.rows = yyjson_obj_get(root, "rows");
	result.workloads = yyjson_obj_get(root, "workloads");
	if (!yyjson_is_obj(result.environment) || !yyjson_is_obj(result.config) ||
	    !yyjson_is_arr(result.rows) || !yyjson_is_arr(result.workloads))
		goto fail;
	*ret = result;
	return 0;

fail:
	yyjson_doc_free(result.doc);
	return r;
}

void result_free(struct result *result)
{
	yyjson_doc_free(result->doc);
}

const char *result_str(yyjson_val *obj, const char *key)
{
	const char *s = yyjson_get_str(yyjson_obj_get(obj, key));

	return s ? s : "";
}

yyjson_val *result_find(yyjson_val *array, const char *key, const char *name)
{
	yyjson_val *one;
	size_t i, max;

	yyjson_arr_foreach(array, i, max,
			   one) if (yyjson_equals_str(yyjson_obj_get(one, key), name)) return one;
	return NULL;
}

yyjson_val *result_row(yyjson_val *workload, const char *name)
{
	return result_find(yyjson_obj_get(workload, "rows"), "row", name);
}

static struct figure figure_of(yyjson_val *summary)
{
	if (!yyjson_is_num(yyjson_obj_get(summary, "median")))
		return (struct figure){ .known = false };
	return (struct figure){
		.known = true,
		.median = yyjson_get_num(yyjson_obj_get(summary, "median")),
		.min = yyjson_get_num(yyjson_obj_get(summary, "min")),
		.max = yyjson_get_num(yyjson_obj_get(summary, "max")),
		.spread = yyjson_get_num(yyjson_obj_get(summary, "spread")),
	};
}

struct figure result_figure(yyjson_val *row, const char *metric)
{
	return figure_of(yyjson_obj_get(yyjson_obj_get(row, "summary"), metric));
}

struct figure result_ratio(yyjson_val *row, const char *to, const char *metric)
{
	yyjson_val *ratios = yyjson_obj_get(yyjson_obj_get(row, "ratios"), to);

	return figure_of(yyjson_obj_get(ratios, metric));
}

int result_rounds(const struct result *result)
{
	return (int)fmax(1, yyjson_get_num(yyjson_obj_get(result->config, "rounds")));
}

bool result_has_spread(const struct result *result)
{
	return result_rounds(result) >= STATS_SPREAD_COUNT;
}

char *result_spread_text(char *buf, const struct result *result)
{
	const int rounds = result_rounds(result);

	*buf = '\0';
	if (!result_has_spread(result))
		snprintf(buf, RESULT_TEXT, "%d round%s: no spread", rounds, rounds == 1 ? "" : "s");
	return buf;
}

static double busy_percent(const struct result *result)
{
	return yyjson_get_num(yyjson_obj_get(result->environment, "busy_percent"));
}

enum trust result_trust(const struct result *result, const char *metric)
{
	static const char *const of_machine[] = { "wall_s", "operations_per_s", "cpu_user_s",
						  "cpu_system_s", "used_memory_bytes" };
	static const char *const exact[] = { "operations", "locked_", "bytes_per_event",
					     "bpf_runs" };

	if (!(busy_percent(result) > IDLE_PERCENT))
		return TRUST_FULL;
	for (size_t i = 0; i < sizeof(of_machine) / sizeof(of_machine[0]); i++)
		if (!strcmp(metric, of_machine[i]))
			return TRUST_NONE;
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (!strncmp(metric, exact[i], strlen(exact[i])))
			return TRUST_FULL;
	return TRUST_LESS;
}

char *result_busy_text(char *buf, const struct result *result)
{
	char share[FIGURE_TEXT];

	snprintf(buf, RESULT_TEXT, "%s other work",
		 figure_text(share, UNIT_PERCENT, rint(busy_percent(result) * 10) / 10));
	return buf;
}

enum family result_family(yyjson_val *row)
{
	const char *format = result_str(row, "wire_format");

	if (!*format)
		return FAMILY_REFERENCE;
	if (!strcmp(format, "fixed"))
		return FAMILY_FIXED;
	return strcmp(result_str(row, "wakeup"), "always") != 0 ? FAMILY_PACKED : FAMILY_WAKING;
}

const char *family_class(enum family family)
{
	static const char *const names[] = {
		[FAMILY_REFERENCE] = "reference",
		[FAMILY_FIXED] = "fixed",
		[FAMILY_WAKING] = "waking",
		[FAMILY_PACKED] = "packed",
	};

	return names[family];
}

const char *result_auto_is(const struct result *result)
{
	const char *row = NULL;
	yyjson_val *w;
	size_t i, max;

	yyjson_arr_foreach(result->workloads, i, max, w)
	{
		struct figure scratch =
			result_figure(result_row(w, "auto"), "locked_scratch_bytes");

		if (scratch.known)
			row = scratch.median > 0 ? "varlen" : "direct";
	}
	return row;
}
