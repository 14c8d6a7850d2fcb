#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes the packages. The same input files give the same bytes, at any time and in any folder.
#
#	package.sh NAME MACHINE VERSION DATE SECONDS DEB RPM TARBALL TARGZ RPMBUILD STRIP FILE...
#
# NAME is that of the package and of its program. MACHINE is x86_64 or aarch64. DATE and SECONDS (since 1970) are the same day. DEB, RPM and TARBALL are the packages to
# write; "-" omits a package. RPMBUILD is bin/rpmbuild of @packaging. The script finds each FILE by its name:
#
#	deb.*, NAME.spec			of the packages themselves
#	NAME.8, NAME.bash, _NAME, NAME.fish	manual page and completions
#	NAME.service, *.conf, *.properties	the service, its settings, and those that have secrets
#	NAME.sysusers, NAME.tmpfiles		the service's user and folders, if it has its own
#	*.md					pages of documentation
set -eu
export LC_ALL=C
umask 022
name=$1 machine=$2
shift 2
version=$1 date=$2 seconds=$3 deb=$4 rpm=$5 tarball=$6 targz=$(realpath "$7") rpmbuild=$(realpath "$8") strip=$(realpath "$9")
shift 9

case $machine in
x86_64) architecture=amd64 ;;
aarch64) architecture=arm64 ;;
*) echo "package.sh: the Debian name of $machine is not known" >&2 && exit 1 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in"
for file; do
	cp -L "$file" "$work/in/"
done
in=$work/in
chmod -R u+w "$in"
"$strip" "$in/$name" -o "$work/$name"
notices=$(echo "$in"/THIRD-PARTY-NOTICES*)

# put MODE FILE PATH: copies a file to PATH in $stage, with permissions MODE.
put() {
	install -D -m "$1" "$2" "$stage/$3"
}

# put_gz FILE PATH: compresses a file to PATH in $stage.
put_gz() {
	mkdir -p "$stage/${2%/*}"
	"$targz" -z "$stage/$2" "$1"
}

# put_all FOLDER: copies the files that all packages have. FOLDER is that of zsh's completions.
put_all() {
	put 755 "$work/$name" "usr/bin/$name"
	put 644 "$in/$name.service" "usr/lib/systemd/system/$name.service"
	put_gz "$in/$name.8" "usr/share/man/man8/$name.8.gz"
	put 644 "$in/$name.bash" "usr/share/bash-completion/completions/$name"
	put 644 "$in/_$name" "usr/share/zsh/$1/_$name"
	put 644 "$in/$name.fish" "usr/share/fish/vendor_completions.d/$name.fish"
	for file in "$in"/*.conf; do
		put 644 "$file" "etc/$name/${file##*/}"
	done
	for file in "$in"/*.properties; do
		[ ! -e "$file" ] || put 640 "$file" "etc/$name/${file##*/}"
	done
	for folder in sysusers tmpfiles; do
		[ ! -e "$in/$name.$folder" ] || put 644 "$in/$name.$folder" "usr/lib/$folder.d/$name.conf"
	done
	# The manual page refers to these pages. The changelog has its place in each package.
	for file in "$in"/*.md; do
		[ "$file" = "$in/changelog.md" ] || put 644 "$file" "usr/share/doc/$name/${file##*/}"
	done
}

# settle FOLDER: gives files and folders the same time, and folders permissions that do not depend on the umask.
settle() {
	find "$1" -type d -exec chmod 755 {} +
	find "$1" -exec touch -h -d "@$seconds" {} +
}

# ---- Debian ---------------------------------------------------------------------------------------------------------

# member FILE: prints FILE as a member of an ar archive.
member() {
	size=$(stat -c %s "$1")
	printf '%-16s%-12s%-6s%-6s%-8s%-10s`\n' "${1##*/}" "$seconds" 0 0 100644 "$size"
	cat "$1"
	[ $((size % 2)) = 0 ] || echo
}

