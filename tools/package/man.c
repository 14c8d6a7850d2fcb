/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/pages.h"

#include <string.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/option_table.h"
#include "tools/package/roff.h"

static void put_doc(FILE *out, const char *doc)
{
	roff_text(out, doc, strlen(doc));
	fputc('\n', out);
}

static void put_options(FILE *out)
{
	const char *title;

	fputs(".SH OPTIONS\nThe sections below say more about each.\n", out);
	for (size_t g = 0; (title = option_group_title(g)); g++) {
		fprintf(out, ".SS \"%s\"\n", title);
		for (const struct option_row *row = option_table; row->name; row++)
			if (option_is_in_group(g, row))
				roff_option(out, option_letter(row), row->name, row->arg, row->doc);
	}
}

static void put_events(FILE *out)
{
	const char *category = "";
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	fputs(".SH EVENTS\nEach event has an option. "
	      "\\fBeventstrace \\-\\-help=\\fIEVENT\\fR lists its fields.\n",
	      out);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(infos[i].category, category) != 0)
			fprintf(out, ".SS \"Category %s\"\n", infos[i].category);
		category = infos[i].category;
		fputs(".TP\n\\fB\\-\\-", out);
		roff_code(out, infos[i].flag, strlen(infos[i].flag));
		fprintf(out, "\\fR (%s)\n", infos[i].name);
		put_doc(out, infos[i].doc);
	}
}

static void put_examples(FILE *out)
{
	fputs(".SH EXAMPLES\n.nf\n", out);
	roff_code(out, option_examples, strlen(option_examples));
	fputs(".fi\n", out);
}

void man_print(FILE *out, const char *manual, const char *date)
{
	const char *synopsis = strstr(manual, "```"), *sections = strstr(manual, "\n## ");

	fprintf(out,
		".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
		".\\\" Made from the table of options, the events and docs/eventstrace.md.\n"
		".TH EVENTSTRACE 8 %s \"eventstrace %s\" \"System Administration\"\n"
		".SH NAME\n"
		"eventstrace \\- record what the processes of this host do\n"
		".SH SYNOPSIS\n"
		"\\fBeventstrace\\fR [\\fIOPTION\\fR]...\n"
		".br\n"
		"\\fBeventstrace\\fR [\\fIOPTION\\fR]... [\\-\\-] \\fICOMMAND\\fR "
		"[\\fIARG\\fR]...\n"
		".SH DESCRIPTION\n",
		date, et_version());
	if (!synopsis || !sections)
		return;
	/* Print the introduction, except for the synopsis in it. */
	roff_paragraphs(out, strchr(manual, '\n'), synopsis, false);
	synopsis = strstr(synopsis + 3, "```");
	roff_paragraphs(out, synopsis + 3, sections, true);
	put_options(out);
	put_events(out);
	put_examples(out);
	roff_markdown(out, sections);
	fputs(".SH FILES\n"
	      ".TP\n"
	      "\\fI/etc/eventstrace/eventstrace.conf\\fR\n"
	      "\\fBeventstrace.service\\fR takes its options from this file. Other runs read it "
	      "only with \\fB\\-\\-config\\fR.\n"
	      ".TP\n"
	      "\\fI/var/log/eventstrace/\\fR\n"
	      "The service writes its events there.\n"
	      ".TP\n"
	      "\\fI/usr/share/doc/eventstrace/\\fR\n"
	      "The \\fI.md\\fR files that this page names.\n",
	      out);
}
