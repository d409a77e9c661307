# shellcheck shell=bash
# Shared by the jobs: where the programs are, and what their exit codes ask for. Sourced, never run.

# Installed beside PATH, or built in this checkout.
taki_program() { # NAME
    local built
    built=$(dirname "${BASH_SOURCE[0]}")/../build/release/bin/$1
    if [ -n "${TAKI_BIN:-}" ]; then
        printf '%s/%s' "$TAKI_BIN" "$1"
    elif [ -x "$built" ]; then
        printf '%s' "$built"
    else
        command -v "$1" || { printf '%s: not found; run jobs/setup, or set TAKI_BIN\n' "$1" >&2; return 2; }
    fi
}

# no, now or later: the third column of the list that the programs themselves print.
taki_retry() { # EXIT_CODE
    "$(taki_program taki-load)" --exit-codes | awk -v code="$1" '$1 == code { print $3; found = 1 } END { if (!found) print "no" }'
}

# Runs a program until it ends with 0 or a code that a repeat won't help; waits longer each time for `later`. What ended
# with 3 (partial) is repeated with --retry-failed, and stays partial when the rest cannot be had.
taki_attempt() { # TRIES PAUSE_SECONDS PROGRAM ARGUMENT...
    local tries=$1 pause=$2 program code ends=0 try wait again=()
    program=$(taki_program "$3") || return 2
    shift 3
    for ((try = 1; ; try++)); do
        code=0
        "$program" "$@" "${again[@]}" || code=$?
        [ $code -ne 0 ] || return 0
        [ $ends -eq 3 ] || ends=$code
        again=()
        [ $code -ne 3 ] || { ends=3; again=(--retry-failed); }
        case $(taki_retry $code) in
        now) wait=0 ;;
        later) wait=$((pause * try)) ;;
        *) return $ends ;;
        esac
        [ $try -lt "$tries" ] || return $ends
        printf '%s: exit %d, try %d of %d, again in %d s\n' "${program##*/}" $code $try "$tries" $wait >&2
        sleep $wait
    done
}
