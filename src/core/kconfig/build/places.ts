import type { SourceTar } from "./unpackSource.ts";

/** Where things lie in the sandbox. The same for everybody: such paths can end up in what is compiled. */
export const places = {
  /** A tar of the source, read-only. */
  archive: "/run/source.tar",
  /** Files that a script reads, read-only. */
  inputs: "/run/inputs",
  source: "/target/source",
  /** What make writes to. */
  build: "/target/build",
  /** What a script hands back. */
  result: "/target/result",
} as const;

/** A whole script: what it leaves in `$result` comes back, if it ends with success, and nothing else. */
export function scriptOf(body: string, { strip }: SourceTar): string {
  return `set -eu
source=${places.source} inputs=${places.inputs} build=${places.build} result=${places.result}
mkdir -p "$source" "$build/tmp" "$result"
export TMPDIR="$build/tmp"
bsdtar -x -f ${places.archive} -C "$source" --no-same-owner --strip-components ${strip}
${body}rm -rf "$build" "$source"
`;
}

/** A shell function that puts the options in file 2 over those in file 1. Old configurators keep the first value. */
export const mergeFunction = `merge() {
  awk 'function name(line) { return match(line, /CONFIG_[A-Za-z0-9_]+/) ? substr(line, RSTART, RLENGTH) : "" }
    FILENAME == ARGV[1] { over[name($0)] = 1; next } !(name($0) in over)' "$2" "$1" > "$1.merged"
  cat "$2" >> "$1.merged"
  mv "$1.merged" "$1"
}
`;
