# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Names of a processor architecture.

Functions without arguments are for BUILD files that serve two repositories, such as @vmlinux and @vmlinux_arm64.
"""

# For each architecture of hosts, by its name in Debian: its name in @platforms//cpu, that of its folders in packages,
# and the dynamic loader of its programs.
ARCHITECTURES = {
    "amd64": struct(cpu = "x86_64", multiarch = "x86_64-linux-gnu", loader = "ld-linux-x86-64.so.2"),
    "arm64": struct(cpu = "arm64", multiarch = "aarch64-linux-gnu", loader = "ld-linux-aarch64.so.1"),
}

def host_architecture(ctx):
    """Debian's name of the architecture of the machine that builds. `ctx` is that of a repository rule."""
    return {"aarch64": "arm64", "amd64": "amd64", "x86_64": "amd64"}[ctx.os.arch]

def _is_arm64():
    return native.repository_name().endswith("_arm64")

def multiarch():
    """The name of the architecture's folders in Debian packages."""
    return "aarch64-linux-gnu" if _is_arm64() else "x86_64-linux-gnu"

def kernel_arch():
    """The name of the architecture's folder in arch/ of the kernel's sources. libbpf's headers use the same name."""
    return "arm64" if _is_arm64() else "x86"
