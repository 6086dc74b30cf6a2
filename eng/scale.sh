#!/bin/bash
# What the benchmarks' figures mean for a site larger than any machine that they ran on: docs/scale.md, computed from artifacts/bench/full
# (make bench) and docs/benchmarks-bank.md. The site is another one by the variables below.
#
#   NODES=10000 JOBS_A_DAY=5000000 HOURS_A_JOB=1 WAITING=100000 BURST_PER_S=1000 BURST_S=60 PAIRS=2500 OUTAGE_H=24 eng/scale.sh
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=eng/bench-figures.sh
. eng/bench-figures.sh
bench=artifacts/bench/full
nodes=${NODES:-10000} jobs=${JOBS_A_DAY:-5000000} hours=${HOURS_A_JOB:-1} waiting=${WAITING:-100000}
burst=${BURST_PER_S:-1000} burst_s=${BURST_S:-60} pairs=${PAIRS:-2500} outage_h=${OUTAGE_H:-24}

for section in submissions facts holds sweep nodes queue; do
	[ -e $bench/$section/when ] || { echo "$bench/$section is not there: make bench" >&2; exit 1; }
done

measured() { cat $bench/*/values | awk -v name="$1" '$1 == name { v = $2 } END { if (v == "") exit 1; print v }'; }
# f FORMAT EXPRESSION
f() { awk "BEGIN { printf \"$1\", ($2) }"; }
c() { f '%.10g' "$1"; }
p50() { percentile 50 <"$bench/$1"; }
bank_rate() { awk -F'|' -v store="$1" '{ gsub(/ /, "", $2); gsub(/ /, "", $3) } tolower($2) == store && $3 == "jobs" { gsub(/ /, "", $4); print $4 }' docs/benchmarks-bank.md | tail -1; }

# The site.
rate=$(c "$jobs / 86400")
running=$(c "$rate * $hours * 3600")
ended=$(c "$rate * 300")
listed=$(c "$waiting + $running + $ended")
# Unit costs.
decision_us=$(p50 holds/decision.10000)
submission_us=$(c "$(cat $bench/submissions/whole.warm.0.4) / $(awk '{ n += $1 } END { print n }' $bench/submissions/count.warm.0.4.banked)")
taken_us=$(measured facts.taken_us) bytes=$(measured facts.bytes) drain_us=$(measured drain.us) drain_per_s=$(measured drain.per_s)
slow_per_s=$(measured drain.slow_per_s)
squeue_us=$(measured squeue.us) ctld_us=$(measured squeue.ctld_us)
node_kb=$(measured node.kb) node_ms=$(measured node.ms)
hold_b=$(c "($(cat $bench/holds/rss.1000000) - $(cat $bench/holds/rss.0.1000000)) * 1024 / 1000000")
mb_10=$(measured sweep.10000.mb) mb_100=$(measured sweep.100000.mb) mb_300=$(measured sweep.300000.mb)
slope=$(c "($mb_100 - $mb_10) / 90000") base=$(c "$mb_10 - ($mb_100 - $mb_10) / 9")
sweep_us=$(measured sweep.300000.us)
sqlite=$(bank_rate sqlite) postgres=$(bank_rate postgres)
# What follows.
busy=$(c "$burst * $decision_us / 1000000")
interval=$(c "20 * $listed * $squeue_us / 1000000")
interval=$(c "$interval > 30 ? $interval : 30")
records=$(c "2 * $rate")
backlog=$(c "$records * $outage_h * 3600")
job_b=$(c "2 * $bytes")
reads=$(c "$pairs / 30")
connections=$(c "($rate + $nodes / 300) * 5")
catch_up() { f '%.1f h' "$backlog / ($1 - $records) / 3600"; }
retention() { f '%.1f' "0.75 * $1 * 1024^3 / ($rate * $job_b) / 3600"; }

cat >docs/scale.md <<TXT
# Beyond the benchmark's machine

Made by \`make scale\` from the figures of [benchmarks.md](benchmarks.md) and [benchmarks-bank.md](benchmarks-bank.md), which are of 2 cores; edits are lost. No such site
was there to be measured: this is arithmetic, with its assumptions, checked where something small could be measured. Another site:
\`NODES=500 JOBS_A_DAY=100000 make scale\`.

## The site

| | |
|---|---|
| nodes | $nodes |
| jobs a day | $jobs, $(f %.0f "$rate")/s on average |
| a job runs | $hours h on average, so that $(f %.0f "$running") run at once (Little) |
| jobs that wait | $waiting |
| a burst | $burst submissions/s for $burst_s s |
| users who submit, in an account each | $pairs within any 10 minutes |
| the bank is gone for | $outage_h h |
| Slurm | MinJobAge 300 s; the queue that squeue lists has $(f %.0f "$listed") records |

## What is assumed of the parts

| part | cost | from |
|---|---|---|
| a decision | $(f %.0f "$decision_us") µs, whatever the number of holds | benchmarks, Open holds |
| a submission, all that the sidecar does about it until it is gone | $(f %.0f "$submission_us") µs of a processor | Submissions, 4 clients |
| an end of a job, taken durably | $(f %.0f "$taken_us") µs of a processor, $(f %.0f "$bytes") bytes of disk | Facts |
| a record delivered | $(f %.0f "$drain_us") µs of a processor | Facts |
| records on the way at once | 16 | \`sidecar/Outbox/DeliveryLoop.cs\` |
| a waiting or running job, listed | $(f %.0f "$sweep_us") µs of the sidecar, $(f %.0f "$squeue_us") µs of squeue, $(f %.0f "$ctld_us") µs of slurmctld | the sweep; Listing |
| memory | $(f %.0f "$base") MB, and $(f %.2f "$slope * 1024") kB for each job in the queue | the sweep, 10 000 and 100 000 jobs |
| a node that reports a start | $(f %.1f "$node_ms") ms of a processor, $(f %.0f "$node_kb") kB while it is connected, which it is for 5 s | Many nodes |
| a job on disk, with its run and both records | twice an end's: $(f %.0f "$job_b") bytes | Facts |

## What follows

| what | figure | how |
|---|---|---|
| the sidecar's socket in the burst | $(f %.1f "$busy * 100") % busy | $burst/s × a decision; slurmctld itself lets one submission at a time to its plugins |
| wait of a submission for those before it | $(f %.1f "$busy * $decision_us / (1 - $busy)") µs | M/M/1: ρ s / (1 − ρ), on the bad side for a service time that hardly varies |
| memory for the burst, if nothing of it starts | $(f %.0f "$burst * $burst_s * $hold_b / 1048576") MB | $(f %.0f "$burst * $burst_s") holds × $(f %.0f "$hold_b") bytes |
| the sidecar's processors, on average | $(f %.2f "($rate * ($submission_us + $taken_us) + $records * $drain_us) / 1000000") | rate × (submission + end) + records × delivery |
| a listing of the queue | every $(f %.0f "$interval") s; $(f %.1f "$listed * $squeue_us / 1000000") s of squeue, $(f %.1f "$listed * $ctld_us / 1000000") s of slurmctld | max(30 s, 20 × what it takes): at most a twentieth of the time |
| the sidecar's memory | $(f %.0f "$base + $slope * $listed") MB | by the queue's length |
| open connections of nodes | $(f %.0f "$connections"), $(f %.0f "$connections * $node_kb / 1024") MB; in the burst, if all of it starts at once, $(f %.0f "($burst * 5 < $nodes ? $burst * 5 : $nodes)"), $(f %.0f "($burst * 5 < $nodes ? $burst * 5 : $nodes) * $node_kb / 1024") MB | (starts/s + a call of each node every 5 min) × 5 s |
| processors for them | $(f %.2f "($rate + $nodes / 300) * $node_ms / 1000") | TLS handshakes, most of it |
| requests to the bank | $(f %.0f "$records") records/s, $(f %.0f "$reads") reads/s | two records a job; a headroom every 30 s for each user who submits |
| share of our bank on SQLite, on PostgreSQL | $(f %.0f "$rate / $sqlite * 100") %, $(f %.0f "$rate / $postgres * 100") % | jobs/s ÷ what it was measured to take |
| disk for 7 days of settled jobs | $(f %.0f "7 * $jobs * $job_b / 1024^3") GiB | a limit is kept: with the default of 1 GiB a settled job stays for $(retention 1) h, with 16 GiB $(retention 16) h |
| disk for the outage | $(f %.0f "$backlog * $bytes / 1024^3") GiB | $(f %.0f "$backlog") records; \`--state-limit\` has to allow it, or later ends wait in the spool |
| catching up, a bank that answers at once | $(catch_up "$drain_per_s") | backlog ÷ (drain − new records); the sidecar's own speed, $(f %.0f "$drain_per_s")/s |
| catching up, a bank that answers after 5 ms | $(catch_up "$(c "16 / (0.005 + 16 / $drain_per_s)")") | 16 at once ÷ (latency + its own time) |
| catching up, a bank that answers after 20 ms | $(catch_up "$(c "16 / (0.02 + 16 / $drain_per_s)")") | the same |
| catching up, our bank on SQLite, on PostgreSQL | $(catch_up "$(c "2 * $sqlite")"), $(catch_up "$(c "2 * $postgres")") | two requests a job at what they were measured to take |

## Checked

| what | by the model | measured |
|---|---|---|
| a decision with 1 000 000 open holds | $(f %.1f "$decision_us") µs | $(f %.1f "$(p50 holds/decision.1000000)") µs |
| memory for 10 000 holds more | $(f %.1f "10000 * $hold_b / 1048576") MB | $(f %.1f "($(cat $bench/holds/rss.10000) - $(cat $bench/holds/rss.0.10000)) / 1024") MB |
| memory with 300 000 jobs in the queue | $(f %.0f "$base + $slope * 300000") MB | $mb_300 MB |
| processor time for a listed job, 100 000 and 300 000 | the same | $(f %.0f "$(measured sweep.100000.us)") and $(f %.0f "$sweep_us") µs |
| a backlog that drains to a bank which answers after 20 ms | $(f %.0f "16 / (0.02 + 16 / $drain_per_s)")/s | $(f %.0f "$slow_per_s")/s |
| the simplest rival at 20 ms: submissions/s of libcurl inside slurmctld | 50 at most | $(p50 submissions/rate.warm.20.4.curl)/s |

## What a site of this size should set

- \`--state-limit\` (chart: the sidecar's volume) to what an outage of $outage_h h needs and a third more: $(f %.0f "$backlog * $bytes / 1024^3 / 0.75") GiB.
- Our bank on PostgreSQL or SQLite has room for the average; whoever must catch up faster gives it more than the two cores that were measured.
- slurmctld's own limits come first: it took $(f %.0f "$(p50 submissions/rate.warm.0.4.plain)") submissions/s without any plugin on these two cores.

Not modelled: Slurm's own scheduling, the network, disks slower than this one, several clusters on one bank (leases: one renewal per account and cluster every few
seconds), the operator (benchmarks-operator.md).
TXT
echo "written to docs/scale.md"
