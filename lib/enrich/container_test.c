/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lib/enrich/container.h"

#define ID   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2  "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POD  "1b3f0a52-6c1c-4a52-9c2e-3f2ab1c0ffee"
#define POD_ "1b3f0a52_6c1c_4a52_9c2e_3f2ab1c0ffee"

static void check(const char *path, const char *runtime, const char *id, const char *pod)
{
	struct et_container c = { 0 };

	assert_true(et_container_of(path, strlen(path), &c));
	assert_string_equal(c.runtime, runtime);
	assert_int_equal(c.id_len, strlen(id));
	assert_memory_equal(c.id, id, c.id_len);
	assert_int_equal(c.pod_len, pod ? strlen(pod) : 0);
	if (pod)
		assert_memory_equal(c.pod, pod, c.pod_len);
}

static void none(const char *path)
{
	struct et_container c;

	assert_false(et_container_of(path, strlen(path), &c));
}

static void runtimes(void **state)
{
	(void)state;
	check("/docker/" ID, "docker", ID, NULL);
	check("/system.slice/docker-" ID ".scope", "docker", ID, NULL);
	check("/system.slice/docker-" ID ".scope/init", "docker", ID, NULL);
	check("/machine.slice/libpod-" ID ".scope", "podman", ID, NULL);
	check("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	      ".scope/container",
	      "podman", ID, NULL);
	check("/libpod_parent/libpod-" ID, "podman", ID, NULL);
	check("/system.slice/nerdctl-" ID ".scope", "containerd", ID, NULL);
	check("/machine.slice/systemd-nspawn@debian.service/payload", "nspawn", "debian", NULL);
	check("/machine.slice/machine-debian.scope", "nspawn", "debian", NULL);
}

static void kubernetes(void **state)
{
	(void)state;
	check("/kubepods/besteffort/pod" POD "/" ID, "kubernetes", ID, POD);
	check("/kubepods/pod" POD "/" ID, "kubernetes", ID, POD);
	check("/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" POD_
	      ".slice/cri-containerd-" ID ".scope",
	      "containerd", ID, POD_);
	check("/kubepods.slice/kubepods-pod" POD_ ".slice/crio-" ID ".scope", "cri-o", ID, POD_);
	check("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" POD_
	      ".slice/docker-" ID ".scope",
	      "docker", ID, POD_);
	check("/system.slice/containerd.service/kubepods-burstable-pod" POD_
	      ".slice:cri-containerd:" ID,
	      "containerd", ID, POD_);
	/*
	 * With kind (Kubernetes in Docker), a node is a container, and the pod's container is
	 * inside of it. The process belongs to the inner container.
	 */
	check("/docker/" ID2 "/kubelet/kubepods/besteffort/pod" POD "/" ID, "kubernetes", ID, POD);
}

static void no_container(void **state)
{
	(void)state;
	none("");
	none("/");
	none("/system.slice/docker.service");
	none("/user.slice/user-1000.slice/session-3.scope");
	none("/system.slice/docker-abc.scope");
	none("/" ID);
	none("/machine.slice/libpod-conmon-" ID ".scope");
	none("/kubepods.slice/kubepods-pod" POD_ ".slice/crio-conmon-" ID ".scope");
	none("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope");
	none("/system.slice/docker-" ID "0.scope");
	none("/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runtimes),
		cmocka_unit_test(kubernetes),
		cmocka_unit_test(no_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
