# shellcheck shell=bash
# What the benchmarks' scripts count with. Sourced.

# Numbers on standard input: percentile P (nearest rank), 50 being the median.
percentile() { sort -n | awk -v p="$1" '{ v[NR] = $1 } END { if (!NR) exit 1; i = int(NR * p / 100 + 0.999999); print v[i < 1 ? 1 : i] }'; }
count() { wc -l <"$1"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", a / b }'; }
fixed() { printf "%.*f" "$1" "$2"; }
load() { cut -d' ' -f1-3 /proc/loadavg; }

# Percentiles of microseconds in a file, as milliseconds.
ms() { awk -v us="$1" 'BEGIN { printf (us < 100 ? "%.3f" : us < 10000 ? "%.2f" : "%.0f"), us / 1000 }'; }
two_ms() { echo "$(ms "$(percentile 50 <"$1")"), $(ms "$(percentile 99 <"$1")") ms"; }
three_ms() { echo "$(ms "$(percentile 10 <"$1")"), $(two_ms "$1")"; }

# The verdict on a figure: value, comparison, aim.
verdict() { awk -v v="$1" -v op="$2" -v aim="$3" 'BEGIN { print (op == "<=" ? v <= aim : v >= aim) ? "yes" : "**no**" }'; }
verdict_with() { awk -v v="$1" -v op="$2" -v aim="$3" 'BEGIN { printf "%.3f; aim %s %s: %s", v, op == "<=" ? "≤" : "≥", aim, (op == "<=" ? v <= aim : v >= aim) ? "reached" : "**missed**" }'; }
row() { echo "| $1 | $2 | $3 | $4 | $5 | $6 |"; }

# A figure that docs/scale.md goes on with.
value() { echo "$1 $2" >>"${VALUES:-/dev/null}"; }

rss_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
mb() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb / 1024 }'; }
# Processor time that a process has taken, in microseconds; the kernel tells it in steps of 10 ms.
cpu_us() { awk '{ sub(/^.*\) /, ""); print ($12 + $13) * 10000 }' "/proc/$1/stat"; }
# The same with the processes that it started and that have ended.
cpu_of_all_us() { awk '{ sub(/^.*\) /, ""); print ($12 + $13 + $14 + $15) * 10000 }' "/proc/$1/stat"; }

free_port() {
	local port
	while :; do
		port=$((10000 + RANDOM % 20000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port && return; }
	done
}
