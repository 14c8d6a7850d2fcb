#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Prints a program that is the pinned compiler with the pinned C library, for use outside of Bazel's rules:
#
#	pinned_cc.sh CLANG SYSROOT > cc
#
# It compiles or links, but does not do both at once.
set -eu
clang=$(realpath -s "$1") sysroot=$(realpath -s "$2")
tools=${clang%/bin/clang}
cat <<END
#!/bin/sh
exec "$clang" --target=x86_64-linux-gnu -no-canonical-prefixes --sysroot="$sysroot" -Wno-unused-command-line-argument \\
	-resource-dir "$tools/root/usr/lib/llvm-19/lib/clang/19" --ld-path="$tools/bin/ld.lld" "\$@"
END
