#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# bazelw refuses a host whose processor cannot run the pinned compiler, and says what to do.
#
#	host_test.sh BAZELW
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#!/bin/sh\necho aarch64\n' >"$work/uname"
# A bazel that says that bazelw started it. Without it, bazelw would install Bazel if the test fails.
printf '#!/bin/sh\n[ "$1" = --version ] && echo "bazel 7.7.1" || echo started\n' >"$work/bazel"
chmod 755 "$work/uname" "$work/bazel"
cp "$1" "$work/bazelw"
echo 7.7.1 >"$work/.bazelversion"
status=0
PATH=$work:$PATH "$work/bazelw" build //tools:eventstrace >"$work/out" 2>&1 || status=$?
if [ "$status" != 36 ] || ! grep -q "runs on x86-64 only.*--config=arm64" "$work/out"; then
	echo "exit status $status: $(cat "$work/out")" >&2
	exit 1
fi
