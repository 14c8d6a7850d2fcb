/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/container.h"

#include <string.h>

/* Number of hexadecimal digits in a container's id. */
#define ID_LEN 64

/* A part of a cgroup's path, without a terminating 0. */
struct text {
	const char *p;
	size_t len;
};

/* If @t begins with @prefix, remove the prefix from @t and return true. */
static bool takes_prefix(struct text *t, const char *prefix)
{
	size_t len = strlen(prefix);

	if (t->len < len || memcmp(t->p, prefix, len) != 0)
		return false;
	t->p += len;
	t->len -= len;
	return true;
}

/* If @t ends with @suffix, remove the suffix from @t and return true. */
static bool takes_suffix(struct text *t, const char *suffix)
{
	size_t len = strlen(suffix);

	if (t->len < len || memcmp(t->p + t->len - len, suffix, len) != 0)
		return false;
	t->len -= len;
	return true;
}

static bool is_id(const struct text *t)
{
	if (t->len != ID_LEN)
		return false;
	for (size_t i = 0; i < t->len; i++)
		if (!(t->p[i] >= '0' && t->p[i] <= '9') && !(t->p[i] >= 'a' && t->p[i] <= 'f'))
			return false;
	return true;
}

/*
 * Find the uid of a Kubernetes pod in the name of a cgroup. The name is "kubepods-pod1a2b.slice"
 * with the cgroup driver systemd, "pod1a2b" with the driver cgroupfs; the uid is "1a2b".
 */
static bool find_pod(struct text name, struct text *ret)
{
	if (takes_suffix(&name, ".slice") && takes_prefix(&name, "kubepods")) {
		(void)(takes_prefix(&name, "-besteffort") || takes_prefix(&name, "-burstable") ||
		       takes_prefix(&name, "-guaranteed"));
		if (!takes_prefix(&name, "-pod"))
			return false;
	} else if (!takes_prefix(&name, "pod")) {
		return false;
	}
	*ret = name;
	return name.len;
}

/*
 * Find the container runtime in a name such as "docker-ID.scope" (cgroup driver systemd), and
 * shorten @name to the ID. Podman's monitor is named "libpod-conmon-ID.scope"; it is rejected,
 * because "conmon-ID" is no valid ID.
 */
static const char *runtime_of(struct text *name)
{
	static const struct {
		const char *prefix, *runtime;
	} scopes[] = {
		{ "docker-", "docker" },         { "cri-containerd-", "containerd" },
		{ "nerdctl-", "containerd" },    { "crio-", "cri-o" },
		{ "libpod-payload-", "podman" }, { "libpod-", "podman" },
		{ "containerd-", "containerd" },
	};

	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++) {
		struct text id = *name;

		(void)takes_suffix(&id, ".scope");
		if (takes_prefix(&id, scopes[i].prefix) && is_id(&id)) {
			*name = id;
			return scopes[i].runtime;
		}
	}
	return NULL;
}

/*
 * True if @name is the cgroup of a systemd-nspawn container: "systemd-nspawn@NAME.service", or
 * "machine-NAME.scope", which systemd-machined makes. Then shorten @name to NAME.
 */
static bool is_nspawn(struct text *name)
{
	if (takes_prefix(name, "systemd-nspawn@"))
		return takes_suffix(name, ".service") && name->len;
	if (!takes_prefix(name, "machine-") || !takes_suffix(name, ".scope"))
		return false;
	/* A name "machine-qemu\..." is a virtual machine of libvirt, not a container. */
	return name->len && !(name->len >= 5 && !memcmp(name->p, "qemu\\", 5));
}

/*
 * Check whether @name, one directory of the cgroup's path, is the cgroup of a container. @before is
 * the name of the parent directory. @pod is the uid of the pod that contains the directory.
 */
static bool examine(struct text name, struct text before, struct text pod, struct et_container *ret)
{
	const char *colon = memchr(name.p, ':', name.len);
	const char *runtime = NULL;

	/* Some runtimes make cgroups without systemd: "kubepods-podUID.slice:cri-containerd:ID". */
	if (colon) {
		struct text slice = { name.p, (size_t)(colon - name.p) };

		(void)find_pod(slice, &pod);
		name.len -= (size_t)(colon + 1 - name.p);
		name.p = colon + 1;
		if (takes_prefix(&name, "cri-containerd:"))
			runtime = "containerd";
		else if (takes_prefix(&name, "crio:"))
			runtime = "cri-o";
		else if (takes_prefix(&name, "docker:"))
			runtime = "docker";
		else if (takes_prefix(&name, "libpod:"))
			runtime = "podman";
		if (!runtime || !is_id(&name))
			return false;
	} else if (is_id(&name)) {
		if (before.len == 6 && !memcmp(before.p, "docker", 6))
			runtime = "docker";
		else if (pod.len)
			runtime = "kubernetes";
		else
			return false;
	} else {
		runtime = runtime_of(&name);
		if (!runtime && is_nspawn(&name))
			runtime = "nspawn";
		if (!runtime)
			return false;
	}
	*ret = (struct et_container){
		.runtime = runtime,
		.id = name.p,
		.id_len = name.len,
		.pod = pod.len ? pod.p : NULL,
		.pod_len = pod.len,
	};
	return true;
}

bool et_container_of(const char *path, size_t len, struct et_container *ret)
{
	struct text before = { path, 0 }, pod = { path, 0 };
	const char *end = path + len;
	bool found = false;

	while (path < end) {
		const char *slash = memchr(path, '/', (size_t)(end - path));
		struct text name = { path, (size_t)((slash ? slash : end) - path) };

		found |= name.len && examine(name, before, pod, ret);
		(void)find_pod(name, &pod);
		before = name;
		path = slash ? slash + 1 : end;
	}
	return found;
}

static bool find_at(const struct et_field_view *path, struct et_container *ret)
{
	if (!path || !path->size || !et_container_of(path->data, path->size, ret))
		return false;
	ret->path = path->data;
	ret->path_len = path->size;
	return true;
}

bool et_container_find(const struct et_facts *facts, struct et_container *ret)
{
	return find_at(facts->cgroup, ret) || find_at(facts->pids_cgroup, ret);
}
