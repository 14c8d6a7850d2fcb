#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# bazelw refuses a host whose processor cannot run the pinned compiler, and says which processors can.
#
#	host_test.sh BAZELW
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#!/bin/sh\necho "$MACHINE"\n' >"$work/uname"
# A bazel that says that bazelw started it. Without it, bazelw would install Bazel if the test fails.
printf '#!/bin/sh\n[ "$1" = --version ] && echo "bazel 7.7.1" || echo started\n' >"$work/bazel"
chmod 755 "$work/uname" "$work/bazel"
cp "$1" "$work/bazelw"
echo 7.7.1 >"$work/.bazelversion"
# on MACHINE STATUS TEXT: fails unless bazelw ends with STATUS on such a host, and prints TEXT.
on() {
	local status=0
	MACHINE=$1 PATH=$work:$PATH "$work/bazelw" build //tools:eventstrace >"$work/out" 2>&1 || status=$?
	if [ "$status" != "$2" ] || ! grep -q "$3" "$work/out"; then
		echo "$1: exit status $status: $(cat "$work/out")" >&2
		exit 1
	fi
}
on x86_64 0 started
on aarch64 0 started
on riscv64 36 "runs on x86-64 and arm64, and not on riscv64"
