# One job on the machine that measures: sh job.sh ROOT JOB CODEFLASH WHO PROJECT PREFIX BASE HEAD SETUP PYTHON WORDS...
set -u
umask 077
root="$1" job="$2" CODEFLASH="$3" who="$4" project="$5" prefix="$6" base="$7" head="$8" setup="$9"
shift 9
python="$1"
shift
folder="$root/jobs/$job"
child=""

tell() { printf '%-8s %s\n' "$1" "$2" >&2; }

# The status comes last, in one step: where it is, everything else is complete.
finish() {
    trap '' TERM INT HUP
    cd "$folder" || exit 1
    rm -rf checkout
    rm -f agent
    [ -f out ] || : >out
    echo "$1" >status.part
    mv status.part status
    exit 0
}
fail() {
    tell error "$1"
    finish 2
}
stopped() {
    trap '' TERM INT HUP
    if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null; wait "$child"; fi
    finish 143
}
trap stopped TERM INT HUP

exec 9>"$root/lock"
last="-"
until flock -n 9; do
    holder=$(cat "$root/holder" 2>/dev/null)
    if [ "$holder" != "$last" ]; then tell wait "behind ${holder:-another job}: one measures at a time"; fi
    last="$holder"
    flock -w 5 9 && break
done
printf '%s\n' "$who, since $(date -u +%H:%M) UTC (job $job)" >"$root/holder"

cd "$folder" || exit 1
git init --quiet checkout &&
    git -C checkout fetch --quiet --no-tags "$root/$project.git" "+refs/codeflash/$job/*:refs/codeflash/*" &&
    git -C checkout -c core.hooksPath=/dev/null checkout --quiet --detach "$head" ||
    fail "the commits can't be checked out"
cd "checkout/$prefix" || fail "there is no folder $prefix in $head"

if [ -n "$setup" ]; then
    tell setup "$setup"
    # It may want the keys at once.
    tries=0
    until [ -f "$folder/followed" ] || [ "$tries" -ge 10 ]; do sleep 1; tries=$((tries + 1)); done
    # The keys of whoever is connected serve the setup only, never what is measured. The link follows a connection that is
    # made anew; where its path is longer than a socket's may be, the one of now has to do.
    agent="$folder/agent"
    [ "${#agent}" -lt 100 ] || agent=$(readlink "$agent")
    # What the setup leaves running keeps neither the job alive nor the turn.
    SSH_AUTH_SOCK="$agent" sh -c "$setup" >&2 8>&- 9>&- &
    child=$!
    wait "$child" || fail "the setup failed: $setup"
    child=""
fi
# From here on no link is made any more. Who lent keys connects anew without them, which ends the socket.
: >"$folder/settled"
lent=$(readlink "$folder/agent")
rm -f "$folder/agent"
if [ -n "$setup" ]; then
    tell setup "done"
    tries=0
    while [ -S "$lent" ] && [ "$tries" -lt 10 ]; do sleep 1; tries=$((tries + 1)); done
fi
if [ -n "$python" ]; then RUNNER="$python"
elif [ -x .venv/bin/python ]; then RUNNER="$PWD/.venv/bin/python"
elif [ -x "$folder/checkout/.venv/bin/python" ]; then RUNNER="$folder/checkout/.venv/bin/python"
else RUNNER="${CODEFLASH_PYTHON:-$(command -v python3)}"
fi
unset SSH_AUTH_SOCK SSH_CONNECTION SSH_CLIENT CODEFLASH_PYTHON
export RUNNER
tell runner "$RUNNER"
"$CODEFLASH" compare "$base" "$head" --python "$RUNNER" --json "$@" >"$folder/out" &
child=$!
wait "$child"
code=$?
child=""
finish "$code"
