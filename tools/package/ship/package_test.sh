#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Tests the packages of eventstrace-ship, without a cluster:
#
#	package_test.sh MACHINE SYSTEM EMULATOR VERSION DATE SECONDS DEB RPM TARBALL TARGZ RPMBUILD STRIP FILE...
#
# MACHINE is the processor of the packages, x86_64 or aarch64. SYSTEM has the unpacked packages of a Debian system for
# it, in which the test installs the package. EMULATOR runs programs for MACHINE; "-": the host itself runs them.
#
# The arguments are those with which package.sh made the three packages, without NAME and MACHINE. RPMBUILD is in bin/
# of @packaging, with the other programs that this test uses.
set -eu
export LC_ALL=C
if [ "$(id -u)" != 0 ]; then
	exec unshare --map-root-user "$0" "$@"
fi
machine=$1 system=$2 emulator=
[ "$3" = - ] || emulator=$(realpath "$3")
shift 3
version=$1 date=$2 seconds=$3 deb=$(realpath "$4") rpm=$(realpath "$5") tarball=$(realpath "$6")
shift 6
package=tools/package/package.sh
tools=${2%/*}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$*" >&2
	exit 1
}

# run ARG...: runs the program of the tarball.
run() {
	${emulator:+"$emulator"} "$program" "$@"
}

# in_debian_run ARG...: runs the installed program, in the Debian system.
in_debian_run() {
	in_debian ${emulator:+/emulator} "/usr/bin/${program##*/}" "$@"
}

# has TEXT FILE: fails if the file does not contain the text.
has() {
	grep -qF -e "$1" "$2" || fail "$2 has no \"$1\""
}

# ---- package.sh makes the same bytes in another folder, with another umask and at another time
mkdir -p "$work/again/folder"
sleep 1
(
	umask 077
	export TMPDIR="$work/again/folder"
	"$package" eventstrace-ship "$machine" "$version" "$date" "$seconds" \
		"$work/again/deb" "$work/again/rpm" "$work/again/tar" "$@"
)
cmp "$deb" "$work/again/deb"
cmp "$rpm" "$work/again/rpm"
cmp "$tarball" "$work/again/tar"

# ---- the tarball, with its licences
tar xzf "$tarball" -C "$work"
top=$work/eventstrace-ship-$version-linux-$machine
program=$top/usr/bin/eventstrace-ship
unit=$top/usr/lib/systemd/system/eventstrace-ship.service
bash_page=$top/usr/share/bash-completion/completions/eventstrace-ship
zsh_page=$top/usr/share/zsh/site-functions/_eventstrace-ship
fish_page=$top/usr/share/fish/vendor_completions.d/eventstrace-ship.fish
[ -s "$top/LICENSE" ] || fail "the licence is missing"
run --licenses | cmp - "$top/THIRD-PARTY-NOTICES"
[ "$(run --version)" = "eventstrace-ship $version" ] || fail "$(run --version) is not $version"

# ---- the .rpm names the licences of all that the program contains
for licence in $(sed -nE '/^It also contains declarations/q; s/^    ([A-Z][A-Za-z0-9.-]+).*/\1/p' "$top/THIRD-PARTY-NOTICES"); do
	grep '^License:' tools/package/ship/eventstrace-ship.spec | grep -qF "$licence" || fail "the .rpm does not name $licence"
done

