# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Read by tests: a small Debian system to install a package in.
# shellcheck shell=bash

# debian_root PACKAGES FOLDER: makes the system of the unpacked packages, and sets $debian to FOLDER.
debian_root() {
	debian=$2
	mkdir -p "$debian"
	cp -a "$1/." "$debian/"
	mkdir -p "$debian"/var/lib/dpkg/{info,updates,triggers} "$debian"/{etc,proc,sys,tmp,dev,run,var/log}
	# Bazel unpacks links with absolute targets as links out of the folder.
	ln -sf ../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2 "$debian/lib64/ld-linux-x86-64.so.2"
	: >"$debian/var/lib/dpkg/status"
	# dpkg wants to find them. No package here has a library.
	ln -s /bin/true "$debian/sbin/ldconfig"
	ln -s /bin/true "$debian/usr/bin/diff"
}

# Runs a program in $debian.
in_debian() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive chroot "$debian" "$@"
}
