/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program with a libbpf of its own beside the library, and with a function that has the name of a
 * function inside of the library. The library must use its own.
 */
#include <stdio.h>
#include <string.h>

#include <eventstrace.h>

const char *libbpf_version_string(void);

static int calls;

/* The library's own name of a function that is not in its header. */
int et_decode(void)
{
	return ++calls;
}

int main(void)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_session *session = NULL;
	struct et_error err = { .kind = ET_ERROR_NONE };

	/* Whether it may trace or not, it uses its own functions. */
	opts.events = ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC);
	opts.ring_size = (size_t)1 << 40;
	if (et_session__open(&opts, &session, &err) == 0 || calls)
		return 1;
	if (strlen(libbpf_version_string()) < 4 || et_decode() != 1)
		return 1;
	puts("own libbpf");
	return 0;
}
