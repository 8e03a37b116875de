#!/bin/bash
# exp1.sh: computes pi on all instances of a deployment, by the midpoint rule over 1000 strips for each unit of the problem
# size. The n-th host sums every strip that is its turn. Leaves /tmp/output.txt and, once that is whole, /tmp/done.txt.
set -euo pipefail

# FIRST STEP STRIPS: prints the sum of every STEP-th strip, beginning with FIRST.
sum_strips() {
	awk -v first="$1" -v step="$2" -v strips="$3" 'BEGIN {
		for (strip = first; strip <= strips; strip += step) {
			x = (strip - 0.5) / strips
			sum += 4 / (1 + x * x)
		}
		printf "%.12f\n", sum / strips
	}'
}

if [ $# -eq 3 ]; then
	sum_strips "$@"
	exit
fi

mapfile -t hosts <"$D2C_MPI_HOSTFILE"
strips=$((D2CM_PROBLEM_SIZE * 1000))
sums=$(mktemp -d)
workers=()
for turn in "${!hosts[@]}"; do
	host=${hosts[turn]}
	{
		scp -q -o StrictHostKeyChecking=yes "$0" "$host:/tmp/exp1-strips.sh"
		ssh -n -o StrictHostKeyChecking=yes "$host" \
			"bash /tmp/exp1-strips.sh $((turn + 1)) ${#hosts[@]} $strips" >"$sums/$turn"
	} &
	workers+=($!)
done
for worker in "${workers[@]}"; do
	wait "$worker"
done

awk -v strips="$strips" -v hosts="${#hosts[@]}" '
	{pi += $1}
	END {
		if (NR != hosts) exit 1
		printf "pi is %.9f, from %d strips on %d hosts\n", pi, strips, hosts
	}' "$sums"/* >/tmp/output.txt
rm -r "$sums"
echo done >/tmp/done.txt
