import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { roomToKeep, watchRoom } from "../hostRoom.ts";
import type { SandboxOutcome, SandboxTask } from "../sandbox.ts";
import { eachLine } from "../vm/guest/lines.ts";
import type { BubblewrapOrder } from "./bubblewrap.ts";
import { bubblewrapFailure, commandEnd } from "./bubblewrapEnd.ts";
import { runInside } from "./inside.ts";
import { commandLimits } from "./limits.ts";
import { quietScript } from "./scripts.ts";
import { seccompFilter } from "./seccomp.ts";
import type { UserNamespace } from "./userNamespace.ts";

// Whatever Whittle was started with open (editors leave some) would be open to the command as well, and bubblewrap's own
// variables, perhaps a proxy's password, can be read of it as process 1. What takes all memory shall be the first to go.
const closeOthers = `for each in /proc/self/fd/*; do each=\${each##*/}; [ "$each" -le 5 ] || eval "exec $each>&-"; done; { echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null; exec env -i "$@"`;
const keptLines = 8;

/**
 * Runs the command of a task under bubblewrap. When this returns, nothing of it runs any more.
 * @throws Failure `sandbox-failed` when it does not come so far, or bubblewrap itself is ended; `sandbox-disk-space` and
 * `sandbox-memory` when the host would have run short.
 */
export async function runCommand(
  host: Host,
  space: UserNamespace,
  task: SandboxTask,
  { options, command }: BubblewrapOrder,
): Promise<SandboxOutcome> {
  const { onLine, timeoutSeconds } = task;
  const folder = await task.scratch();
  const file = (name: string): string => join(folder, name);
  await writeFile(file("seccomp"), seccompFilter());
  await writeFile(file("options"), options.map(each => `${each}\0`).join(""));
  const wrap = [host.tools.require("bwrap"), "--args", "4", "--json-status-fd", "5", "--", ...command];
  const limited = [host.tools.require("prlimit"), ...commandLimits(), ...wrap];
  let pid: number | undefined;
  let timedOut = false;
  const room = task.room ?? roomToKeep(folder);
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void space.end();
        }, timeoutSeconds * 1000);
  const watch = watchRoom(
    folder,
    room,
    () => pid,
    () => void space.end(),
  );
  const lastLines: string[] = [];
  try {
    const end = await runInside(
      host,
      space,
      [host.tools.require("bash"), "-c", closeOthers, "whittle", ...limited],
      {
        files: [
          { path: file("seccomp") },
          { path: file("options") },
          { path: file("status"), forWriting: true },
        ],
        stdin: await stdinOf(task),
        pipesIn: await task.scratch(),
        onStart: started => {
          pid = started;
        },
        afterExit: () => quiet(host, space),
        onStdout: stream => eachLine(stream, line => onLine?.(line, "stdout")),
        onStderr: stream =>
          eachLine(stream, line => {
            lastLines.push(line);
            if (lastLines.length > keptLines) lastLines.shift();
            onLine?.(line, "stderr");
          }),
      },
    );
    if (timedOut) return { exitCode: 137, timedOut };
    if (watch.failure) throw watch.failure;
    task.signal.throwIfAborted();
    const exitCode = commandEnd(await readFile(file("status"), "utf8"));
    if (exitCode === undefined) throw bubblewrapFailure(task, end, lastLines);
    return { exitCode, timedOut };
  } finally {
    clearTimeout(timer);
    watch.stop();
  }
}

/**
 * Ends what the command, or a bubblewrap that broke off, left running; where even that does not work, everything in the
 * namespaces.
 */
async function quiet(host: Host, space: UserNamespace): Promise<void> {
  if (space.isOver) return;
  const { exitCode } = await runInside(host, space, ["sh", "-c", quietScript], {});
  if (exitCode !== 0) await space.end();
}

async function stdinOf(task: SandboxTask): Promise<{ readonly file: string } | undefined> {
  if (task.stdin === undefined) return undefined;
  const file = join(await task.scratch(), "stdin");
  await writeFile(file, task.stdin);
  return { file };
}
