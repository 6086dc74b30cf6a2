#!/bin/bash
# Makes sure that Debian packages are installed; does nothing when all are there.
#
#   eng/install-packages.sh PACKAGE...
#
# On a system without dpkg nothing is installed: whoever is there has to have what those packages hold.
#
# Needs root, or sudo. Services that the packages bring are kept from starting: the suites start their own, on their own
# ports, with their own state.
set -euo pipefail
command -v dpkg-query >/dev/null || exit 0

missing=()
for package in "$@"; do
	status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "installing Debian packages: ${missing[*]}"

as_root=()
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "these packages are needed, and only root can install them: apt-get install ${missing[*]}" >&2
		exit 1
	}
	as_root=(sudo)
fi

# invoke-rc.d asks policy-rc.d before it starts a service; 101 means "not allowed".
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap '"${as_root[@]}" rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
	"${as_root[@]}" chmod 755 "$policy"
fi

log=$(mktemp)
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" >"$log" 2>&1
}

# The lists may be absent (a fresh image) or stale (a version that the mirror has dropped): either way one update helps.
if ! apt install --no-install-recommends "${missing[@]}"; then
	echo "apt-get update, then once more"
	apt update || { tail -n 20 "$log" >&2; exit 1; }
	apt install --no-install-recommends "${missing[@]}" || { tail -n 20 "$log" >&2; exit 1; }
fi
rm -f "$log"
