#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Tests the packages without tracing anything:
#
#	package_test.sh MACHINE SYSTEM EMULATOR VERSION DATE SECONDS DEB RPM TARBALL TARGZ RPMBUILD STRIP FILE...
#
# MACHINE is the processor of the packages, x86_64 or aarch64. SYSTEM has the unpacked packages of a Debian system for
# it, in which the test installs the package. EMULATOR runs programs for MACHINE; "-": the host itself runs them.
#
# The arguments are those with which package.sh made the three packages, without NAME and MACHINE. RPMBUILD is in bin/ of
# @packaging, with the other programs that this test uses.
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

# no_kernel ARG...: fails unless the installed program reports that it finds no kernel to trace: the system has no /sys.
no_kernel() {
	local status=0
	in_debian_run "$@" >"$work/out" 2>&1 || status=$?
	[ "$status" = 4 ] || fail "without a kernel, the exit status is $status: $(cat "$work/out")"
	has "the kernel has no BTF: /sys/kernel/btf/vmlinux: No such file or directory" "$work/out"
}

# ---- package.sh makes the same bytes in another folder, with another umask and at another time
mkdir -p "$work/again/folder"
sleep 1
(
	umask 077
	export TMPDIR="$work/again/folder"
	"$package" eventstrace "$machine" "$version" "$date" "$seconds" \
		"$work/again/deb" "$work/again/rpm" "$work/again/tar" "$@"
)
cmp "$deb" "$work/again/deb"
cmp "$rpm" "$work/again/rpm"
cmp "$tarball" "$work/again/tar"

# ---- the tarball has all installed files, and no user or time of this build
tar tzvf "$tarball" --utc >"$work/tar.list"
[ "$(grep -cv ' 0/0 .* 1970-01-01 00:00 ' "$work/tar.list")" = 0 ] || fail "the tarball has times or users"
tar xzf "$tarball" -C "$work"
top=$work/eventstrace-$version-linux-$machine
program=$top/usr/bin/eventstrace
unit=$top/usr/lib/systemd/system/eventstrace.service
conf=$top/etc/eventstrace/eventstrace.conf
bash_page=$top/usr/share/bash-completion/completions/eventstrace
zsh_page=$top/usr/share/zsh/site-functions/_eventstrace
fish_page=$top/usr/share/fish/vendor_completions.d/eventstrace.fish
[ -s "$top/LICENSE" ] && [ -s "$top/THIRD-PARTY-NOTICES" ] || fail "licences are missing"
run --licenses | cmp - "$top/THIRD-PARTY-NOTICES"

# ---- all parts have the same version
[ "$(run --version)" = "eventstrace $version" ] || fail "$(run --version) is not $version"
[ "$(sed -nE 's/^## ([0-9.]+).*/\1/p' "$top/changelog.md" | head -1)" = "$version" ] ||
	fail "the changelog begins with another version"

# ---- the manual page
gzip -dc "$top/usr/share/man/man8/eventstrace.8.gz" >"$work/eventstrace.8"
"$tools/mandoc" -T lint -W warning "$work/eventstrace.8" >&2
# sed removes bold text, which mandoc prints as a letter, a backspace, and the letter again.
"$tools/mandoc" -T ascii "$work/eventstrace.8" | sed $'s/.\b//g' >"$work/man.txt"
has "eventstrace $version" "$work/man.txt"

# ---- the manual page and the completions have every option of --help
run --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort -u >"$work/options"
[ "$(wc -l <"$work/options")" -gt 60 ] || fail "--help has no options"
(
	# shellcheck disable=SC1090
	. "$bash_page"
	try() {
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		_eventstrace eventstrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null || :
	}
	# want WANTED WORD...: fails if the completions of the last word are not WANTED
	want() {
		local wanted=$1
		shift
		try "$@"
		[ "${COMPREPLY[*]}" = "$wanted" ] || fail "completions of \"$*\": ${COMPREPLY[*]}"
	}
	try eventstrace --
	printf '%s\n' "${COMPREPLY[@]%=}" | sort -u | diff "$work/options" - || fail "bash completes other options"
	want --drain-timeout= eventstrace --dr
	want "command tree" eventstrace --wait = ""
	want always eventstrace -o x --color = al
	want "number both string" eventstrace --numbers = ""
	want "process-exec process-exec-failed" eventstrace -e process-exec
	want fork,file-create eventstrace --events = fork,file-cr
	want root eventstrace -U roo
	want "$top/LICENSE" eventstrace -o "$top/LIC"
	# Words after COMMAND are not completed as options.
	want "" eventstrace -n 5 nonsense --for
	want "" eventstrace --count = 5 nonsense --for
)
while read -r option; do
	has "'$option" <(sed "s/{-.[+]*,--/'--/" "$zsh_page")
	has "complete -c eventstrace -l ${option#--} " "$fish_page"
	grep -qE -e "$option([ =[]|\$)" "$work/man.txt" || fail "the manual page has no $option"
