# shellcheck shell=bash
# Part of eng/bench.sh, sourced: plots of what was measured, by gnuplot, beside the report.

plots() {
	local to=$1
	eng/install-packages.sh gnuplot-nox
	[ ! -e "$home/submissions/when" ] || {
		bars submissions rate warm .4 50 1 "submissions per second, 4 clients, warm accounts, p50" "$to/benchmarks-submissions.svg"
		curves "how long a submission takes, 4 clients, a bank that answers at once" "$to/benchmarks-latency.svg" \
			$(for name in "${candidates[@]}"; do echo "$home/submissions/latency.warm.0.4.$name" "$(plain_name "$name")"; done)
	}
	[ ! -e "$home/stalls/when" ] ||
		bars stalls sinfo '' '' 99 1000 "milliseconds that sinfo takes while 4 clients submit, p99" "$to/benchmarks-stalls.svg"
	[ ! -e "$home/decisions/when" ] ||
		curves "how long a decision takes, back to back" "$to/benchmarks-decision.svg" \
			"$home/decisions/pingpong.0" C-ping-pong "$home/decisions/decision.0" slurm-banking
	[ ! -s "$home/facts/drain" ] || drain "$to/benchmarks-drain.svg"
}

# One word each: they go through the shell.
plain_name() {
	case $1 in
	plain) echo no-plugin ;;
	noop) echo empty-C-plugin ;;
	pingpong) echo asks-C-process ;;
	banked) echo slurm-banking ;;
	curl) echo libcurl ;;
	*) echo "$1" ;;
	esac
}

# Of a name in the plots.
colour() {
	case $1 in
	no-plugin | C-ping-pong) echo '#999999' ;;
	empty-C-plugin) echo '#cccccc' ;;
	asks-C-process) echo '#a6761d' ;;
	libcurl) echo '#d95f02' ;;
	lua) echo '#7570b3' ;;
	slurmdbd) echo '#1f78b4' ;;
	*) echo '#1b9e77' ;;
	esac
}

# bars SECTION MEASURE PREFIX SUFFIX PERCENTILE DIVISOR TITLE FILE: a group for each way the bank answers.
bars() {
	local section=$1 measure=$2 prefix=$3 suffix=$4 p=$5 divisor=$6 title=$7 file=$8 name trouble column=1 sample
	{
		echo "bank $(for name in "${bank_candidates[@]}"; do plain_name "$name"; done | xargs)"
		for trouble in $troubles; do
			echo -n "\"$([ $trouble = hole ] && echo 'never answers' || echo "$trouble ms")\""
			for name in "${bank_candidates[@]}"; do
				sample=$home/$section/$measure.${prefix:+$prefix.}$trouble$suffix.$name
				# Nothing at all is not to be seen on a logarithmic axis.
				awk -v v="$(percentile "$p" <"$sample")" -v d="$divisor" 'BEGIN { printf " %.3f", (v / d > 0.1 ? v / d : 0.1) }'
			done
			echo
		done
	} >"$dir/bars"
	{
		axes "$title" "$file"
		echo "set style data histogram; set style histogram clustered gap 1; set style fill solid border -1"
		echo "set logscale y; set yrange [0.1:*]; set key outside right; set xlabel 'the bank answers after'; set grid ytics"
		echo -n "plot"
		for name in "${bank_candidates[@]}"; do
			column=$((column + 1))
			echo -n "$([ $column = 2 ] || echo ,) '$dir/bars' using $column:xtic(1) title columnhead lc rgb '$(colour "$(plain_name "$name")")'"
		done
		echo
	} | gnuplot
}

# curves TITLE FILE (SAMPLES NAME)...: the share of calls that took no longer.
curves() {
	local title=$1 file=$2 separator='' samples name at
	shift 2
	{
		axes "$title" "$file"
		echo "set logscale x; set xlabel 'microseconds'; set ylabel 'share of calls'; set yrange [0:1]; set grid; set key bottom right"
		echo -n "plot"
		while [ $# -gt 0 ]; do
			samples=$1 name=$2
			shift 2
			[ -s "$samples" ] || continue
			at=$dir/curve.$name
			# Enough points for the eye.
			sort -n "$samples" | awk '{ v[NR] = $1 } END { for (i = 1; i <= 400; i++) print v[int((NR - 1) * i / 400) + 1], i / 400 }' >"$at"
			echo -n "$separator '$at' with lines lw 2 lc rgb '$(colour "$name")' title '$name'"
			separator=,
		done
		echo
	} | gnuplot
}

drain() {
	{
		axes "a backlog after an outage of the bank: records that wait, and memory of the sidecar" "$1"
		echo "set xlabel 'seconds'; set ylabel 'records'; set y2label 'MB'; set y2tics; set ytics nomirror; set y2range [0:*]; set yrange [0:*]; set grid"
		echo "plot '$home/facts/drain' using 1:2 with lines lw 2 lc rgb '#1b9e77' title 'waiting', '' using 1:3 axes x1y2 with lines lw 2 lc rgb '#d95f02' title 'RSS'"
	} | gnuplot
}

axes() {
	echo "set terminal svg size 760,380 font 'sans,12' background rgb 'white'"
	echo "set output '$2'"
	echo "set title '$1'"
}
