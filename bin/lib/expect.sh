# What the scripts' own tests expect of commands, a line each, and how many of it came true; sourced, never run.
# shellcheck shell=bash

passed=0
failed=0

# expect WHAT COMMAND...: the command must succeed.
expect() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$what"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$what"
    printf '%s\n' "$output" | tail -n 15 | sed 's/^/        /'
  fi
}

# refuses WHAT TEXT COMMAND...: the command must fail with one line that contains TEXT.
refuses() {
  local what=$1 text=$2 output
  shift 2
  if output=$("$@" 2>&1); then
    output="it succeeded: $output"
  elif [[ $output == *"$text"* ]] && [ "$(wc -l <<<"$output")" -eq 1 ]; then
    output=
  fi
  expect "$what" equal "$output" ""
}

# fails WHAT TEXT COMMAND...: the command must fail, its last line must contain TEXT.
fails() {
  local what=$1 text=$2 output
  shift 2
  if output=$("$@" 2>&1); then output="it succeeded"; fi
  expect "$what" contains "$(tail -n 1 <<<"$output")" "$text"
}

equal() { # ACTUAL EXPECTED
  if [ "$1" != "$2" ]; then
    diff <(echo "$2") <(echo "$1")
    return 1
  fi
}

contains() { # TEXT PART
  if [[ $1 != *"$2"* ]]; then
    printf '%s\nlacks: %s\n' "$1" "$2"
    return 1
  fi
}

# Ends the test.
conclude() {
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
