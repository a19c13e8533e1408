/**
 * Both scripts are for a POSIX shell as root of the sandbox, outside the command's own mounts, with GNU find, sort,
 * comm, cut, touch and tar at hand: `sh -c SCRIPT NAME ROOT NOTES`. ROOT is the folder with the tree as real files,
 * NOTES an empty folder outside of it, on any file system; both absolute. Nothing may be mounted in ROOT, and what
 * was made there for the sandbox alone (mount points) is made before the first one runs.
 */

/** Attributes that are taken over; every sandbox sets these when it makes the tree, and no others. */
export const keptAttributes: readonly string[] = ["user.*", "security.capability"];

const each = "%i %C@ %P\\0";

/**
 * Before the command: notes what is there. A file that is renamed with its folder keeps its time of change, so the
 * notes hold every path with the number and the time of its file.
 */
export const markScript = `set -eu
LC_ALL=C
export LC_ALL
cd "$1"
find . -xdev -mindepth 1 -printf '${each}' > "$2/listed"
sort -z -T "$2" -o "$2/before" "$2/listed"
touch "$2/tick"
find "$2/tick" -printf '%C@' > "$2/began"
began=$(cat "$2/began")
now=$began
# The kernel counts time in ticks: what is changed in the same one would look unchanged.
while [ "$now" = "$began" ]; do
  touch "$2/tick"
  now=$(find "$2/tick" -printf '%C@')
done
`;

/**
 * Before markScript: makes places to mount something at, which must not change any time that a layer could see:
 * `sh -c SCRIPT NAME ROOT NOTES [folder|file PATH]…`, each PATH below ROOT, its folder there or made before it.
 */
export const makePlacesScript = `set -eu
umask 022
cd "$1"
notes=$2
shift 2
while [ $# -gt 0 ]; do
  above=$(dirname "./$2")
  touch -r "$above" "$notes/time"
  if [ "$1" = folder ]; then mkdir "./$2"; else : > "./$2"; fi
  touch -d @0 "./$2"
  touch -r "$notes/time" "$above"
  shift 2
done
`;

/** After the command: writes what readCapture() reads to standard output. */
export const captureScript = `set -eu
LC_ALL=C
export LC_ALL
cd "$1"
printf 'whittle-capture 1 %s\\0' "$(cat "$2/began")"
find . -xdev -mindepth 1 -printf '%y %n %i %P\\0' '(' -type s -o -fprintf "$2/listed" '${each}' ')'
printf '\\0'
sort -z -T "$2" -o "$2/after" "$2/listed"
comm -z -13 "$2/before" "$2/after" > "$2/fresh"
cut -z -d ' ' -f 3- "$2/fresh" > "$2/paths"
sort -z -T "$2" -o "$2/paths" "$2/paths"
tar --create --file=- --blocking-factor=128 --format=pax --pax-option=delete=atime,delete=ctime \\
  --numeric-owner --sparse --acls --xattrs ${keptAttributes.map(name => `--xattrs-include='${name}'`).join(" ")} \\
  --no-recursion --null --verbatim-files-from --files-from="$2/paths"
`;

/** Unpacks the tar of materialTar() from standard input into ROOT: `sh -c SCRIPT NAME ROOT`. */
export const materialiseScript = `set -eu
umask 022
cd "$1"
tar --extract --file=- --blocking-factor=128 --absolute-names --numeric-owner --same-owner --same-permissions \\
  --xattrs ${keptAttributes.map(name => `--xattrs-include='${name}'`).join(" ")}
`;
