#!/usr/bin/env bash
# kill-and-resume.sh [COUNT] [SEED]: kills a training run with SIGKILL at COUNT random moments (10 by default) and resumes
# it each time. Every run must end in the same bits as the undisturbed one, lose no more than the steps since its last
# checkpoint, and leave no file half written. A resumed run may be killed again.
# SOFTMAX_HOST names the host's assembly; by default it is that of this checkout, which must have been built.
set -uo pipefail
count=${1:-10}
seed=${2:-$$}
RANDOM=$((seed % 32768))
root=$(cd "$(dirname "$0")/.." && pwd)
host=${SOFTMAX_HOST:-$root/src/SoftmaxScripting.Host/bin/Debug/net10.0/SoftmaxScripting.Host.dll}
every=15
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOFTMAX_RUNS=$work/runs
cd "$work" || exit 1
echo "$count kills, seed $seed"
[ -f "$host" ] || { echo "there is no $host: build the solution first"; exit 2; }

# Three trainings, so that a kill may come before, within, between and after them; dropout and momentum have state.
cat > train.csx <<'SCRIPT'
var result = Option("result", "", "where the final weights go");
Seed(3);
var inputs = Tensor.Normal(4000, 40);
var labels = Tensor.Of([.. Enumerable.Range(0, 4000).Select(i => i % 5)]);
var data = Datasets.FromTensors(inputs, labels, inputs[..200], labels[..200], ["a", "b", "c", "d", "e"], "noise");
var weights = new Dictionary<string, Tensor>();
for (var k = 0; k < 3; k++)
{
    var model = Sequential(Linear(40, 64), Relu(), Dropout(0.2), Linear(64, 5));
    Train(model, data, (o, y) => Loss.CrossEntropy(o, y), Adam(0.01), epochs: 12, batchSize: 32, seed: (ulong)k);
    foreach (var p in model.Parameters)
        weights[$"{k}.{p.Name}"] = p.Value;
}

SafeTensors.Write(result, weights);
SCRIPT

fail() {
  echo "FAILED after $killed kills (seed $seed): $*"
  cat "$work/error.txt"
  exit 1
}

# The largest step of which a file tells, of the latest training.
latest_step() {
  ls -d "$1"/checkpoints/training-*/ 2>/dev/null | sort | tail -1 | while read -r folder; do
    ls "$folder" | sed -n 's/^step-0*\([0-9]*\)\.safetensors$/\1/p' | sort -n | tail -1
  done
}

killed=0
dotnet exec "$host" train.csx --result undisturbed.safetensors --checkpoint-every ${every}steps > /dev/null 2> error.txt || fail "the undisturbed run"
# How long the trainings took together, by the times of their first and last epochs, in nanoseconds.
times=$(sed -n 's/.*"time":"\([^"]*\)".*/\1/p' "$SOFTMAX_RUNS"/*/metrics.jsonl)
training=$(($(date -d "$(echo "$times" | tail -1)" +%s%N) - $(date -d "$(echo "$times" | head -1)" +%s%N)))
expected=$(sha256sum < undisturbed.safetensors)
rm -rf "$SOFTMAX_RUNS"
echo "undisturbed: trained for $((training / 1000000)) ms, ${expected%% *}"
resumed=0
early=0
while [ "$killed" -lt "$count" ]; do
  rm -rf "$SOFTMAX_RUNS" result.safetensors
  again=""
  while :; do
    dotnet exec "$host" train.csx $again --result result.safetensors --checkpoint-every ${every}steps > /dev/null 2> error.txt &
    process=$!
    # Mostly some moment after the process has begun to train or has resumed, now and then one before.
    if [ $((RANDOM % 8)) -ne 0 ]; then
      until [ -n "$again" ] && [ -s error.txt ] || { [ -z "$again" ] && ls "$SOFTMAX_RUNS"/*/checkpoints > /dev/null 2>&1; }; do
        kill -0 $process 2> /dev/null || break
        sleep 0.01
      done
    fi
    sleep "$(awk -v r=$RANDOM -v s=$RANDOM -v l="$training" 'BEGIN { printf "%.4f", (r * 32768 + s) / 1073741824 * l / 1e9 }')"
    if ! kill -9 $process 2> /dev/null; then
      wait $process || fail "a run ended with exit code $?"
      break
    fi
    wait $process 2> /dev/null
    killed=$((killed + 1))
    grep -q 'warning\|error' error.txt && fail "a message before the kill"
    folder=$(ls -d "$SOFTMAX_RUNS"/*/ 2> /dev/null | head -1)
    if [ -z "$folder" ]; then
      early=$((early + 1))
      again=""
      continue
    fi
    # What is visible is whole: one line per object, and records that the host reads.
    if [ -f "$folder/metrics.jsonl" ] && grep -qv '^{.*}$' "$folder/metrics.jsonl"; then fail "a half line of metrics"; fi
    dotnet exec "$host" runs list --json > list.json 2> error.txt || fail "runs list"
    grep -qE '"status": "(killed|finished)"' list.json || fail "the run is not listed as killed"
    # The lost work: steps that the metrics tell of beyond the last checkpoint.
    number=$(sed -n 's/^{"training":\([0-9]*\),.*/\1/p' "$folder/metrics.jsonl" 2> /dev/null | tail -1)
    told=$(sed -n 's/.*"step":\([0-9]*\),.*/\1/p' "$folder/metrics.jsonl" 2> /dev/null | tail -1)
    if [ -n "$number" ]; then
      saved=$(ls "$folder/checkpoints/training-$number" | sed -n 's/^step-0*\([0-9]*\)\.safetensors$/\1/p' | sort -n | tail -1)
      [ $((told - ${saved:-0})) -le $every ] || fail "step $told was reached, the last checkpoint is of ${saved:-none}"
    fi
    before=$(latest_step "$folder")
    again="--resume"
    # Some are killed a second time; the others go on to the end.
    if [ $((RANDOM % 3)) -ne 0 ] || [ "$killed" -ge "$count" ]; then
      dotnet exec "$host" train.csx --resume --result result.safetensors --checkpoint-every ${every}steps > /dev/null 2> error.txt || fail "the resumed run"
      grep -q 'warning\|error' error.txt && fail "a message of the resumed run"
      if [ -n "$before" ] && ! grep -q "step $before\.\|was over" error.txt; then fail "it did not go on from step $before"; fi
      resumed=$((resumed + 1))
      break
    fi
  done
  [ "$(sha256sum < result.safetensors)" = "$expected" ] || fail "other bits than the undisturbed run"
done
echo "passed: $killed kills ($early before anything was recorded), $resumed runs resumed to the end, all in the same bits"
