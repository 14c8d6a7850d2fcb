/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/outcome.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/eventstrace/output.h"
#include "tools/eventstrace/log_err.h"

enum status outcome_unwritable(const char *path, int err)
{
	if (!path || !strcmp(path, "-"))
		path = "stdout";
	if (err == -EPIPE)
		log_err("%s closed by its reader", strcmp(path, "stdout") ? path : "output");
	else if (err == -ENXIO)
		log_err("cannot write %s: no program has it open for reading", path);
	else if (err == -ETIMEDOUT)
		log_err("%s is not whole: its reader took nothing until "
			"--drain-timeout; the summary "
			"counts what is written",
			path);
	else
		log_err("cannot write %s: %s", path, output_strerror(err));
	return STATUS_OUTPUT;
}

enum status outcome_failed(const struct options *options, const struct et_error *error, int err)
{
	switch (error->kind) {
	case ET_ERROR_OUTPUT:
		return outcome_unwritable(options->output, err);
	case ET_ERROR_RECORD:
		if (options->segmented) {
			log_err("%s: %s", options->record, error->message);
			return STATUS_OUTPUT;
		}
		return outcome_unwritable(options->record, err);
	case ET_ERROR_INPUT: /* a replay reports it with the file's name */
	case ET_ERROR_NONE:
		log_err("%s", strerror(-err));
		return STATUS_OTHER;
	default:
		log_err("%s", error->message);
		return status_of(error->kind);
	}
}

/*
 * Print the summary in one write, so that lines of other programs do not come between.
 * *@ret_printed receives true if stderr accepted all of it. Return: 0 or a negative errno.
 */
static int put_summary(const struct options *options, const struct summary *summary,
		       bool *ret_printed)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err = 0;

	if (!out)
		return -ENOMEM;
	if (options->json_summary) {
		summary_print_json(summary, out);
	} else {
		struct summary shown = *summary;

		/* On a terminal, print a short table for a person. Scripts get the whole table. */
		shown.brief = isatty(STDERR_FILENO);
		shown.verbose = options->verbose;
		err = summary_print_text(&shown, out);
	}
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		*ret_printed = log_err_text(text, size) == 0;
	free(text);
	return err;
}

enum status outcome_summary(const struct options *options, const struct summary *summary)
{
	bool printed = false;
	int err = put_summary(options, summary, &printed);

	/* If the summary cannot be written to stderr, only the exit status can report this. */
	if (!err)
		return printed ? STATUS_OK : STATUS_OUTPUT;
	log_err("the summary is not available: %s", strerror(-err));
	return STATUS_OTHER;
}
