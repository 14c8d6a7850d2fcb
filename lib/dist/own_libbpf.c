/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A test program with its own libbpf, and with a function that has the name of an internal function
 * of libeventstrace.a. The library must call its own libbpf and its own function.
 */
#include <stdio.h>
#include <string.h>

#include <eventstrace.h>

const char *libbpf_version_string(void);

static int calls;

/* The library has an internal function of this name, and must not call the function here. */
int et_decode(void)
{
	return ++calls;
}

int main(void)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_session *session = NULL;
	struct et_error err = { .kind = ET_ERROR_NONE };

	/* The ring is too large, so this call fails even with privileges. */
	opts.events = ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC);
	opts.ring_size = (size_t)1 << 40;
	if (et_session__open(&opts, &session, &err) == 0 || calls)
		return 1;
	if (strlen(libbpf_version_string()) < 4 || et_decode() != 1)
		return 1;
	puts("own libbpf");
	return 0;
}
