# Starting and ending the lab's daemons. A process is known by its number and its start time, so that
# a reused number is never taken for it; sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154  # names set by state.sh and the script that sources this

start_time() { # PID
  # The name in field 2 may hold spaces; what follows its bracket does not.
  sed -E 's/^.*\) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

process_state() { # PID
  sed -E 's/^.*\) //' "/proc/$1/stat" 2>/dev/null | cut -c1
}

# Prints the process number of a component if the recorded process still runs.
pid_of() { # COMPONENT
  local pid started
  read -r pid started 2>/dev/null <"$state/run/$1.pid" || return 1
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] && [ "$(process_state "$pid")" != Z ] ||
    return 1
  echo "$pid"
}

# Runs a command where the node lives: network and mounts of the lab.
inside() {
  nsenter --net="/run/netns/$netns" --mount="$state/node/mnt" --wd=/ "$@"
}

# Forgets components that have died since they were started, so that whoever waits only hears of those that
# end from now on.
forget_dead() {
  local file
  for file in "$state"/run/*.pid; do
    if ! pid_of "$(basename "$file" .pid)" >/dev/null; then rm -f "$file"; fi
  done
}

# Starts a component unless it runs: detached, inside, in the lab's control group, with a log.
# The process records itself before it becomes the program, so an interrupted `up` leaves no stranger.
start() { # COMPONENT COMMAND...
  local component=$1 log=$state/logs/$1.log
  shift
  if pid_of "$component" >/dev/null; then return; fi
  if [ -e "$log" ] && [ "$(stat -c %s "$log")" -gt 20000000 ]; then mv "$log" "$log.1"; fi
  (
    exec {lab_lock}>&-
    me=$BASHPID
    echo "$me" >"$(tracking_root)/$cgroup/host/cgroup.procs"
    echo "$me $(start_time "$me")" >"$state/run/$component.pid.part"
    mv "$state/run/$component.pid.part" "$state/run/$component.pid"
    cd /
    exec setsid nsenter --net="/run/netns/$netns" --mount="$state/node/mnt" --wd=/ "$@"
  ) </dev/null >>"$log" 2>&1 &
  until [ "$(cut -d' ' -f1 "$state/run/$component.pid" 2>/dev/null)" = $! ]; do
    if [ ! -e "/proc/$!" ]; then die "$component could not be started; its log: $log"; fi
    sleep 0.02
  done
}

# Waits until COMMAND succeeds; dies when time is up, or when a component has ended: what is waited for may
# need it.
await() { # COMPONENT SECONDS WHAT COMMAND...
  local component=$1 deadline=$((SECONDS + $2)) what=$3 file
  shift 3
  until "$@" >/dev/null 2>&1; do
    for file in "$state"/run/*.pid; do
      if ! pid_of "$(basename "$file" .pid)" >/dev/null; then component_ended "$(basename "$file" .pid)" "$what"; fi
    done
    if [ $SECONDS -ge $deadline ]; then
      last_words "$component"
      die "timed out waiting for: $what. The log of $component: $state/logs/$component.log"
    fi
    sleep 0.2
  done
}

component_ended() { # COMPONENT WHAT
  last_words "$1"
  if grep -q 'address already in use' <(tail -n 20 "$state/logs/$1.log"); then
    die "$1 found its port taken inside the lab; lab/lab${lab_option:-} down ends whoever holds it."
  fi
  die "$1 ended before this: $2. Its log: $state/logs/$1.log (a damaged state is mended by" \
    "lab/lab${lab_option:-} reset)"
}

last_words() { # COMPONENT
  tail -n 5 "$state/logs/$1.log" | cut -c1-300 >&2 || true
}

# Asks processes to end, and makes them after some tenths of a second.
end_processes() { # TENTHS PID...
  local tenths=$1 pid alive
  shift
  if [ $# -eq 0 ]; then return; fi
  kill -TERM "$@" 2>/dev/null || true
  for _ in $(seq "$tenths"); do
    alive=
    for pid in "$@"; do
      if [ -n "$(process_state "$pid")" ] && [ "$(process_state "$pid")" != Z ]; then alive+=" $pid"; fi
    done
    if [ -z "$alive" ]; then return; fi
    sleep 0.1
  done
  # shellcheck disable=SC2086  # a list of numbers
  kill -KILL $alive 2>/dev/null || true
}

end_components() { # TENTHS COMPONENT...
  local tenths=$1 component pids=()
  shift
  for component in "$@"; do
    if pid=$(pid_of "$component"); then pids+=("$pid"); fi
  done
  end_processes "$tenths" "${pids[@]}"
  for component in "$@"; do rm -f "$state/run/$component.pid"; done
}

# Processes that live in the lab's network or mounts, whatever group they are in.
namespace_pids() {
  local wanted=() file id
  for file in "/run/netns/$netns" "$state/node/mnt"; do
    id=$(stat -L -c '%d:%i' "$file" 2>/dev/null) || continue
    # A plain file in the place of a namespace is what an unmounted one leaves.
    if [ "$(stat -L -f -c %T "$file")" = nsfs ]; then wanted+=("$id"); fi
  done
  if [ ${#wanted[@]} -eq 0 ]; then return 0; fi
  # Processes that end meanwhile are no mistake.
  { stat -L -c '%d:%i %n' /proc/[0-9]*/ns/net /proc/[0-9]*/ns/mnt 2>/dev/null || true; } |
    awk -F'[ /]' -v wanted=" ${wanted[*]} " 'index(wanted, " " $1 " ") { print $4 }'
}

# All that is left of the lab, recorded or not.
lab_pids() {
  {
    cgroup_pids
    namespace_pids
  } | sort -un
}
