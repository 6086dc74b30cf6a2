#!/bin/bash
# Builds what goes into Slurm's daemons: libslurm_banking.so and the three plugins for one Slurm version.
#
#   eng/build-plugins.sh [OUTDIR]      default: artifacts/plugins/<slurm version>
#
#   SLURM_PREFIX          where Slurm's public headers are (include/slurm/slurm.h); default /usr, from libslurm-dev
#   SLURM_SOURCE          Slurm's source tree of the same version; default: fetched by eng/slurm-source.sh
#   SLURM_PLUGIN_VERSION  number written into plugin_version, 0xMMmmuu; default: the headers'
#   SHIMS_ONLY=1          leaves libslurm_banking.so as it is
set -euo pipefail
cd "$(dirname "$0")/.."

[ -n "${SLURM_PREFIX:-}" ] || eng/install-packages.sh gcc libc6-dev libslurm-dev
include="${SLURM_PREFIX:-/usr}/include"
source=$(eng/slurm-source.sh)

number=$(sed -n 's/^#define SLURM_VERSION_NUMBER \(0x[0-9a-f]*\).*/\1/p' "$include/slurm/slurm_version.h")
version=$(printf '%02d.%02d.%d' $((number >> 16 & 255)) $((number >> 8 & 255)) $((number & 255)))
build=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props)
out=$(realpath -m "${1:-artifacts/plugins/$version}")
mkdir -p "$out"

# Slurm's own headers want what ./configure makes: an empty config.h and the version are enough.
generated=$(mktemp -d)
trap 'rm -rf "$generated"' EXIT
mkdir "$generated/slurm"
: >"$generated/config.h"
cp "$include/slurm/slurm_version.h" "$generated/slurm/"

flags=(-std=gnu11 -O2 -g -fPIC -shared -Wall -Wextra -Werror -fvisibility=hidden -fstack-protector-strong
	-D_FORTIFY_SOURCE=2 "-DSB_BUILD=\"$build\"" "-DSB_SLURM_VERSION=\"$version\""
	-Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,--as-needed)
[ -z "${SLURM_PLUGIN_VERSION:-}" ] || flags+=("-DSB_PLUGIN_VERSION=$SLURM_PLUGIN_VERSION")

echo "building the plugins for Slurm $version in $out"
shim=plugins/shim
${CC:-cc} "${flags[@]}" -isystem "$include" -o "$out/job_submit_slurm_banking.so" $shim/job_submit.c $shim/library.c
${CC:-cc} "${flags[@]}" -isystem "$generated" -isystem "$source" -o "$out/jobcomp_slurm_banking.so" \
	$shim/jobcomp.c $shim/library.c
${CC:-cc} "${flags[@]}" -isystem "$include" -o "$out/spank_slurm_banking.so" $shim/spank.c $shim/start_*.c
[ -z "${SHIMS_ONLY:-}" ] || exit 0

case $(uname -m) in
x86_64) rid=linux-x64 ;;
aarch64) rid=linux-arm64 ;;
*) echo "no NativeAOT for $(uname -m)" >&2 && exit 1 ;;
esac
echo "compiling libslurm_banking.so ahead of time (about 20 s)"
published=$(mktemp -d)
trap 'rm -rf "$generated" "$published"' EXIT
dotnet publish plugins/Hooks/SlurmBanking.Hooks.csproj -c Release -r $rid -o "$published" -v quiet --nologo
install -m 755 "$published/libslurm_banking.so" "$out/"
