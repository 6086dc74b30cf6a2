#!/bin/bash
# Builds both images for real with podman and runc, and runs what they hold. Without a registry: the base is bootstrapped from
# Debian's packages, the SDK is this machine's. Ends with "N passed, N failed, N skipped".
#
#   SLURM_RELEASES   plugins to build: "installed" (default) or as for eng/build-releases.sh
#   SLURM_GIT        a directory with Slurm's repository
#   KEEP=1           leaves the base and what was built of it, which saves the next run most of its minutes
set -euo pipefail
cd "$(dirname "$0")/.."
passed=0 failed=0
done_with() { printf '%d passed, %d failed, %d skipped\n' $passed $failed "$1"; }
if [ "$(id -u)" != 0 ]; then
	echo "skipped: containers without a user namespace need root"
	done_with 1
	exit 0
fi
eng/install-packages.sh podman runc debootstrap

work=$(mktemp -d)
base=localhost/slurm-banking-test-base dotnet=localhost/slurm-banking-test-dotnet tag=test-$$
cleanup() {
	podman rmi --force "localhost/slurm-banking:$tag" "localhost/slurm-banking-operator:$tag" >/dev/null 2>&1 || true
	[ -n "${KEEP:-}" ] || podman rmi --force "$base" "$dotnet" >/dev/null 2>&1 || true
	rm -rf "$work"
}
trap cleanup EXIT

bootstrap() {
	debootstrap --variant=minbase --include=ca-certificates bookworm "$work/base" >"$work/debootstrap.log" 2>&1 || {
		tail -n 20 "$work/debootstrap.log" >&2
		exit 1
	}
	# Whatever this machine trusts and downloads from, the build needs too.
	if cp /etc/apt/sources.list.d/*.sources "$work/base/etc/apt/sources.list.d/" 2>/dev/null; then : >"$work/base/etc/apt/sources.list"; fi
	cp /usr/local/share/ca-certificates/*.crt "$work/base/usr/local/share/ca-certificates/" 2>/dev/null || true
	chroot "$work/base" update-ca-certificates >/dev/null 2>&1
	tar -C "$work/base" -c . | podman import -q - "$base" >/dev/null
}
podman image exists "$base" || {
	echo "bootstrapping the base"
	bootstrap
}
podman image exists "$dotnet" || tar -C "$(dirname "$(readlink -f "$(command -v dotnet)")")" -c . \
	--transform 's|^|usr/share/dotnet/|' | podman import -q - "$dotnet" >/dev/null

arguments=(--isolation=chroot --pull-never --build-arg "BASE=$base" --build-arg "DOTNET=$dotnet"
	--build-arg "SLURM_RELEASES=${SLURM_RELEASES:-installed}"
	--volume "${NUGET_PACKAGES:-$HOME/.nuget/packages}:/nuget")
[ -z "${SLURM_GIT:-}" ] || arguments+=(--volume "$SLURM_GIT:/slurm.git:ro" --build-arg SLURM_GIT=file:///slurm.git)
echo "building the images"
revision=$(git rev-parse HEAD)
BUILDER=podman REPOSITORY=localhost/ TAG=$tag eng/image.sh "${arguments[@]}" >"$work/build.log" 2>&1 || {
	tail -n 40 "$work/build.log" >&2
	exit 1
}

# A container as Kubernetes would run it: no root, nothing to gain, nothing to write but volumes.
in_image() {
	local image=$1 program=$2
	shift 2
	podman --runtime runc run --rm --network=none --read-only --cap-drop=all --security-opt=no-new-privileges --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
		--volume "$work/volume:/opt/slurm-banking" --volume "$work/bank:/var/lib/slurm-banking" --entrypoint "$program" \
		"localhost/$image:$tag" "$@" 2>&1
}
check() {
	local what=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1)) && echo "passed: $what"
	else
		failed=$((failed + 1)) && echo "failed: $what" && tail -n 20 "$work/out"
	fi
}
says() {
	local wanted=$1 said
	shift
	said=$("$@" 2>&1) || true
	echo "$said"
	[[ $said == *"$wanted"* ]]
}
mkdir -p "$work/volume" "$work/bank"
chmod 777 "$work/volume" "$work/bank"

label() { podman image inspect --format "{{index .Labels \"org.opencontainers.image.$2\"}}" "localhost/$1:$tag"; }
user() { podman image inspect --format '{{.User}}' "localhost/$1:$tag"; }
megabytes() { echo $(($(podman image inspect --format '{{.Size}}' "localhost/${1#localhost/}") / 1000000)); }
release() { find "$work/volume/builds" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -V | tail -1; }
books=(--database /var/lib/slurm-banking/bank.db)

check "the small image's user is Slurm's" test "$(user slurm-banking)" = 401:401
check "the other one's is nobody's" test "$(user slurm-banking-operator)" = 65532:65532
check "they say which commit they are" test "$(label slurm-banking revision)$(label slurm-banking-operator revision)" = "$revision$revision"
check "the sidecar runs" says 'Usage' in_image slurm-banking /slurm-banking/sidecar/sidecar --help
check "the operator runs" says 'Usage' in_image slurm-banking-operator operator --help
check "install fills a volume" says 'in /opt/slurm-banking' in_image slurm-banking /slurm-banking/install /opt/slurm-banking
check "select chooses for a release that it is told" says "took the build for $(release)" \
	in_image slurm-banking /slurm-banking/bin/select --slurm "$(release)" --to /opt/slurm-banking/plugins
check "all plugins are there" test "$(find "$work/volume/plugins" -name '*.so' | wc -l)" = 4
check "the installed sidecar runs outside the image" says 'Usage' "$work/volume/sidecar/sidecar" --help
check "the installed select runs outside the image" says "took the build for" "$work/volume/bin/select" --to "$work/volume/plugins"
check "the bank opens an account" in_image slurm-banking-operator bank account create fc_test "${books[@]}"
check "the bank verifies its ledger" in_image slurm-banking-operator bank verify "${books[@]}"
check "NuGet's packages are listed" says '"id": "Tomlyn"' in_image slurm-banking cat /usr/share/doc/slurm-banking/packages-sidecar.json
check "neither source nor SDK is left in them" test "$(in_image slurm-banking ls / | grep -c source)$(in_image slurm-banking ls /usr/share | grep -c dotnet)" = 00
for image in slurm-banking slurm-banking-operator; do
	added=$(($(megabytes "$image:$tag") - $(megabytes "$base")))
	check "$image adds less than 100 MB to its base: $added" test "$added" -lt 100
done
done_with 0
[ $failed = 0 ]
