/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/format.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The value of an environment variable, or NULL if it is not set or empty. */
static const char *set(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Take the variables in the order of setlocale(3), but without locale files of the host. */
bool format_knows_utf8(void)
{
	const char *locale = set("LC_ALL");

	if (!locale)
		locale = set("LC_CTYPE");
	if (!locale)
		locale = set("LANG");
	locale = locale ? strchr(locale, '.') : NULL;
	return locale && (!strncasecmp(locale, ".UTF-8", 6) || !strncasecmp(locale, ".utf8", 5));
}

bool format_wants_color(const struct options *options, bool terminal)
{
	const char *term = set("TERM");

	if (options->color != COLOR_AUTO)
		return options->color == COLOR_ALWAYS;
	return terminal && !set("NO_COLOR") && term && strcmp(term, "dumb") != 0;
}

void format_choose(const struct options *options, int fd, struct et_options *opts)
{
	bool terminal = fd >= 0 && isatty(fd);
	bool text = options->format == FORMAT_TEXT || (options->format == FORMAT_AUTO && terminal);

	opts->format = text                                ? "text"
		       : options->format == FORMAT_ECS     ? "ecs"
		       : options->format == FORMAT_ES_BULK ? "es-bulk"
		       : options->format == FORMAT_TRACE   ? "trace"
							   : "json";
	opts->text = 0;
	if (!text)
		return;
	if (terminal)
		opts->text |= ET_TEXT_HEADER;
	if (terminal && !options->wide)
		opts->text |= ET_TEXT_FIT;
	/* A terminal without UTF-8 takes some bytes of UTF-8 for control characters. */
	if (terminal && !format_knows_utf8())
		opts->text |= ET_TEXT_ASCII;
	if (format_wants_color(options, terminal))
		opts->text |= ET_TEXT_COLOR;
	if (options->utc)
		opts->text |= ET_TEXT_UTC;
}

bool format_is_text(const struct et_options *opts)
{
	return opts->format && !strcmp(opts->format, "text");
}
