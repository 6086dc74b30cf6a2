#!/bin/bash
# Measures the operator on a real API server, and writes docs/benchmarks-operator.md.
#
#   OUT=   the report; default docs/benchmarks-operator.md
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
out=${OUT:-docs/benchmarks-operator.md}
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT

echo "bench: the operator on a real API server, about 4 minutes"
eng/build.sh
eng/publish.sh operator
eng/kubernetes.sh >/dev/null
load_before=$(load)
BENCH_ROWS=$rows artifacts/bin/SlurmBanking.Kubernetes.Tests/release/SlurmBanking.Kubernetes.Tests \
	--filter-trait Run=bench --progress off --no-ansi
report() {
	echo "# Benchmarks of the operator"
	echo
	echo "Made by \`ONLY=operator make bench\`; edits are lost at the next run."
	echo
	echo "| | |"
	echo "|---|---|"
	echo "| date | $(date -u +'%F %H:%M UTC') |"
	echo "| machine | $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, kernel $(uname -r) |"
	echo "| load average | $load_before before, $(load) after (the measurement included) |"
	echo "| operator | $(git describe --always --dirty), compiled ahead of time |"
	echo "| API server | kube-apiserver 1.20.2, etcd and kube-controller-manager on the same cores |"
	if awk -v busy="${load_before%% *}" -v cores="$(nproc)" 'BEGIN { exit !(busy > cores / 2) }'; then
		echo
		echo "**The machine was busy with other work** when this run began: times are its doing too."
	fi
	echo
	echo "| what | measured | beside | aim | reached |"
	echo "|---|---|---|---|---|"
	cat "$rows"
	cat <<'TXT'

What is measured, how (`tests/kubernetes/OperatorBench.cs`): etcd, kube-apiserver and kube-controller-manager run on the same
cores as the operator and the measuring process; the operator holds the lease and has the rights that the chart gives it.

- An edit is a PATCH of one price. The time is from the API server's answer to the event of a watch that shows the new price in
  the ConfigMap.
- Files changed: a ConfigMap's directory as the kubelet lays it out; the time is from the rename of `..data` until a submission
  on the plugins' socket is priced anew. The sidecar is the one that `make build` makes. Between the two lies the kubelet, which
  nothing here hastens or measures.
- A thousand from cold: BankingConfigs are there, and nothing else; from the start of the operator's process until a watch has
  shown every one as Rendered. Requests are counted by the API server, over the six kinds that the operator touches. The bare
  loop sends the API server the same bytes again, in another namespace, with as many at once, and does nothing else.
- At rest: when nothing has been reconciled for 35 s, in which every sidecar was asked once (none answers; one that can't be
  asked is asked every 30 s). Requests at rest are counted by a proxy between the operator and the API server.
TXT
	sed -n '/^<!-- findings -->$/,$p' "$out" 2>/dev/null || true
}
report >"$rows.report"
mv "$rows.report" "$out"
echo "bench: written to $out"