done <"$work/options"

# ---- the configuration is valid. --help would ignore errors, so the test replays an empty file with it.
sed 's,^output=.*,output=/dev/null,; /^append$/d; /^rotate/d' "$conf" >"$work/conf"
run --config="$work/conf" --replay=/dev/null >"$work/out" 2>&1 || :
if grep -q "$work/conf" "$work/out"; then fail "$(cat "$work/out")"; fi
has "ExecStart=/usr/bin/eventstrace --config=/etc/eventstrace/eventstrace.conf" "$unit"
if command -v systemd-analyze >/dev/null; then
	sed "s,/usr/bin/eventstrace,$program," "$unit" >"$work/eventstrace.service"
	systemd-analyze verify --man=no "$work/eventstrace.service" >"$work/out" 2>&1 || fail "$(cat "$work/out")"
	[ ! -s "$work/out" ] || fail "$(cat "$work/out")"
fi

# ---- the .deb is installed, upgraded, removed and purged in a clean Debian system
. tools/package/debian_root.sh
debian_root "$system" "$work/debian" "$emulator"
# A fake systemctl, which only logs its arguments.
mkdir -p "$debian/run/systemd/system"
printf '#!/bin/sh\necho "$*" >>/systemctl.log\n' >"$debian/bin/systemctl"
chmod 755 "$debian/bin/systemctl"
calls() {
	[ "$(cat "$debian/systemctl.log")" = "$1" ] || fail "systemctl was called so: $(cat "$debian/systemctl.log")"
	rm "$debian/systemctl.log"
}
[ "${deb##*/}" = "eventstrace_$version-1_$(in_debian dpkg --print-architecture).deb" ] || fail "$deb is not $version"
cp "$deb" "$debian/deb"
in_debian dpkg -i /deb >&2
calls "daemon-reload"
[ "$(in_debian_run --version)" = "eventstrace $version" ]
no_kernel --probe
no_kernel -e exec
in_debian dpkg -V eventstrace | diff /dev/null - || fail "dpkg finds changed files"
for file in bin/eventstrace share/doc/eventstrace/copyright share/doc/eventstrace/changelog.Debian.gz \
	share/doc/eventstrace/THIRD-PARTY-NOTICES.gz share/man/man8/eventstrace.8.gz \
	share/bash-completion/completions/eventstrace share/fish/vendor_completions.d/eventstrace.fish \
	share/zsh/vendor-completions/_eventstrace; do
	[ -s "$debian/usr/$file" ] || fail "the .deb has no /usr/$file"
done
# An upgrade keeps a configuration file that the user has changed.
echo "# mine" >>"$debian/etc/eventstrace/eventstrace.conf"
"$package" eventstrace "$machine" "$version.1" "$date" "$seconds" "$debian/deb" - - "$@"
in_debian dpkg -i /deb >&2
calls "daemon-reload
try-restart eventstrace.service"
[ "$(in_debian dpkg-query -W -f '${Version}' eventstrace)" = "$version.1-1" ]
has "# mine" "$debian/etc/eventstrace/eventstrace.conf"
mkdir -p "$debian/var/log/eventstrace"
in_debian dpkg -r eventstrace >&2
calls "disable --now eventstrace.service
daemon-reload"
[ -e "$debian/etc/eventstrace/eventstrace.conf" ] && [ -e "$debian/var/log/eventstrace" ] || fail "more was removed"
in_debian dpkg -P eventstrace >&2
find "$debian" -path "$debian/proc" -prune -o -name '*eventstrace*' -print >"$work/left"
[ ! -s "$work/left" ] || fail "a purge leaves $(cat "$work/left")"

# ---- rpm reads the .rpm, installs it in an empty root, and removes it
cp "$rpm" "$debian/rpm"
mkdir -p "$debian/root.rpm/var/lib/rpm"
in_debian rpm -K /rpm | grep -q "digests OK" || fail "rpm -K refuses the package"
[ "$(in_debian rpm -qp --qf '%{NAME} %{VERSION} %{ARCH} %{PAYLOADCOMPRESSOR} %{BUILDHOST} %{BUILDTIME}' /rpm)" = \
	"eventstrace $version $machine gzip reproducible $seconds" ] || fail "rpm -qp says something else"
in_root() {
	in_debian rpm --root /root.rpm "$@"
}
in_root -i --nodeps --noscripts /rpm
in_root -V --nodeps --noscripts eventstrace
cmp "$program" "$debian/root.rpm/usr/bin/eventstrace"
in_root -qc eventstrace | grep -qx /etc/eventstrace/eventstrace.conf || fail "the configuration is none for rpm"
in_root -e --nodeps --noscripts eventstrace
[ -z "$(find "$debian/root.rpm" -name '*eventstrace*')" ] || fail "rpm -e leaves files"
echo ok
