#!/bin/bash
# Lays out what the image for Slurm's pods and nodes holds below /slurm-banking: install, bin/{select,sbank}, builds/, sidecar/, certs/.
#
#   eng/stage.sh [OUTDIR]      default: artifacts/stage
#
#   SLURM_RELEASES, SLURM_GIT   which plugins: see eng/build-releases.sh
#   PUBLISHED=1                 takes the sidecar and libslurm_banking.so that are in artifacts/ already
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-artifacts/stage}")
eng/install-packages.sh gcc libc6-dev binutils ca-certificates
rm -rf "$out"
mkdir -p "$out/bin" "$out/builds" "$out/certs"

if [ -z "${PUBLISHED:-}" ]; then
	eng/publish.sh sidecar sbank
	LIBRARY_ONLY=1 eng/build-plugins.sh artifacts/plugins/any
	library=artifacts/plugins/any/libslurm_banking.so
else
	library=$(find artifacts/plugins -name libslurm_banking.so | head -1)
fi
cp -r artifacts/publish/sidecar "$out/sidecar"
install -m 755 artifacts/publish/sbank/sbank "$out/bin/"
install -m 755 "$library" "$out/builds/"
eng/build-releases.sh "$out/builds"

${CC:-cc} -std=gnu11 -O2 -static -Wall -Wextra -Werror -fstack-protector-strong -D_FORTIFY_SOURCE=2 -s -o "$out/bin/select" \
	plugins/select/*.c
install -m 755 eng/image/install "$out/"
sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props >"$out/VERSION"
cp /etc/ssl/certs/ca-certificates.crt "$out/certs/"
