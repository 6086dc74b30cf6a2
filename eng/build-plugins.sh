#!/bin/bash
# Builds what goes into Slurm's daemons: libslurm_banking.so and the three plugins for one Slurm version.
#
#   eng/build-plugins.sh [OUTDIR]      default: artifacts/plugins/<slurm version>
#
#   SLURM_PREFIX          where Slurm's public headers are (include/slurm/slurm.h); default /usr, from libslurm-dev
#   SLURM_SOURCE          Slurm's source tree of the same version; default: fetched by eng/slurm-source.sh
#   SLURM_VERSION         another release than the installed one: its headers come from SLURM_SOURCE, here a tree or a tarball that
#                         nobody has configured, or else from SchedMD's repository (eng/slurm-headers.sh), if it is in eng/slurm-releases
#   SLURM_PLUGIN_VERSION  number written into plugin_version, 0xMMmmuu; default: the headers'
#   SANITIZE=1            shims that end their process at the first bad access, for tests
#   SHIMS_ONLY=1          leaves libslurm_banking.so as it is
#   PUBLIC_ONLY=1         leaves jobcomp as it is, which alone needs Slurm's source tree
#   LIBRARY_ONLY=1        builds that alone: it knows no version of Slurm, so nothing of Slurm is needed; OUTDIR must be given
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The headers of the release that is asked for, as if it were installed.
headers() {
	local tree=$work/tree
	case ${SLURM_SOURCE:-} in
	'') eng/slurm-headers.sh "$SLURM_VERSION" "$tree" ;;
	*)
		mkdir "$tree"
		if [ -d "$SLURM_SOURCE" ]; then
			cp -rT "$SLURM_SOURCE/slurm" "$tree/slurm" && ln -s "$(realpath "$SLURM_SOURCE")/src" "$tree/src"
		else
			tar -x --strip-components=1 -C "$tree" -f "$SLURM_SOURCE"
		fi
		local is
		is=$(sed -n 's/^[[:space:]]*Version:[[:space:]]*//p' "$(dirname "$(realpath "$tree/src")")/META")
		[ "$is" = "$SLURM_VERSION" ] || {
			echo "SLURM_SOURCE is Slurm $is, not $SLURM_VERSION" >&2
			exit 1
		}
		local major minor micro number
		IFS=. read -r major minor micro <<<"$SLURM_VERSION"
		number=$(printf '0x%02x%02x%02x' "$((10#$major))" "$((10#$minor))" "$((10#$micro))")
		sed "s/#undef SLURM_VERSION_NUMBER/#define SLURM_VERSION_NUMBER $number/" "$tree/slurm/slurm_version.h.in" \
			>"$tree/slurm/slurm_version.h"
		;;
	esac
	mkdir "$work/prefix"
	ln -s "$tree" "$work/prefix/include"
	export SLURM_PREFIX=$work/prefix SLURM_SOURCE=$tree
}

shims() {
	[ -z "${SLURM_VERSION:-}" ] || headers
	[ -n "${SLURM_PREFIX:-}" ] || eng/install-packages.sh gcc libc6-dev libslurm-dev
	local include="${SLURM_PREFIX:-/usr}/include" source number version build
	[ -n "${PUBLIC_ONLY:-}" ] || source=$(eng/slurm-source.sh)
	number=$(sed -n 's/^#define SLURM_VERSION_NUMBER \(0x[0-9a-f]*\).*/\1/p' "$include/slurm/slurm_version.h")
	version=$(printf '%02d.%02d.%d' $((number >> 16 & 255)) $((number >> 8 & 255)) $((number & 255)))
	build=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props)
	out=${out:-$PWD/artifacts/plugins/$version}
	mkdir -p "$out"

	# Slurm's own headers want what ./configure makes: an empty config.h and the version are enough.
	mkdir "$work/slurm"
	: >"$work/config.h"
	cp "$include/slurm/slurm_version.h" "$work/slurm/"

	local flags=(-std=gnu11 -O2 -g -fPIC -shared -Wall -Wextra -Werror -fvisibility=hidden -fstack-protector-strong
		-D_FORTIFY_SOURCE=2 "-DSB_BUILD=\"$build\"" "-DSB_SLURM_VERSION=\"$version\""
		-Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,--as-needed)
	[ -z "${SANITIZE:-}" ] || flags+=(-fsanitize=address,undefined -fno-sanitize-recover=all -U_FORTIFY_SOURCE)
	[ -z "${SLURM_PLUGIN_VERSION:-}" ] || flags+=("-DSB_PLUGIN_VERSION=$SLURM_PLUGIN_VERSION")

	echo "building the plugins for Slurm $version in $out"
	local shim=plugins/shim
	${CC:-cc} "${flags[@]}" -isystem "$include" -o "$out/job_submit_slurm_banking.so" $shim/job_submit.c $shim/library.c
	[ -n "${PUBLIC_ONLY:-}" ] || ${CC:-cc} "${flags[@]}" -isystem "$work" -isystem "$source" -o "$out/jobcomp_slurm_banking.so" \
		$shim/jobcomp.c $shim/chain.c $shim/library.c
	${CC:-cc} "${flags[@]}" -isystem "$include" -o "$out/spank_slurm_banking.so" $shim/spank.c $shim/start_*.c
}

library() {
	local rid
	case $(uname -m) in
	x86_64) rid=linux-x64 ;;
	aarch64) rid=linux-arm64 ;;
	*) echo "no NativeAOT for $(uname -m)" >&2 && exit 1 ;;
	esac
	echo "compiling libslurm_banking.so ahead of time (about 20 s)"
	dotnet publish plugins/Hooks/SlurmBanking.Hooks.csproj -c Release -r $rid -o "$work/published" -p:RunAnalyzers=false -v quiet --nologo
	mkdir -p "$out"
	install -m 755 "$work/published/libslurm_banking.so" "$out/"
}

out=${1:+$(realpath -m "$1")}
[ -n "${LIBRARY_ONLY:-}" ] || shims
[ -n "${SHIMS_ONLY:-}" ] || library
