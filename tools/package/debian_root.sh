# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes a small Debian system in which tests install a package. Tests source this file.
# shellcheck shell=bash

# debian_root PACKAGES FOLDER [EMULATOR]: copies the unpacked packages to FOLDER, makes a system of them, and sets
# $debian to FOLDER. If the packages are for another processor, EMULATOR is a static program that runs programs for it.
# In the system it is /emulator.
debian_root() {
	debian=$2
	mkdir -p "$debian"
	cp -a "$1/." "$debian/"
	mkdir -p "$debian"/var/lib/dpkg/{info,updates,triggers} "$debian"/{etc,proc,sys,tmp,dev,run,var/log}
	# Bazel changes links with absolute targets, so that this one would point out of the folder.
	[ ! -d "$debian/lib64" ] ||
		ln -sf ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$debian/lib64/ld-linux-x86-64.so.2"
	: >"$debian/var/lib/dpkg/status"
	# dpkg requires these programs. The tested package has no library, so ldconfig has nothing to do.
	ln -s /bin/true "$debian/sbin/ldconfig"
	ln -s /bin/true "$debian/usr/bin/diff"
	[ -z "${3-}" ] || emulate_programs "$3"
}

# emulate_programs EMULATOR: moves each program of $debian to /emulated, and puts a script in its place that runs it in
# the emulator. So dpkg can start tar, and a script of a package can start rm. The emulator also runs the shell of these
# scripts. binfmt_misc would need no scripts, but only root of the host can set it up.
emulate_programs() {
	local program
	cp "$1" "$debian/emulator"
	(
		cd "$debian"
		find bin sbin usr/bin usr/sbin -type f -exec grep -lF $'\x7fELF' {} +
	) | while read -r program; do
		mkdir -p "$debian/emulated/${program%/*}"
		mv "$debian/$program" "$debian/emulated/$program"
		printf '#!/emulator /emulated/bin/dash\nexec /emulator -0 "$0" "/emulated/%s" "$@"\n' "$program" \
			>"$debian/$program"
		chmod 755 "$debian/$program"
	done
}

# in_debian PROGRAM...: runs a program in $debian.
in_debian() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$debian" "$@"
}
