import { makePlacesScript, markScript, materialiseScript } from "../capture/captureScripts.ts";
import type { Cover } from "../surroundings.ts";

const quoted = (script: string): string => `'${script.replaceAll("'", "'\\''")}'`;

/**
 * Makes the tree (a tar on standard input) as files and notes its state: `sh -c SCRIPT NAME TREE NOTES [folder|file
 * PATH]…`. From then on nothing in these namespaces can make user namespaces of its own, and /proc shows their processes:
 * bubblewrap looks for its child there, whose number means another process or none on the host.
 */
export const prepareScript = `set -eu
{ echo 0 > /proc/sys/user/max_user_namespaces; } 2> /dev/null || :
mount -t proc proc /proc
sh -c ${quoted(materialiseScript)} materialise "$1"
sh -c ${quoted(makePlacesScript)} places "$@"
sh -c ${quoted(markScript)} mark "$1" "$2"
`.replaceAll("`", "`");

/**
 * Goes behind prepareScript: folders in memory for the covers, `NOTES/../memory/0` and following. All of them together get
 * half of the host's memory, which is what the kernel gives to each file system of its kind.
 */
export function memoryScript(covers: readonly Cover[]): string {
  const folders = covers.map(({ what, mode }, index) => {
    const bits = what === "empty" ? mode : 0o1777;
    return `mkdir -m ${bits.toString(8)} "$2/../memory/${index}"\n`;
  });
  return `mount -t tmpfs -o mode=755 whittle "$2/../memory"\n${folders.join("")}`;
}

/**
 * Ends what a command left running, before its changes are read. Nothing happens where the first process is not the one
 * that holds our namespaces (see holder.ts).
 */
export const quietScript = `read -r first < /proc/1/comm && [ "$first" = cat ] || exit 1
while kill -KILL -1 2> /dev/null; do sleep 0.01; done
`;
