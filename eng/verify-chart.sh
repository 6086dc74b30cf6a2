#!/bin/bash
# Renders another operator's Helm chart with the values of examples/, and checks that all of them have got into its objects, and that these
# fit its CRDs. The chart is in a folder of whoever runs this; nothing of it is kept.
#
#   eng/verify-chart.sh slinky CHART       CHART: helm/slurm of Slinky's slurm-operator
#   eng/verify-chart.sh soperator CHART    CHART: helm/slurm-cluster of Nebius' soperator; nodesets is beside it
#
# The charts with the CRDs, slurm-operator-crds and soperator-crds, are looked for beside CHART, or in CRDS.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 2 ] && [ -e "$2/Chart.yaml" ] || {
	sed -n '5,8s/^# \?//p' "$0" >&2
	exit 2
}
flavor=$1 chart=$(realpath "$2")
case $flavor in
slinky) crds=${CRDS:-$chart/../slurm-operator-crds} ;;
soperator) crds=${CRDS:-$chart/../soperator-crds} ;;
*) exit 2 ;;
esac
[ -e "$crds/Chart.yaml" ] || {
	echo "no chart with CRDs in $crds: name it as CRDS" >&2
	exit 1
}
helm=$(eng/kubernetes.sh)/helm
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT

# Helm checks the values against the chart's schema, where it has one.
render() { "$helm" template slurm "$1" --namespace slurm "${@:2}"; }
case $flavor in
slinky) render "$chart" -f examples/slinky/cluster.yaml -f examples/slinky/values.yaml ;;
soperator)
	render "$chart" -f examples/soperator/slurm-cluster-values.yaml
	echo ---
	render "$chart/../nodesets" -f examples/soperator/nodesets.yaml
	;;
esac >"$rendered/objects.yaml"
render "$crds" --include-crds >"$rendered/crds.yaml"

dotnet build tests/operator --configuration Release -v quiet --nologo
RENDERED=$rendered FLAVOR=$flavor artifacts/bin/SlurmBanking.Operator.Tests/release/SlurmBanking.Operator.Tests \
	--filter-class '*ChartTests' --progress off --no-ansi
sed -n 's/^version: *"\?\([^"]*\)"\?$/'"$flavor"' \1: all values are in its objects, and these fit its CRDs/p' "$chart/Chart.yaml"
