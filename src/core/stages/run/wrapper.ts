/** Where the script and its wrapper lie inside; nothing of it gets into a layer. */
export const scriptFolder = "/run/whittle";
export const scriptName = "script";
export const wrapperName = "start";

/** Begins a line that tells where the script ended; the number follows. */
export const lineMark = "\u0001line ";
/** From here on the shell shows each line of the script as it reads it. */
export const readMark = "\u0001read";

const tell = (variable: string): string => `printf "\\001line %s\\n" "\${${variable}-}" >&9`;
const inBash = [
  "set -ET",
  "trap '_whittle_status=$? _whittle_failed=$LINENO' ERR",
  `trap '_whittle_before=\${_whittle_now-} _whittle_now=$LINENO' DEBUG`,
  // Each command of the trap itself moves the notes on.
  `trap '_whittle_end=$? _whittle_line=\${_whittle_before-}; if [ "$_whittle_end" = "\${_whittle_status-}" ]; then ${tell("_whittle_failed")}; else ${tell("_whittle_line")}; fi' EXIT`,
].join("; ");
const inBusyBox = `trap '${tell("LINENO")}' EXIT`;
const inDash = `printf "\\001read\\n" >&9; set -v`;

/**
 * Reads the script into a shell that tells where it ended. bash and BusyBox know their line; bash's number in an EXIT
 * trap is the trap's own, so it is noted before each command. Debian's dash knows none: it shows what it reads, and it
 * reads no line before its turn has come. One line, because BusyBox sometimes gives the wrapper's.
 */
export const wrapper =
  `exec 9>&2; if [ -n "\${BASH_VERSION-}" ]; then ${inBash}; ` +
  `elif [ -n "\${LINENO-}" ]; then ${inBusyBox}; else ${inDash}; fi; . ${scriptFolder}/${scriptName}\n`;

/** Whether a script can be followed: not one that moves its messages elsewhere, or uses the wrapper's descriptor. */
export function canFollow(script: string): boolean {
  return !/\bexec\b[^\n]*(2>|&>|>&)|[<>]&?9\b|\b9[<>]/.test(script);
}
