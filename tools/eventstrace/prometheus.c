/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/prometheus.h"

#include <inttypes.h>

void prometheus_head(const char *name, const char *type, const char *help, FILE *out)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void prometheus_label(const char *value, FILE *out)
{
	fputc('"', out);
	for (; *value; value++)
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	fputc('"', out);
}

void prometheus_gauge(const char *name, const char *help, uint64_t value, FILE *out)
{
	prometheus_head(name, "gauge", help, out);
	fprintf(out, "%s %" PRIu64 "\n", name, value);
}

void prometheus_time(const char *name, const char *type, const char *help, uint64_t ns, FILE *out)
{
	prometheus_head(name, type, help, out);
	fprintf(out, "%s %" PRIu64 ".%03" PRIu64 "\n", name, ns / 1000000000, ns / 1000000 % 1000);
}