# ---- the manual page and the completions have every command and option of --help
gzip -dc "$top/usr/share/man/man8/eventstrace-ship.8.gz" >"$work/eventstrace-ship.8"
"$tools/mandoc" -T lint -W warning "$work/eventstrace-ship.8" >&2
# sed removes bold text, which mandoc prints as a letter, a backspace, and the letter again.
"$tools/mandoc" -T ascii "$work/eventstrace-ship.8" | sed $'s/.\b//g' >"$work/man.txt"
has "eventstrace $version" "$work/man.txt"
run --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort >"$work/commands"
[ -s "$work/commands" ] || fail "--help has no commands"
(
	# shellcheck disable=SC1090
	. "$bash_page"
	# complete_words WORD...: prints the completions of the last word
	complete_words() {
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_eventstrace_ship eventstrace-ship "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null || :
		[ "${#COMPREPLY[@]}" = 0 ] || printf '%s\n' "${COMPREPLY[@]%=}" | sort
	}
	complete_words eventstrace-ship "" | grep -v '^--' | diff "$work/commands" - || fail "bash completes other commands"
	while read -r command; do
		run "$command" --help | sed -nE 's/^ +(-., )?(--[a-z-]+).*/\2/p' | sort -u >"$work/options"
		complete_words eventstrace-ship "$command" -- | diff "$work/options" - ||
			fail "bash completes other options of $command"
		has " -a $command " "$fish_page"
		has "'$command:" "$zsh_page"
		has "$command - " "$work/man.txt"
		while read -r option; do
			has "from $command' -l ${option#--} " "$fish_page"
			sed -n "/^$command)/,/;;/p" "$zsh_page" | grep -qE -e "'\*$option(=|\[)" || fail "zsh has no $command $option"
			grep -qE -e "$option([ =[]|\$)" "$work/man.txt" || fail "the manual page has no $option"
		done <"$work/options"
	done <"$work/commands"
	[ "$(complete_words eventstrace-ship send --kafka-config = "$top/LIC")" = "$top/LICENSE" ] || fail "bash completes no file"
	[ -z "$(complete_words eventstrace-ship send --kafka = "$top/LIC")" ] || fail "bash completes a property"
)

# ---- the unit
if command -v systemd-analyze >/dev/null; then
	sed "s,/usr/bin/eventstrace-ship,$program," "$unit" >"$work/eventstrace-ship.service"
	systemd-analyze verify --man=no "$work/eventstrace-ship.service" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	[ ! -s "$work/out" ] || fail "$(cat "$work/out")"
fi

# ---- the .deb is installed, run, upgraded, removed and purged in a clean Debian system
. tools/package/debian_root.sh
debian_root "$system" "$work/debian" "$emulator"
mkdir -p "$debian/run/systemd/system" "$debian/var/spool"
# Bazel's own files are for one user.
chmod -R a+rX "$debian"
echo "root:x:0:0:root:/root:/bin/sh" >"$debian/etc/passwd"
echo "root:x:0:" >"$debian/etc/group"
# A fake systemctl, which only logs its arguments, and a fake useradd: the system has neither.
printf '#!/bin/sh\necho "$*" >>/systemctl.log\n' >"$debian/bin/systemctl"
# Without root's privileges, the kernel knows one user in this namespace: then the sender is this one.
id=990
[ "$(awk '$1 == 0 { print $3 }' /proc/self/uid_map)" -gt $id ] || id=0
cat >"$debian/usr/sbin/useradd" <<END
#!/bin/sh
for name; do :; done
echo "\$name:x:$id:$id::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
echo "\$name:x:$id:" >>/etc/group
END
chmod 755 "$debian/bin/systemctl" "$debian/usr/sbin/useradd"
calls() {
	[ "$(cat "$debian/systemctl.log")" = "$1" ] || fail "systemctl was called so: $(cat "$debian/systemctl.log")"
	rm "$debian/systemctl.log"
}
spool=/var/spool/eventstrace
# owner FILE: prints its permissions, user and group.
owner() {
	stat -c '%a %u %g' "$debian$1"
}
# as_sender PROGRAM...: runs a program in $debian as the sender's user. The sender needs /proc.
as_sender() {
	local user=()
	[ "$id" = 0 ] || user=(--setuid "$id" --setgid "$id")
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		unshare --pid --fork --mount-proc --root="$debian" "${user[@]}" "$@"
}
[ "${deb##*/}" = "eventstrace-ship_$version-1_$(in_debian dpkg --print-architecture).deb" ] ||
	fail "$deb is not $version"