make_deb() {
	stage=$work/deb/data
	put_all vendor-completions
	doc=usr/share/doc/$name
	{
		sed '/^# SPDX/d' "$in/deb.copyright"
		echo
		sed 's/^/ /; s/^ $/ ./' "$in/LICENSE"
	} >"$work/copyright"
	put 644 "$work/copyright" "$doc/copyright"
	put_gz "$notices" "$doc/THIRD-PARTY-NOTICES.gz"
	put_gz "$in/changelog.md" "$doc/changelog.gz"
	printf '%s (%s-1) unstable; urgency=medium\n\n  * Release %s: see changelog.gz.\n\n -- %s  %s\n' \
		"$name" "$version" "$version" "$(sed -n 's/^Maintainer: //p' "$in/deb.control")" \
		"$(date -u -d "@$seconds" '+%a, %d %b %Y %H:%M:%S +0000')" >"$work/changelog.Debian"
	put_gz "$work/changelog.Debian" "$doc/changelog.Debian.gz"
	put 644 "$in/deb.lintian-overrides" "usr/share/lintian/overrides/$name"

	control=$work/deb/control
	mkdir -p "$control"
	# In KiB, of the files alone: how large a folder is depends on the file system.
	size=$(find "$stage" -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
	sed "/^#/d; s/@VERSION@/$version-1/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/" "$in/deb.control" \
		>"$control/control"
	(cd "$stage" && find etc -type f -printf '/%p\n' | sort) >"$control/conffiles"
	(cd "$stage" && find . -type f ! -path './etc/*' -printf '%P\n' | sort | xargs md5sum) >"$control/md5sums"
	for script in postinst prerm postrm; do
		install -m 755 "$in/deb.$script" "$control/$script"
	done
	settle "$work/deb"
	echo 2.0 >"$work/deb/debian-binary"
	"$targz" -d "$seconds" "$work/deb/control.tar.gz" "$control"
	"$targz" -d "$seconds" "$work/deb/data.tar.gz" "$stage"
	{
		echo '!<arch>'
		member "$work/deb/debian-binary"
		member "$work/deb/control.tar.gz"
		member "$work/deb/data.tar.gz"
	} >"$deb"
}

# ---- RPM ------------------------------------------------------------------------------------------------------------

# All that rpmbuild would take from the build host is given explicitly: its configuration, the host's name, the time, and
# the list by which it guesses types of files.
make_rpm() {
	stage=$work/rpm/stage
	put_all site-functions
	put 644 "$in/LICENSE" "usr/share/licenses/$name/LICENSE"
	put 644 "$notices" "usr/share/licenses/$name/THIRD-PARTY-NOTICES"
	put 644 "$in/changelog.md" "usr/share/doc/$name/changelog.md"
	settle "$stage"
	env -i PATH="$PATH" HOME="$work" LC_ALL=C MAGIC=/dev/null SOURCE_DATE_EPOCH="$seconds" \
		RPM_CONFIGDIR="$(dirname "$rpmbuild")/../root/usr/lib/rpm" \
		"$rpmbuild" -bb --quiet --nodeps --target="$machine-linux" --dbpath="$work/rpm/db" \
		--define "_topdir $work/rpm" --define "_tmppath $work/rpm/tmp" \
		--define "version $version" --define "stage $stage" \
		--define '_buildhost reproducible' --define 'use_source_date_epoch_as_buildtime 1' \
		--define 'clamp_mtime_to_source_date_epoch 1' --define '_build_id_links none' \
		--define '_binary_payload w9.gzdio' --define '_binary_filedigest_algorithm 8' \
		--define '__os_install_post %nil' --define '__check_files %nil' --define 'debug_package %nil' \
		"$in/$name.spec" >"$work/rpm.log" 2>&1 || { cat "$work/rpm.log" >&2 && exit 1; }
	cp "$work/rpm/RPMS/$machine/$name-$version-1.$machine.rpm" "$rpm"
}

# ---- tarball --------------------------------------------------------------------------------------------------------

# For other systems. Installation: "cp -r" of the folders usr and etc to /.
make_tarball() {
	top=$work/tar/$name-$version-linux-$machine
	stage=$top
	put_all site-functions
	put 644 "$in/LICENSE" LICENSE
	put 644 "$notices" THIRD-PARTY-NOTICES
	put 644 "$in/changelog.md" changelog.md
	settle "$top"
	"$targz" "$tarball" "$top"
}

[ "$deb" = - ] || make_deb
[ "$rpm" = - ] || make_rpm
[ "$tarball" = - ] || make_tarball
