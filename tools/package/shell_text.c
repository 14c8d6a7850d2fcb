/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/shell_text.h"

#include <string.h>

static size_t doc_len(const char *doc)
{
	return strcspn(doc, ";");
}

void zsh_doc(FILE *out, const char *doc)
{
	const size_t len = doc_len(doc);

	fputc('[', out);
	for (size_t i = 0; i < len; i++)
		if (doc[i] == '\'')
			fputs("'\\''", out);
		else if (strchr("[]\\", doc[i]))
			fprintf(out, "\\%c", doc[i]);
		else
			fputc(doc[i], out);
	fputc(']', out);
}

void fish_doc(FILE *out, const char *doc)
{
	const size_t len = doc_len(doc);

	fputc('\'', out);
	for (size_t i = 0; i < len; i++)
		fprintf(out, strchr("'\\", doc[i]) ? "\\%c" : "%c", doc[i]);
	fputc('\'', out);
}
