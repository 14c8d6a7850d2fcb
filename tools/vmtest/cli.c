/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/vmtest/cli.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void go_to_runfiles(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 32);

	if (n < 0)
		return;
	snprintf(path + n, sizeof(path) - (size_t)n, ".runfiles/eventstrace");
	/* Without Bazel's directory, paths are relative to the caller's directory. */
	if (chdir(path) < 0)
		return;
}

static int add(const char **list, const char *word)
{
	for (int i = 0; i < CLI_MAX; i++) {
		if (list[i])
			continue;
		list[i] = word;
		return 0;
	}
	return -E2BIG;
}

/* Add the fields of a comma-separated list. */
static int add_all(const char **list, char *words)
{
	char *word;
	int r = 0;

	while (r == 0 && (word = strsep(&words, ",")))
		if (*word)
			r = add(list, word);
	return r;
}

/* The value of the option @name if @arg is this option; otherwise NULL. */
static char *value_of(char *arg, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(arg, name, len) && arg[len] == '=' ? arg + len + 1 : NULL;
}

static int read_one(char *arg, struct cli *a)
{
	const struct {
		const char *name, **value;
	} single[] = {
		{ "--name", &a->name },
		{ "--release", &a->release },
		{ "--kernel", &a->kernel },
		{ "--qemu", &a->qemu },
		{ "--cpu", &a->cpu },
		{ "--loadable", &a->loadable },
		{ "--baseline", &a->baseline },
		{ "--theme", &a->theme },
		{ "--parameters", &a->parameters },
		{ "--cpus", &a->cpus },
	};
	char *value;
	int r;

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
		value = value_of(arg, single[i].name);
		if (!value)
			continue;
		*single[i].value = value;
		return 0;
	}
	value = value_of(arg, "--initrd");
	if (value)
		return add(a->initrds, value);
	value = value_of(arg, "--kinds");
	if (value) {
		/*
		 * The first list is from the table of kernels. A second list is from the user
		 * that wants fewer kinds.
		 */
		memset(a->kinds, 0, sizeof(a->kinds));
		r = add_all(a->kinds, value);
		if (!a->kernel_kinds[0])
			memcpy(a->kernel_kinds, a->kinds, sizeof(a->kinds));
		return r;
	}
	value = value_of(arg, "--formats");
	if (value)
		return add_all(a->formats, value);
	value = value_of(arg, "--without");
	if (value)
		return add_all(a->without, value);
	value = value_of(arg, "--cannot");
	if (value)
		return add_all(a->cannot, value);
	if (!strcmp(arg, "--update"))
		a->update = true;
	else if (!strcmp(arg, "--suites-only"))
		a->suites_only = true;
	else if (!strcmp(arg, "--exact"))
		a->exact = true;
	else if (!strcmp(arg, "--verbose"))
		a->verbose = true;
	else
		return -EINVAL;
	return 0;
}

int cli_parse(int argc, char **argv, struct cli *ret)
{
	struct cli a = { .parameters = "", .cpus = "1" };

	for (int i = 1; i < argc; i++) {
		if (read_one(argv[i], &a) == 0)
			continue;
		fprintf(stderr, "%s: what is %s?\n", program_invocation_short_name, argv[i]);
		return -EINVAL;
	}
	if (!a.name || !a.kernel || !a.qemu || !a.initrds[0]) {
		fprintf(stderr, "%s: --name, --kernel, --qemu and --initrd are needed\n",
			program_invocation_short_name);
		return -EINVAL;
	}
	go_to_runfiles();
	*ret = a;
	return 0;
}
