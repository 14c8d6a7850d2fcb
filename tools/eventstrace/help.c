/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/eventstrace/option_table.h"
#include "tools/eventstrace/options.h"

/* Position and width of the second column. */
#define COLUMN 32
#define WIDTH  48

/* Length of the text that fits on one line, in whole words. */
static size_t line_length(const char *text)
{
	size_t len = strlen(text);

	if (len <= WIDTH)
		return len;
	for (len = WIDTH; len && text[len] != ' '; len--)
		;
	return len ? len : strcspn(text, " ");
}

/* Print the left column and the text next to it. */
static void put_row(FILE *out, const char *left, const char *text)
{
	int column = fprintf(out, "  %s", left);

	while (*text) {
		size_t len = line_length(text);

		fprintf(out, "%*s%.*s\n", column < COLUMN ? COLUMN - column : 1, "", (int)len,
			text);
		text += len;
		text += strspn(text, " ");
		column = 0;
	}
}

static void put_option(FILE *out, const struct option_row *row)
{
	char left[COLUMN];
	char letter[] = { '-', option_letter(row), ',', ' ', '\0' };

	snprintf(left, sizeof(left), "%s--%s%s%s", letter[1] ? letter : "    ", row->name,
		 row->arg ? "=" : "", row->arg ? row->arg : "");
	put_row(out, left, row->doc);
}

/* True for the first event of its category: ids are in order of categories. */
static bool is_first(const struct et_event_info *infos, size_t event)
{
	for (size_t i = 0; i < event; i++)
		if (!strcmp(infos[i].category, infos[event].category))
			return false;
	return true;
}

static void put_category(FILE *out, const char *category)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	char left[COLUMN];

	fprintf(out, "\nEvents of category \"%s\":\n", category);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(infos[i].category, category) != 0)
			continue;
		snprintf(left, sizeof(left), "    --%s", infos[i].flag);
		put_row(out, left, infos[i].doc);
	}
}

static void put_events(FILE *out)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++)
		if (is_first(infos, i))
			put_category(out, infos[i].category);
}

void options_help(FILE *out)
{
	fputs("Usage: eventstrace [OPTION]...\n"
	      "Record what the processes of this host do, through eBPF: one JSON object a line\n"
	      "on stdout, until interrupted, and a summary on stderr at the end.\n"
	      "\nOptions:\n",
	      out);
	for (const struct option_row *row = option_table; row->name; row++)
		put_option(out, row);
	put_events(out);
	fputs("\nExit status:\n"
	      "  0  stopped cleanly: by -d, -n, SIGINT, SIGTERM or SIGHUP\n"
	      "  1  anything that has no number of its own\n"
	      "  2  the command line makes no sense\n"
	      "  3  a privilege is missing; the message names it\n"
	      "  4  no requested event can be had on this kernel, or one that was named\n"
	      "     cannot be had with the hooks of --attach\n"
	      "  5  the output cannot be written: no space, closed pipe, no permission\n",
	      out);
}
