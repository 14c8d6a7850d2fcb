#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Installs the package in a small Debian system, and runs the service's command. Process 1 is not systemd here. So the
# script itself applies some settings of the unit: command, capabilities, folders and signals.
#
#	service_live_test.sh DEB ROOT
set -eu
export LC_ALL=C
deb=$(realpath "$1") root=$(realpath "$2")
# The mounts of a new mount namespace end with this process.
if [ "${SERVICE_TEST_IN-}" != 1 ]; then
	SERVICE_TEST_IN=1 exec unshare --mount --propagation private "$0" "$@"
fi
work=$(mktemp -d)
pid=
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || :
	wait
	in_debian umount -R /sys 2>/dev/null || :
	in_debian umount /proc 2>/dev/null || :
	# rm must not remove files of file systems that are still mounted.
	rm -rf --one-file-system "$work"
}
trap cleanup EXIT

fail() {
	echo "$*" >&2
	exit 1
}

# wait_for WHAT COMMAND...: repeats the command until it succeeds; fails after 15 s
wait_for() {
	local what=$1 tries=0
	shift
	until "$@" 2>/dev/null; do
		[ $((tries += 1)) -le 150 ] || fail "not seen: $what: $(cat "$work/err")"
		sleep 0.1
	done
}

. tools/package/debian_root.sh
debian_root "$root" "$work/debian"
cp "$deb" "$debian/deb"
in_debian dpkg -i /deb >&2
in_debian mount -t proc proc /proc
in_debian mount -t sysfs -o ro sysfs /sys # as with ProtectKernelTunables
in_debian mount -t tracefs -o ro tracefs /sys/kernel/tracing

# setting NAME: prints the value of a setting in the unit
setting() {
	sed -n "s/^$1=//p" "$debian/usr/lib/systemd/system/eventstrace.service"
}
# setpriv needs the names of capabilities as +bpf,+perfmon.
caps=$(setting CapabilityBoundingSet | tr '[:upper:]' '[:lower:]' | sed 's/cap_/+/g; s/ /,/g')
[ "$caps" = +bpf,+perfmon ] || fail "the unit has other capabilities: $caps"
logs=$debian/var/log/$(setting LogsDirectory)
mkdir -m "$(setting LogsDirectoryMode)" "$logs"
read -ra command <<<"$(setting ExecStart)"

# systemd's restrictions of files and system calls are not applied here.
(
	umask "$(setting UMask)"
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin nice -n "$(setting Nice)" chroot "$debian" \
		setpriv --no-new-privs --bounding-set "-all,$caps" --inh-caps -all "${command[@]}" 2>"$work/err"
) &
pid=$!
sleep 0.1
wait_for "the events' file" test -e "$logs/events.json"
# The hooks may not be attached yet, so wait for an event.
mark=service_test.$$
seen() {
	: >"$work/$mark"
	rm "$work/$mark"
	grep -q "$mark" "$1"
}
wait_for "an event" seen "$logs/events.json"
[ "$(stat -c %a "$logs/events.json")" = 600 ] || fail "others can read the events"
# This program's own arguments do not match, because JSON escapes their quotes.
if grep -q '"event_type":"PROCESS_TTY_WRITE"' "$logs/events.json"; then fail "terminal writes are recorded"; fi
grep -q '^CapEff:[[:space:]]0*$' "/proc/$pid/status" || [ "$(uname -r | cut -d. -f1)" -lt 6 ] || fail "capabilities are left"

# As systemctl reload, by ExecReload
[ "$(setting ExecReload)" = '/bin/kill -HUP $MAINPID' ] || fail "the unit reloads otherwise"
mv "$logs/events.json" "$logs/old.json"
kill -HUP "$pid"
wait_for "a new file" test -e "$logs/events.json"
wait_for "an event after the reload" seen "$logs/events.json"

# As systemctl stop
kill "$pid"
status=0
wait "$pid" || status=$?
pid=
[ "$status" = 0 ] || fail "it ends with status $status: $(cat "$work/err")"
grep -q '"accounted":true' "$work/err" || fail "no account: $(cat "$work/err")"
grep -q "to find them, CAP_SYS_ADMIN is needed" "$work/err" || fail "no word about other tracers: $(cat "$work/err")"
in_debian umount -R /sys
in_debian umount /proc
in_debian dpkg -P eventstrace >&2
[ ! -e "$logs" ] || fail "a purge leaves the events"
echo ok