cp "$deb" "$debian/deb"
in_debian dpkg -i /deb >&2
calls "daemon-reload"
[ "$(in_debian_run --version)" = "eventstrace-ship $version" ]
in_debian dpkg -V eventstrace-ship | diff /dev/null - || fail "dpkg finds changed files"
[ "$(owner $spool)" = "2770 0 $id" ] || fail "the folder has $(owner $spool)"
[ "$(owner /etc/eventstrace-ship/kafka.properties)" = "640 0 $id" ] || fail "all users can read passwords"
# The sender can read and delete what the tracer writes, and keep its files there. An empty folder needs no cluster.
in_debian sh -c "umask 137; echo >$spool/segment"
as_sender sh -c "cat $spool/segment && rm $spool/segment" >/dev/null || fail "the sender cannot use the folder"
as_sender ${emulator:+/emulator} /usr/bin/eventstrace-ship send --once \
	--kafka-config=/etc/eventstrace-ship/kafka.properties $spool \
	kafka://127.0.0.1:1/events 2>"$work/out" || fail "$(cat "$work/out")"
has "0 events in 0 messages" "$work/out"
[ -e "$debian$spool/ship.lock" ] || fail "the sender did not lock the folder"
# An upgrade keeps the user, and a file that was changed.
echo "sasl.password=secret" >>"$debian/etc/eventstrace-ship/kafka.properties"
"$package" eventstrace-ship "$machine" "$version.1" "$date" "$seconds" "$debian/deb" - - "$@"
in_debian dpkg -i /deb >&2
calls "daemon-reload
try-restart eventstrace-ship.service"
[ "$(grep -c eventstrace-ship "$debian/etc/passwd")" = 1 ] || fail "an upgrade adds another user"
has "sasl.password=secret" "$debian/etc/eventstrace-ship/kafka.properties"
[ "$(owner /etc/eventstrace-ship/kafka.properties)" = "640 0 $id" ] || fail "after the upgrade, all users can read passwords"
in_debian dpkg -r eventstrace-ship >&2
calls "disable --now eventstrace-ship.service
daemon-reload"
[ -e "$debian/etc/eventstrace-ship/kafka.properties" ] && [ -d "$debian$spool" ] || fail "more was removed"
# A purge leaves segments that were not sent, and the sender's position in them. Without segments, it leaves nothing.
: >"$debian$spool/00000000000000000001.etr"
in_debian dpkg -P eventstrace-ship >&2
[ -e "$debian$spool/00000000000000000001.etr" ] || fail "a purge deletes segments"
[ -e "$debian$spool/ship.lock" ] || fail "a purge deletes the sender's files beside segments"
rm "$debian$spool/00000000000000000001.etr"
in_debian dpkg -i /deb >&2
in_debian dpkg -P eventstrace-ship >&2
[ ! -e "$debian$spool" ] || fail "a purge leaves the sender's folder"
find "$debian" -path "$debian/proc" -prune -o -name '*eventstrace*' -print >"$work/left"
[ ! -s "$work/left" ] || fail "a purge leaves $(cat "$work/left")"

# ---- rpm reads the .rpm, installs it in an empty root, and removes it
cp "$rpm" "$debian/rpm"
mkdir -p "$debian/root.rpm/var/lib/rpm"
in_debian rpm -K /rpm | grep -q "digests OK" || fail "rpm -K refuses the package"
[ "$(in_debian rpm -qp --qf '%{NAME} %{VERSION} %{ARCH} %{PAYLOADCOMPRESSOR} %{BUILDHOST} %{BUILDTIME}' /rpm)" = \
	"eventstrace-ship $version $machine gzip reproducible $seconds" ] || fail "rpm -qp says something else"
in_debian rpm -qp --qf '[%{FILENAMES} %{FILEMODES:perms} %{FILEGROUPNAME}\n]' /rpm >"$work/files"
has "/var/spool/eventstrace drwxrws--- eventstrace-ship" "$work/files"
has "/etc/eventstrace-ship/kafka.properties -rw-r----- eventstrace-ship" "$work/files"
in_root() {
	in_debian rpm --root /root.rpm "$@"
}
in_root -i --nodeps --noscripts /rpm
in_root -V --nodeps --noscripts eventstrace-ship
cmp "$program" "$debian/root.rpm/usr/bin/eventstrace-ship"
in_root -qc eventstrace-ship | grep -c /etc/eventstrace-ship/ | grep -qx 2 || fail "the settings are none for rpm"
in_root -e --nodeps --noscripts eventstrace-ship
[ -z "$(find "$debian/root.rpm" -name '*eventstrace*')" ] || fail "rpm -e leaves files"
echo ok
