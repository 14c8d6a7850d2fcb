# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
"""Names of a processor architecture, for a BUILD file of several repositories: @vmlinux and @vmlinux_arm64."""

def _is_arm64():
    return native.repository_name().endswith("_arm64")

def multiarch():
    """The folder in the paths of Debian packages."""
    return "aarch64-linux-gnu" if _is_arm64() else "x86_64-linux-gnu"

def kernel_arch():
    """The folder in arch/ of the kernel's sources, which libbpf's headers also use."""
    return "arm64" if _is_arm64() else "x86"
