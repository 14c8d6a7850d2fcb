#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Prints a shell script that calls Bazel's pinned compiler with the pinned C library, for use without Bazel:
#
#	pinned_cc.sh CLANG SYSROOT > cc
#
# One call of the script either compiles or links.
set -eu
clang=$(realpath -s "$1") sysroot=$(realpath -s "$2")
tools=${clang%/bin/clang}
cat <<END
#!/bin/sh
exec "$clang" --target=x86_64-linux-gnu -no-canonical-prefixes --sysroot="$sysroot" -Wno-unused-command-line-argument \\
	-resource-dir "$tools/root/usr/lib/llvm-19/lib/clang/19" --ld-path="$tools/bin/ld.lld" "\$@"
END
