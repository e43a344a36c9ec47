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

forget() {
    for repository in "$root"/*.git; do
        [ -d "$repository" ] || continue
        git -C "$repository" for-each-ref --format='delete %(refname)' "refs/codeflash/$1" \
            | git -C "$repository" update-ref --stdin
    done
    rm -rf "${jobs:?}/$1"
}

# look JOB: what is here, and where the job stands
look() {
    for program in git flock setsid tail; do
        command -v "$program" >/dev/null || { echo "missing $program"; return; }
    done
    version=$("$CODEFLASH" --version 2>/dev/null </dev/null) || { echo "missing codeflash"; return; }
    echo "version $version"
    echo "state $(state_of "$1")"
}

# ready PROJECT: a bare repository that takes commits
ready() {
    mkdir -p "$jobs"
    [ -d "$root/$1.git" ] && return
    git init --quiet --bare "$root/$1.git" || exit 1
    # Shallow clones may push, and nothing is tidied up while something is measured.
    git -C "$root/$1.git" config receive.shallowUpdate true
    git -C "$root/$1.git" config receive.autogc false
}

# start JOB SCRIPT ARGUMENTS...: the job goes on when the connection ends; what is there already is left alone
start() {
    job="$1" script="$2"
    shift 2
    exec 7>"$root/starting"
    flock 7
    for each in "$jobs"/*/; do
        name=$(basename "$each")
        # Its commits were pushed for this start.
        if [ "$name" != "$job" ] && [ "$(state_of "$name")" = dead ]; then forget "$name"; fi
    done
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
    # Keys are asked of whoever is connected now.
    if [ -n "${SSH_AUTH_SOCK:-}" ]; then ln -sfn "$SSH_AUTH_SOCK" agent; fi
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
    [ "$(state_of "$1")" = running ] || forget "$1"
}

# stop JOB
stop() {
    if [ "$(state_of "$1")" = running ]; then
        pid=$(cat "$jobs/$1/pid")
        kill -TERM "-$pid" 2>/dev/null
        flock -s -w 20 "$jobs/$1/alive" true || kill -KILL "-$pid" 2>/dev/null
        flock -s -w 20 "$jobs/$1/alive" true
    fi
    echo "state $(state_of "$1")"
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
