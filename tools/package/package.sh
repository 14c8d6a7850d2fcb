#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Makes the packages. The same input files give the same bytes, at any time and in any folder.
#
#	package.sh MACHINE VERSION DATE SECONDS DEB RPM TARBALL TARGZ RPMBUILD STRIP FILE...
#
# MACHINE is x86_64 or aarch64. DATE and SECONDS (since 1970) are the same day. DEB, RPM and TARBALL are the packages to
# write; "-" omits a package. RPMBUILD is bin/rpmbuild of @packaging. The script finds each FILE by its name.
set -eu
export LC_ALL=C
umask 022
machine=$1
shift
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
"$strip" "$in/eventstrace" -o "$work/eventstrace"

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
	put 755 "$work/eventstrace" usr/bin/eventstrace
	put 644 "$in/eventstrace.service" usr/lib/systemd/system/eventstrace.service
	put 644 "$in/eventstrace.conf" etc/eventstrace/eventstrace.conf
	put_gz "$in/eventstrace.8" usr/share/man/man8/eventstrace.8.gz
	put 644 "$in/eventstrace.bash" usr/share/bash-completion/completions/eventstrace
	put 644 "$in/_eventstrace" "usr/share/zsh/$1/_eventstrace"
	put 644 "$in/eventstrace.fish" usr/share/fish/vendor_completions.d/eventstrace.fish
	# The manual page refers to these pages.
	for page in design events licences record-format security; do
		put 644 "$in/$page.md" "usr/share/doc/eventstrace/$page.md"
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
	doc=usr/share/doc/eventstrace
	{
		sed '/^# SPDX/d' "$in/deb.copyright"
		echo
		sed 's/^/ /; s/^ $/ ./' "$in/LICENSE"
	} >"$work/copyright"
	put 644 "$work/copyright" $doc/copyright
	put_gz "$in/THIRD-PARTY-NOTICES" $doc/THIRD-PARTY-NOTICES.gz
	put_gz "$in/changelog.md" $doc/changelog.gz
	printf 'eventstrace (%s-1) unstable; urgency=medium\n\n  * Release %s: see changelog.gz.\n\n -- %s  %s\n' \
		"$version" "$version" "$(sed -n 's/^Maintainer: //p' "$in/deb.control")" \
		"$(date -u -d "@$seconds" '+%a, %d %b %Y %H:%M:%S +0000')" >"$work/changelog.Debian"
	put_gz "$work/changelog.Debian" $doc/changelog.Debian.gz
	put 644 "$in/deb.lintian-overrides" usr/share/lintian/overrides/eventstrace

	control=$work/deb/control
	mkdir -p "$control"
	sed "/^#/d; s/@VERSION@/$version-1/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$(du -ks --apparent-size "$stage" | cut -f1)/" "$in/deb.control" \
		>"$control/control"
	echo /etc/eventstrace/eventstrace.conf >"$control/conffiles"
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

# All that rpmbuild would take from the build host is given explicitly: its configuration, the host's name, the time.
make_rpm() {
	stage=$work/rpm/stage
	put_all site-functions
	put 644 "$in/LICENSE" usr/share/licenses/eventstrace/LICENSE
	put 644 "$in/THIRD-PARTY-NOTICES" usr/share/licenses/eventstrace/THIRD-PARTY-NOTICES
	put 644 "$in/changelog.md" usr/share/doc/eventstrace/changelog.md
	settle "$stage"
	env -i PATH="$PATH" HOME="$work" LC_ALL=C SOURCE_DATE_EPOCH="$seconds" \
		RPM_CONFIGDIR="$(dirname "$rpmbuild")/../root/usr/lib/rpm" \
		"$rpmbuild" -bb --quiet --nodeps --target="$machine-linux" --dbpath="$work/rpm/db" \
		--define "_topdir $work/rpm" --define "_tmppath $work/rpm/tmp" \
		--define "version $version" --define "stage $stage" \
		--define '_buildhost reproducible' --define 'use_source_date_epoch_as_buildtime 1' \
		--define 'clamp_mtime_to_source_date_epoch 1' --define '_build_id_links none' \
		--define '_binary_payload w9.gzdio' --define '_binary_filedigest_algorithm 8' \
		--define '__os_install_post %nil' --define '__check_files %nil' --define 'debug_package %nil' \
		"$in/eventstrace.spec" >"$work/rpm.log" 2>&1 || { cat "$work/rpm.log" >&2 && exit 1; }
	cp "$work/rpm/RPMS/$machine/eventstrace-$version-1.$machine.rpm" "$rpm"
}

# ---- tarball --------------------------------------------------------------------------------------------------------

# For other systems. Installation: "cp -r" of the folders usr and etc to /.
make_tarball() {
	top=$work/tar/eventstrace-$version-linux-$machine
	stage=$top
	put_all site-functions
	put 644 "$in/LICENSE" LICENSE
	put 644 "$in/THIRD-PARTY-NOTICES" THIRD-PARTY-NOTICES
	put 644 "$in/changelog.md" changelog.md
	settle "$top"
	"$targz" "$tarball" "$top"
}

[ "$deb" = - ] || make_deb
[ "$rpm" = - ] || make_rpm
[ "$tarball" = - ] || make_tarball
