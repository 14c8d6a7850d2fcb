/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/memory_limit.h"

#include <inttypes.h>
#include <limits.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/eventstrace/log_err.h"

/*
 * Measured on 6.12 and 6.18 with the default rings. Most of this memory is for the kernel's BTF,
 * which is read while programs are loaded. So a few events need nearly as much memory as all
 * events.
 */
#define KIB    UINT64_C(1024)
#define LEAST  (14 * 1024 * KIB)
#define ENOUGH (36 * 1024 * KIB)

/* The default sizes of the rings. */
#define LIFECYCLE (1024 * KIB)
#define BULK      (2048 * KIB)

/* Names that differ between the versions of cgroups. */
struct version {
	const char *type;       /* type of its file system */
	const char *controller; /* mount option; NULL: any */
	const char *file;
};

static const struct version versions[] = {
	{ "cgroup", "memory", "memory.limit_in_bytes" },
	{ "cgroup2", NULL, "memory.max" },
};

/* Find the mount point of a version's memory controller. */
static bool find_mount(const struct version *v, char *ret, size_t size)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	if (!f)
		return false;
	do
		m = getmntent(f);
	while (m && (strcmp(m->mnt_type, v->type) != 0 ||
		     (v->controller && !hasmntopt(m, v->controller))));
	if (m)
		snprintf(ret, size, "%s", m->mnt_dir);
	endmntent(f);
	return m;
}

/* True if the comma-separated list contains the word. */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ',') && (!at[len] || at[len] == ','))
			return true;
	return false;
}

/*
 * Find the path of this process's cgroup, relative to the mount. The lines of /proc/self/cgroup are
 * like "4:memory:/path" or "0::/path".
 */
static bool find_path(const struct version *v, char *ret, size_t size)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX + 128];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;

		if (!path)
			continue;
		*path++ = '\0';
		list++;
		found = v->controller ? has_word(list, v->controller) : !*list;
		path[strcspn(path, "\n")] = '\0';
		if (found)
			snprintf(ret, size, "%s", path);
	}
	if (f)
		fclose(f);
	return found;
}

/*
 * Return: the limit in bytes; UINT64_MAX: none. Version 2 has the word "max" for no limit, version
 * 1 a number larger than all memory.
 */
static uint64_t read_limit(const char *folder, const char *file)
{
	char path[2 * PATH_MAX + 64], text[32] = "";
	uint64_t limit = UINT64_MAX;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	f = fopen(path, "re");
	if (!f)
		return UINT64_MAX;
	if (fgets(text, sizeof(text), f) && *text >= '0' && *text <= '9')
		limit = strtoull(text, NULL, 10);
	fclose(f);
	return limit;
}

static uint64_t limit_of(const struct version *v)
{
	char mount[PATH_MAX], path[PATH_MAX], folder[2 * PATH_MAX];
	uint64_t least = UINT64_MAX;

	if (!find_mount(v, mount, sizeof(mount)) || !find_path(v, path, sizeof(path)))
		return UINT64_MAX;
	/*
	 * Read the limit of the cgroup and of each ancestor. In a container, the path may not
	 * exist; the mount point is then the process's cgroup.
	 */
	for (;;) {
		char *slash = strrchr(path, '/');
		uint64_t limit;

		snprintf(folder, sizeof(folder), "%s%s", mount, path);
		limit = read_limit(folder, v->file);
		least = limit < least ? limit : least;
		if (!slash)
			return least;
		*slash = '\0';
	}
}

/*
 * The smallest limit in bytes of the cgroup and its ancestors, in both versions; UINT64_MAX: none
 * is known.
 */
static uint64_t find_limit(void)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		uint64_t limit = limit_of(&versions[i]);

		least = limit < least ? limit : least;
	}
	return least;
}

/* Bytes by which the rings are larger than the default. */
static uint64_t larger_rings(const struct options *o)
{
	uint64_t lifecycle = o->lifecycle_ring_size ? o->lifecycle_ring_size : o->ring_size;
	uint64_t bulk = o->bulk_ring_size ? o->bulk_ring_size : o->ring_size;

	return (lifecycle > LIFECYCLE ? lifecycle - LIFECYCLE : 0) +
	       (bulk > BULK ? bulk - BULK : 0);
}

bool memory_limit_suffices(const struct options *options)
{
	uint64_t limit = find_limit(), rings = larger_rings(options);

	if (limit < LEAST + rings) {
		log_err("the memory cgroup allows %" PRIu64 " KiB, but %" PRIu64
			" KiB are the least for "
			"any event: raise its limit (memory.max)",
			limit / 1024, (LEAST + rings) / 1024);
		return false;
	}
	if (limit < ENOUGH + rings)
		log_err("warning: the memory cgroup allows %" PRIu64
			" KiB, but all events take up to "
			"%" PRIu64 " KiB: the kernel may kill this process: raise memory.max",
			limit / 1024, (ENOUGH + rings) / 1024);
	return true;
}
