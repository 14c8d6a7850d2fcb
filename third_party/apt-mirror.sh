#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Prints the base URL of the Debian mirror from which packages are fetched; nothing if there is no mirror. The mirror is
# $DEBIAN_MIRROR if set, otherwise the first mirror in this host's apt configuration. Suites of security updates are
# skipped, because they have none of the needed packages. bazelw and the repository rules call this script.
# Usage: apt-mirror.sh [ROOT]     ROOT is the folder that contains etc/apt, for tests
set -u
root=${1:-}

if [ -n "${DEBIAN_MIRROR:-}" ]; then
	echo "${DEBIAN_MIRROR%/}"
	exit 0
fi

# Prints a line "URI SUITE..." for each source: deb822 stanzas first, then one-line entries.
{
	for f in "$root"/etc/apt/sources.list.d/*.sources; do
		[ -r "$f" ] || continue
		# The blank line ends the file's last stanza.
		cat "$f"
		echo
	done | while IFS= read -r line; do
		case $line in
		'#'*) ;;
		[Tt]ypes:*) types=${line#*:} ;;
		[Uu][Rr][Ii]s:*) uris=${line#*:} ;;
		[Ss]uites:*) suites=${line#*:} ;;
		[Ee]nabled:*no*) types=disabled ;;
		'')
			case " ${types-} " in
			*' deb '*) for uri in ${uris-}; do echo "$uri ${suites-}"; done ;;
			esac
			types='' uris='' suites=''
			;;
		esac
	done
	for f in "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/*.list; do
		[ -r "$f" ] || continue
		sed -n 's/^[[:space:]]*deb[[:space:]]\{1,\}\(\[[^]]*\][[:space:]]\{1,\}\)\{0,1\}//p' "$f"
	done
} | while read -r uri suites; do
	case "$uri $suites" in
	*security*) ;;
	http://*debian* | https://*debian* | file:/*debian*)
		echo "${uri%/}"
		break
		;;
	esac
done
