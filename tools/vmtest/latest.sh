#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Runs PROGRAM on the newest kernel of Debian's trixie-backports. The script finds, downloads and unpacks the kernel at
# run time. It uses the mirror in apt's configuration, and apt's keys. It does not change the host's apt.
# usage: latest.sh PROGRAM QEMU GUEST-INITRD MKCPIO APT-MIRROR [ARGUMENT OF PROGRAM]...
set -eu
# Paths are relative to the directory with the files that Bazel gives to this program.
[ ! -d "$0.runfiles/eventstrace" ] || cd "$0.runfiles/eventstrace"
program=$1 qemu=$2 guest=$3 mkcpio=$4 mirror_of=$5
shift 5
# Make paths absolute, because the next commands run in other directories.
here() { case $1 in /*) echo "$1" ;; *) echo "$PWD/$1" ;; esac; }

for tool in apt-get apt-cache dpkg-deb; do
	command -v $tool >/dev/null || {
		echo "latest.sh: there is no $tool: the kernel is fetched with Debian's tools" >&2
		exit 1
	}
done
mirror=$(sh "$mirror_of")
[ -n "$mirror" ] || {
	echo "latest.sh: no Debian mirror in apt's configuration; DEBIAN_MIRROR=URL names one" >&2
	exit 1
}
dir=$(mktemp -d "${TEST_TMPDIR:-/tmp}/latest.XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# apt with its own directories, and with this suite only. A mirror may stop for longer than its index is valid.
mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/root" "$dir/modules"
echo "deb $mirror trixie-backports main" >"$dir/sources.list"
: >"$dir/status"
cat >"$dir/apt.conf" <<END
APT::Architecture "amd64";
APT::Architectures "amd64";
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Dir::Cache "$dir";
Dir::Etc::SourceList "$dir/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$dir/lists";
Dir::State::status "$dir/status";
END
export APT_CONFIG="$dir/apt.conf"
apt-get -qq update

# Names of the packages that contain parts of the kernel. Since 6.19, the kernel and its modules are in separate
# packages.
parts() {
	apt-cache show --no-all-versions "$1" | sed -n 's/^Depends: //p' | tr ',|' '\n\n' |
		sed -n 's/^ *\(linux-\(image\|binary\|modules\)-[^ ]*\).*/\1/p'
}
packages='' todo=linux-image-amd64
while [ -n "$todo" ]; do
	next=''
	for package in $todo; do
		case " $packages " in
		*" $package "*) ;;
		*)
			packages="$packages $package"
			next="$next $(parts "$package")"
			;;
		esac
	done
	todo=$(echo $next)
done
for package in $packages; do
	(cd "$dir" && apt-get -qq download "$package")
done
for deb in "$dir"/*.deb; do
	echo "fetched: $(dpkg-deb -W --showformat='${Package} ${Version}' "$deb")"
	dpkg-deb -x "$deb" "$dir/root"
	rm "$deb"
done
kernel=$(find "$dir/root" -name 'vmlinuz*' -type f | head -n 1)
release=$(find "$dir/root" -path '*/lib/modules/*' -prune -type d | sed 's,.*/,,' | sort -u | head -n 1)

# Make the files that //third_party:repositories.bzl makes for pinned kernels. In newer kernels, the checksum
# functions that xfs needs are not modules.
for module in overlay crc32c_generic libcrc32c xfs loop pktgen; do
	find "$dir/root" -name "$module.ko*" -exec mv {} "$dir/modules/" \;
done
(cd "$dir/modules" && ls pktgen.ko* >loadable && for module in overlay crc32c_generic libcrc32c xfs loop; do
	find . -name "$module.ko*" -printf '%f\n'
done >order)
"$mkcpio" "$dir/modules.cpio" modules/="$dir/modules/order" modules/="$dir/modules/loadable" \
	$(printf 'modules/=%s ' "$dir"/modules/*.ko*)

# Some of these kernels panic on the CPU model of the other guests. The removed features are those that the emulator
# lacks, and would print a warning about.
cpu=Haswell-v4,-pcid,-x2apic,-tsc-deadline,-invpcid,-spec-ctrl,-smep,-erms
"$(here "$program")" --name=latest --release="$release" --kernel="$kernel" --qemu="$(here "$qemu")" \
	--initrd="$(here "$guest")" --initrd="$dir/modules.cpio" --loadable="$dir/modules/loadable" \
	--cpu=$cpu "$@"
