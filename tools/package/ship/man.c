/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/package/ship/pages.h"

#include <stdlib.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "tools/package/roff.h"

#define VERSION_TEXT(a, b, c)  VERSION_TEXT_(a, b, c)
#define VERSION_TEXT_(a, b, c) #a "." #b "." #c

/* Sections of the manual for readers of the sources: the package has no build. */
static const char *const omitted[] = { "## Trying it\n", "## Tests\n" };

static bool is_omitted(const char *section)
{
	for (size_t i = 0; i < sizeof(omitted) / sizeof(*omitted); i++)
		if (strncmp(section, omitted[i], strlen(omitted[i])) == 0)
			return true;
	return false;
}

static void put_options(FILE *out)
{
	fputs(".SH COMMANDS\n", out);
	for (const struct ship_command *command = ship_commands; command->name; command++) {
		struct ship_option option;

		fprintf(out, ".SS \"%s \\- %s\"\n", command->name, command->help);
		for (size_t n = 0; command->option(n, &option); n++)
			roff_option(out, option.letter, option.name, option.value, option.help);
	}
}

/* Print all sections of the manual from @section on, except for the omitted ones. */
static void put_sections(FILE *out, const char *section)
{
	while (section) {
		const char *next = strstr(section, "\n## ");
		char *text = next ? strndup(section, (size_t)(next - section)) : strdup(section);

		if (!text)
			abort();
		if (!is_omitted(text)) {
			roff_markdown(out, text);
			fputc('\n', out);
		}
		free(text);
		section = next ? next + 1 : NULL;
	}
}

void ship_man_print(FILE *out, const char *manual, const char *date)
{
	const char *begin = strchr(manual, '\n'), *diagram = strstr(manual, "```");
	const char *sections = strstr(manual, "\n## ");

	fprintf(out,
		".\\\" SPDX-License-Identifier: BSD-2-Clause\n"
		".\\\" Made from the tables of options and docs/fleet.md.\n"
		".TH EVENTSTRACE\\-SHIP 8 %s \"eventstrace %s\" \"System Administration\"\n"
		".SH NAME\n"
		"eventstrace\\-ship \\- send recorded events to Apache Kafka\n"
		".SH SYNOPSIS\n"
		"\\fBeventstrace\\-ship\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... "
		"[\\fIARGUMENT\\fR]...\n"
		".SH DESCRIPTION\n",
		date, VERSION_TEXT(ET_VERSION_MAJOR, ET_VERSION_MINOR, ET_VERSION_PATCH));
	if (!begin || !diagram || !sections)
		return;
	roff_paragraphs(out, begin, diagram, false);
	put_options(out);
	put_sections(out, sections + 1);
	fputs(".SH FILES\n"
	      ".TP\n"
	      "\\fI/etc/eventstrace\\-ship/eventstrace\\-ship.conf\\fR\n"
	      "The destination and the options of \\fBeventstrace\\-ship.service\\fR.\n"
	      ".TP\n"
	      "\\fI/etc/eventstrace\\-ship/kafka.properties\\fR\n"
	      "Properties of the Kafka client, for the service alone: passwords belong here.\n"
	      ".TP\n"
	      "\\fI/var/spool/eventstrace/\\fR\n"
	      "The folder of segments that the service sends.\n"
	      ".SH SEE ALSO\n"
	      "\\fBeventstrace\\fR(8)\n",
	      out);
}
