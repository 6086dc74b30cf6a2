#!/bin/bash
# Builds both images with podman or docker: slurm-banking:VERSION and slurm-banking-operator:VERSION.
#
#   eng/image.sh [ARGUMENT...]      more arguments of "build", such as --build-arg BASE=registry/debian@sha256:...
#
#   BUILDER=       podman or docker; default: whichever is there
#   REPOSITORY=    put before the names, such as registry.example.org/hpc/
#   TAG=           default: the version in Directory.Build.props
set -euo pipefail
cd "$(dirname "$0")/.."
builder=${BUILDER:-$(command -v podman || command -v docker || true)}
[ -n "$builder" ] || {
	echo "neither podman nor docker is here" >&2
	exit 1
}
version=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' Directory.Build.props)
revision=$(git rev-parse HEAD)
# The commit's time: the same source gives the same labels.
created=$(TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)
for target in slurm-banking slurm-banking-operator; do
	name=${REPOSITORY:-}$target:${TAG:-$version}
	echo "building $name"
	"$builder" build --target "$target" --tag "$name" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
		--build-arg "CREATED=$created" "$@" .
done
