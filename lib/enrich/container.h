/* SPDX-License-Identifier: BSD-2-Clause */
/* The container of a process, from the path of its cgroup, of version 1 or 2. */
#ifndef ET_ENRICH_CONTAINER_H
#define ET_ENRICH_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

/* Runtimes write this many characters of an id for people. */
#define ET_CONTAINER_SHORT 12

struct et_container {
	const char
		*runtime; /* "docker", "containerd", "cri-o", "podman", "nspawn"; or "kubernetes" */
	const char *id;   /* in the path: 64 hexadecimal digits, or a name of nspawn's */
	size_t id_len;
	const char *pod; /* in the path: the pod's uid, where "_" may be "-"; NULL: none */
	size_t pod_len;
};

/**
 * et_container_of() - find the container
 * @path:	of the cgroup, without a terminator; the result points into it
 * @len:	its bytes
 * @ret:	receives the innermost container; left alone if there is none
 *
 * Knows the cgroups of Docker, containerd, CRI-O, Podman, nspawn and Kubernetes, with either of
 * their cgroup drivers. The monitors of containers (conmon) are outside of these.
 *
 * Return: true if the path is a container's.
 */
bool et_container_of(const char *path, size_t len, struct et_container *ret);

#endif /* ET_ENRICH_CONTAINER_H */
