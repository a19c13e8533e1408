import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import type { SandboxOutcome, SandboxTask } from "../sandbox.ts";
import { mostProcesses } from "../surroundings.ts";
import { eachLine } from "../vm/guest/lines.ts";
import { runInside } from "./inside.ts";
import { seccompFilter } from "./seccomp.ts";
import type { UserNamespace } from "./userNamespace.ts";

// Whatever Whittle was started with open (editors leave some) would be open to the command as well, and bubblewrap's own
// variables, perhaps a proxy's password, can be read of it as process 1. What takes all memory shall be the first to go.
const closeOthers = `for each in /proc/self/fd/*; do each=\${each##*/}; [ "$each" -le 3 ] || eval "exec $each>&-"; done; { echo 1000 > /proc/self/oom_score_adj; } 2> /dev/null; exec env -i "$@"`;

/**
 * Runs the command of a task under bubblewrap.
 * @param args of bubblewrap.
 * @throws Failure `sandbox-failed` when it does not come so far.
 */
export async function runCommand(
  host: Host,
  space: UserNamespace,
  task: SandboxTask,
  args: readonly string[],
): Promise<SandboxOutcome> {
  const { onLine, timeoutSeconds } = task;
  let timedOut = false;
  let lastError = "";
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          void space.end();
        }, timeoutSeconds * 1000);
  const limits = [`--nproc=${mostProcesses}`, "--core=0", "--nofile=1024:"];
  const limited = [host.tools.require("prlimit"), ...limits, host.tools.require("bwrap"), ...args];
  const bubblewrap = [host.tools.require("bash"), "-c", closeOthers, "whittle", ...limited];
  const filter = join(await task.scratch(), "seccomp");
  await writeFile(filter, seccompFilter());
  try {
    const { exitCode } = await runInside(host, space, bubblewrap, {
      file3: filter,
      stdin: await stdinOf(task),
      pipesIn: await task.scratch(),
      onStdout: stream => eachLine(stream, line => onLine?.(line, "stdout")),
      onStderr: stream =>
        eachLine(stream, line => {
          lastError = line;
          onLine?.(line, "stderr");
        }),
    });
    if (exitCode === 1 && lastError.startsWith("bwrap: ")) throw notStarted(lastError, task);
    return { exitCode: timedOut ? 137 : exitCode, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

function notStarted(said: string, task: SandboxTask): Failure {
  const [program = ""] = task.command;
  return new Failure(
    "sandbox-failed",
    `${program} cannot be started in the sandbox: ${said.slice("bwrap: ".length)}`,
    {
      advice: "Look whether the program and the folder it starts in are in the tree.",
    },
  );
}

async function stdinOf(task: SandboxTask): Promise<{ readonly file: string } | undefined> {
  if (task.stdin === undefined) return undefined;
  const file = join(await task.scratch(), "stdin");
  await writeFile(file, task.stdin);
  return { file };
}
