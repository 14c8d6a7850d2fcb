/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the notes that stand next to figures. */
#include <stdbool.h>

#include "bench/report/html.h"
#include "bench/report/parts.h"

void put_trust(FILE *f, const struct result *result, const char *metric)
{
	static const char *const words[] = {
		[TRUST_LESS] = "less certain",
		[TRUST_NONE] = "not reliable",
	};
	const enum trust trust = result_trust(result, metric);
	const bool is_busy = trust != TRUST_FULL, has_spread = result_has_spread(result);
	char text[RESULT_TEXT];

	if (!is_busy && has_spread)
		return;
	html(f, " <span class=\"trust\">");
	if (is_busy)
		html(f, "%s: %s", words[trust], result_busy_text(text, result));
	if (!has_spread)
		html(f, "%s%s", is_busy ? "; " : "", result_spread_text(text, result));
	html(f, "</span>");
}

const char *trust_class(const struct result *result, const char *metric)
{
	return result_trust(result, metric) == TRUST_NONE ? "unreliable" : "";
}

void put_159(FILE *f, const struct result *result, enum rows_part part)
{
	if (rows_have_159(result, part))
		html(f, "<p class=\"note\">159 is a pull request of Elastic’s <code>ebpf</code> "
			"repository. It packed the records of EventsTrace.</p>\n");
}
