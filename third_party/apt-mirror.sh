#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright The eventstrace authors
#
# Prints the base URL of the Debian mirror to fetch packages from. This is $DEBIAN_MIRROR if set, otherwise the first
# mirror in this machine's apt configuration. Suites of security updates have none of our packages and are skipped.
# Prints nothing if there is no mirror. bazelw and the repository rules use it.
# Usage: apt-mirror.sh [ROOT]     ROOT is the folder that contains etc/apt, for tests
set -u
root=${1:-}

if [ -n "${DEBIAN_MIRROR:-}" ]; then
	echo "${DEBIAN_MIRROR%/}"
	exit 0
fi

# One "URI SUITE..." line per source: deb822 stanzas first, then one-line entries.
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
