# What is asked of the machine that measures: sh -c THIS codeflash ACTION ARGUMENTS...
# Everything lies in one folder of the account; a lock in it lets one job measure at a time.
set -u
umask 077
root="$HOME/.codeflash/runner"
PATH="$HOME/.local/bin:$PATH"
# What the machine's owner sets: CODEFLASH, the program, and CODEFLASH_PYTHON, the interpreter of projects without their own.
if [ -r "$HOME/.codeflash/machine.env" ]; then set -a; . "$HOME/.codeflash/machine.env"; set +a; fi
CODEFLASH="${CODEFLASH:-codeflash}"
jobs="$root/jobs"

# A job is alive while a process of it holds its file; that ends with the process, however it ends.
state_of() {
    if [ ! -d "$jobs/$1" ]; then echo absent
    elif [ -f "$jobs/$1/status" ]; then echo finished
    elif [ -f "$jobs/$1/alive" ] && ! flock -s -n "$jobs/$1/alive" true; then echo running
    else echo dead
    fi
}

# Held while repositories and jobs are made or taken away; it goes with this shell.
alone() {
    exec 7>"$root/starting"
    flock 7
}

# awaited REPOSITORY NAME: whether a client that asked for it a short while ago may still be pushing to it
awaited() { [ -n "$(find "$1/awaited" -type f -name "$2" -mmin -60 2>/dev/null)" ]; }

# forget JOB: with its commits, and with the repository that holds nobody else's
forget() {
    for repository in "$root"/*.git; do
        [ -d "$repository" ] || continue
        git -C "$repository" for-each-ref --format='delete %(refname)' "refs/codeflash/$1" \
            | git -C "$repository" update-ref --stdin
        rm -f "$repository/awaited/$1"
        refs=$(git -C "$repository" for-each-ref --count=1) || continue
        if [ -z "$refs" ] && ! awaited "$repository" '*'; then rm -rf "$repository"; fi
    done
    rm -rf "${jobs:?}/$1"
}

# left JOB: whether it is dead, and nobody is about to start it anew
left() {
    [ "$(state_of "$1")" = dead ] || return 1
    for repository in "$root"/*.git; do
        if awaited "$repository" "$1"; then return 1; fi
    done
}

# look JOB: what is here, where the job stands, and whether its setup is over
look() {
    for program in git flock setsid tail; do
        command -v "$program" >/dev/null || { echo "missing $program"; return; }
    done
    version=$("$CODEFLASH" --version 2>/dev/null </dev/null) || { echo "missing codeflash"; return; }
    echo "version $version"
    echo "state $(state_of "$1")"
    if [ -f "$jobs/$1/settled" ]; then echo "settled"; fi
}

# ready PROJECT JOB: a bare repository that takes the job's commits
ready() {
    mkdir -p "$jobs" || exit 1
    alone
    if [ ! -d "$root/$1.git" ]; then
        git init --quiet --bare "$root/$1.git" || exit 1
        # Shallow clones may push, and nothing is tidied up while something is measured.
        git -C "$root/$1.git" config receive.shallowUpdate true
        git -C "$root/$1.git" config receive.autogc false
    fi
    { mkdir -p "$root/$1.git/awaited" && : >"$root/$1.git/awaited/$2"; } || exit 1
}

# start JOB SCRIPT ARGUMENTS...: the job goes on when the connection ends; what is there already is left alone
start() {
    job="$1" script="$2"
    shift 2
    alone
    for each in "$jobs"/*/; do
        name=$(basename "$each")
        # The commits of this one were pushed for this start.
        if [ "$name" != "$job" ] && left "$name"; then forget "$name"; fi
    done
    rm -f "$root"/*.git/awaited/"$job"
    case "$(state_of "$job")" in
        running | finished) return ;;
    esac
    folder="$jobs/$job"
    rm -rf "$folder"
    mkdir "$folder" || exit 1
    { printf '%s\n' "$script" >"$folder/job.sh" && : >"$folder/err"; } || exit 1
    exec 8>"$folder/alive"
    flock 8
    setsid nohup sh "$folder/job.sh" "$root" "$job" "$CODEFLASH" "$@" \
        </dev/null >/dev/null 2>>"$folder/err" 7>&- &
    echo $! >"$folder/pid"
}

# follow JOB OFFSET: what the job says from a byte on, until it ends
follow() {
    folder="$jobs/$1"
    cd "$folder" 2>/dev/null || return 0
    # Keys are asked of whoever is connected now, and for the setup only.
    if [ -n "${SSH_AUTH_SOCK:-}" ] && [ ! -f settled ]; then
        ln -sfn "$SSH_AUTH_SOCK" agent
        if [ -f settled ]; then rm -f agent; fi
    fi
    : >followed
    if [ -f status ]; then tail -c "+$(($2 + 1))" err
    else tail -c "+$(($2 + 1))" -f "--pid=$(cat pid)" err
    fi
}

# fetch JOB: its exit status, the size of what it printed, and that
fetch() {
    folder="$jobs/$1"
    [ -f "$folder/status" ] || exit 4
    printf '%s %s\n' "$(cat "$folder/status")" "$(wc -c <"$folder/out" | tr -d ' ')"
    cat "$folder/out"
}

# remove JOB: what has ended leaves nothing behind
remove() {
    [ -d "$root" ] || return 0
    alone
    [ "$(state_of "$1")" = running ] || forget "$1"
}

# stop JOB: how it ended
stop() {
    [ -d "$root" ] || { echo "state absent"; return; }
    if [ "$(state_of "$1")" = running ]; then
        pid=$(cat "$jobs/$1/pid")
        kill -TERM "-$pid" 2>/dev/null
        flock -s -w 20 "$jobs/$1/alive" true || kill -KILL "-$pid" 2>/dev/null
        flock -s -w 20 "$jobs/$1/alive" true
    fi
    state=$(state_of "$1")
    if [ "$state" = running ]; then echo "it does not end" >&2; exit 1; fi
    echo "state $state"
    alone
    forget "$1"
}

# overview SECONDS PATTERNS...: for people who look after the machine
overview() {
    seconds="$1"
    shift
    echo "connection ${SSH_CONNECTION:-}"
    version=$("$CODEFLASH" --version 2>/dev/null </dev/null) && echo "version $version"
    for program in git flock setsid bwrap; do command -v "$program" >/dev/null || echo "missing $program"; done
    if [ -f "$root/lock" ] && ! flock -s -n "$root/lock" true; then echo "holder $(cat "$root/holder" 2>/dev/null)"; fi
    for each in "$jobs"/*/; do
        [ -d "$each" ] && echo "job $(state_of "$(basename "$each")") $(basename "$each")"
    done
    for turn in 1 2; do
        echo "snapshot"
        # The patterns are to be spread out here.
        for file in $*; do
            if [ -r "$file" ]; then echo "== $file"; cat "$file"; fi
        done
        [ "$turn" = 2 ] || sleep "$seconds"
    done
}

"$@"
