/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the container of a process from the path of the process's cgroup. Both cgroup versions are
 * supported.
 */
#ifndef ET_ENRICH_CONTAINER_H
#define ET_ENRICH_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/decode/facts.h"

/* Number of characters to which runtimes shorten a container's id in their messages. */
#define ET_CONTAINER_SHORT 12

/*
 * A container. The pointers id and pod point into the cgroup's path, so neither has a terminating
 * 0.
 */
struct et_container {
	/*
	 * "docker", "containerd", "cri-o", "podman", "nspawn", or "kubernetes" if the runtime is
	 * unknown.
	 */
	const char *runtime;
	const char *id; /* 64 hexadecimal digits, or the name of an nspawn container */
	size_t id_len;
	/* uid of the Kubernetes pod, perhaps with "_" in place of "-"; NULL: no pod */
	const char *pod;
	size_t pod_len;
	/* path of the cgroup; only et_container_find() sets it */
	const char *path;
	size_t path_len;
};

/**
 * et_container_of() - find the container of a cgroup
 * @path:	path of the cgroup, without a terminating 0
 * @len:	bytes of @path
 * @ret:	receives the innermost container, which points into @path; unchanged if there is
 *		none
 *
 * Knows the cgroups of Docker, containerd, CRI-O, Podman, nspawn and Kubernetes, with the cgroup
 * drivers systemd and cgroupfs. The cgroup of a container's monitor (conmon) is no container.
 *
 * Return: true if the path is a container's.
 */
bool et_container_of(const char *path, size_t len, struct et_container *ret);

/*
 * Find the container of an event's process. Tries the event's path of the version 2 cgroup first,
 * then the path of the pids controller. Return: as et_container_of().
 */
bool et_container_find(const struct et_facts *facts, struct et_container *ret);

#endif /* ET_ENRICH_CONTAINER_H */
