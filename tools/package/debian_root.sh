# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes a small Debian system in which tests install a package. Tests source this file.
# shellcheck shell=bash

# debian_root PACKAGES FOLDER: copies the unpacked packages to FOLDER, makes a system of them, and sets $debian to
# FOLDER.
debian_root() {
	debian=$2
	mkdir -p "$debian"
	cp -a "$1/." "$debian/"
	mkdir -p "$debian"/var/lib/dpkg/{info,updates,triggers} "$debian"/{etc,proc,sys,tmp,dev,run,var/log}
	# Bazel changes links with absolute targets, so that this one would point out of the folder.
	ln -sf ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$debian/lib64/ld-linux-x86-64.so.2"
	: >"$debian/var/lib/dpkg/status"
	# dpkg requires these programs. The tested package has no library, so ldconfig has nothing to do.
	ln -s /bin/true "$debian/sbin/ldconfig"
	ln -s /bin/true "$debian/usr/bin/diff"
}

# in_debian PROGRAM...: runs a program in $debian.
in_debian() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$debian" "$@"
}
