# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Names of a processor architecture, for BUILD files that serve two repositories, such as @vmlinux and @vmlinux_arm64."""

def _is_arm64():
    return native.repository_name().endswith("_arm64")

def multiarch():
    """The name of the architecture's folders in Debian packages."""
    return "aarch64-linux-gnu" if _is_arm64() else "x86_64-linux-gnu"

def kernel_arch():
    """The name of the architecture's folder in arch/ of the kernel's sources. libbpf's headers use the same name."""
    return "arm64" if _is_arm64() else "x86"
