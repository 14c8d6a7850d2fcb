#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Records NAME.etr on the running kernel and writes its printed events to NAME.jsonl. Existing recordings
# are never made again: they prove that old recordings can still be read. As root:
#   ./bazelw build //tools:eventstrace //tools/cases //lib/recording:filter_recording && bash lib/recording/testdata/record.sh NAME
# Further arguments are options of the recording: "record.sh fixed --wire-format=fixed".
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"

# The recording is published, so it must contain no environment variables and no paths of this machine: run in a clean
# environment and a private mount namespace.
if [ -z "${CLEAN-}" ]; then
	exec env -i CLEAN=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root unshare -m bash "$PWD/record.sh" "$@"
fi
unset CLEAN OLDPWD
name=${1:?no name}
shift
here=$PWD
if [ -e "$name.etr" ]; then
	echo "record.sh: $name.etr is there already" >&2
	exit 1
fi
root=$here/../../..
mount -t tmpfs tmpfs /srv
mkdir /srv/out
for file in noop setsid setuid setgid exec_failed exec_memfd exec_deleted exit_signal tty_slave; do
	cp "$root/bazel-bin/tools/cases/$file" /srv/
done
cp "$root/bazel-bin/tools/eventstrace/eventstrace" "$root/bazel-bin/lib/recording/filter_recording" /srv/
cat >/srv/run <<'END'
for file in noop setsid setuid setgid exec_failed exec_memfd exec_deleted exit_signal tty_slave; do
	/srv/$file >/dev/null
done
/srv/noop "$(printf 'text \303\251 \342\202\254')" "$(printf 'bytes \377\200\001')" '"quoted" \'
MESSAGE=hello /srv/none
exit 3
END
cd /srv

exec {ready}< <(exec ./eventstrace -i --record out/all.etr "$@" 2>out/summary)
tracer=$!
read -r -u "$ready" _
setsid sh run </dev/null >/dev/null 2>&1 &
pid=$!
wait "$pid" || true
sleep 0.5
kill -INT "$tracer"
while kill -0 "$tracer" 2>/dev/null; do sleep 0.1; done
cat out/summary >&2
./filter_recording "$pid" <out/all.etr >"$here/$name.etr"
./eventstrace --replay "$here/$name.etr" -o "$here/$name.jsonl"
