import { makePlacesScript, markScript, materialiseScript } from "../capture/captureScripts.ts";

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

/** Ends what a command left running in the background, before its changes are read. */
export const quietScript = `while kill -KILL -1 2> /dev/null; do sleep 0.01; done
`;
