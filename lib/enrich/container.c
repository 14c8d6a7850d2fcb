/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/enrich/container.h"

#include <string.h>

#define ID_LEN 64

struct text {
	const char *p;
	size_t len;
};

static bool takes_prefix(struct text *t, const char *prefix)
{
	size_t len = strlen(prefix);

	if (t->len < len || memcmp(t->p, prefix, len) != 0)
		return false;
	t->p += len;
	t->len -= len;
	return true;
}

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

/* "pod" and its uid: "...-pod1a2b.slice" of the systemd driver, "pod1a2b" of the other. */
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

/* A name of the systemd driver: "docker-" and the id. Of conmon's the id does not match. */
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

/* A container of nspawn's: a service of its own, or a scope of machined's. */
static bool is_nspawn(struct text *name)
{
	if (takes_prefix(name, "systemd-nspawn@"))
		return takes_suffix(name, ".service") && name->len;
	if (!takes_prefix(name, "machine-") || !takes_suffix(name, ".scope"))
		return false;
	/* libvirt names its virtual machines so. */
	return name->len && !(name->len >= 5 && !memcmp(name->p, "qemu\\", 5));
}

/* The part of the path between two slashes, after the name @before. */
static bool examine(struct text name, struct text before, struct text pod, struct et_container *ret)
{
	const char *colon = memchr(name.p, ':', name.len);
	const char *runtime = NULL;

	/* containerd below a service of its own: "kubepods-podUID.slice:cri-containerd:ID". */
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
