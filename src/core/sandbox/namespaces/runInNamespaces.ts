import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import type { LayerWriter } from "../../tree/layer.ts";
import { captureScript } from "../capture/captureScripts.ts";
import { materialTar } from "../capture/materialTar.ts";
import { readCapture } from "../capture/readCapture.ts";
import type { SandboxOutcome, SandboxTask } from "../sandbox.ts";
import { findSandboxUser } from "../sandboxUser.ts";
import { mostProcesses, targetFolder } from "../surroundings.ts";
import { eachLine } from "../vm/guest/lines.ts";
import { bubblewrapArgs } from "./bubblewrap.ts";
import { checkIds } from "./checkIds.ts";
import { runInside, tailOf } from "./inside.ts";
import { findPlaces } from "./places.ts";
import { prepareScript, quietScript } from "./scripts.ts";
import { openUserNamespace, type UserNamespace } from "./userNamespace.ts";
import { makeWorkFolder } from "./workFolder.ts";

/**
 * Runs one command in namespaces of its own.
 * @throws the signal's reason when aborted, everything inside gone by then; Failure `namespaces-forbidden`,
 * `namespaces-ids`, `mount-in-the-way`, `user-unknown`, `sandbox-failed`; those of readCapture().
 */
export async function runInNamespaces(
  host: Host,
  task: SandboxTask,
  changes: LayerWriter,
): Promise<SandboxOutcome> {
  const { signal } = task;
  signal.throwIfAborted();
  const work = await makeWorkFolder(task);
  const space = await openUserNamespace(host, work.folder);
  const stop = (): void => void space.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    return await runIn(host, space, task, work.mounts, changes);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await space.end();
  }
}

async function runIn(
  host: Host,
  space: UserNamespace,
  task: SandboxTask,
  copies: Awaited<ReturnType<typeof makeWorkFolder>>["mounts"],
  changes: LayerWriter,
): Promise<SandboxOutcome> {
  const { system, tree, signal, clock } = task;
  const user = await findSandboxUser(task);
  checkIds(tree, user, space.maps);
  const treeIsRoot = system === "tree" && user.uid === 0 && user.gid === 0;
  const mounts = copies.map(each => ({
    ...each,
    from: each.copy ? `${space.folder}/${each.from}` : each.from,
  }));
  const places = findPlaces(task, mounts, treeIsRoot ? "" : targetFolder);
  const treeFolder = `${space.folder}/tree`;
  const notes = `${space.folder}/notes`;
  const folders = [treeFolder, notes];
  const made = places.made.flat();
  await step(
    host,
    space,
    "The tree cannot be made as files",
    [...shell(prepareScript), ...folders, ...made],
    {
      stdin: materialTar(tree, signal),
    },
  );
  const wrapping = { task, user, treeFolder, etcFolder: `${space.folder}/etc`, places, treeIsRoot };
  const outcome = await runCommand(
    host,
    space,
    task,
    bubblewrapArgs({ ...wrapping, chroot: chrootProgram() }),
  );
  signal.throwIfAborted();
  if (outcome.timedOut) return outcome;
  if (outcome.exitCode !== 0) {
    await removeTree(host, space, treeFolder);
    return outcome;
  }
  await step(host, space, "The command's last processes cannot be ended", shell(quietScript), {});
  await step(host, space, "The changes cannot be read", [...shell(captureScript), ...folders], {
    onStdout: stream => readCapture(stream, { tree, changes, clock, signal, ...scratchAndWarning(task) }),
  });
  await removeTree(host, space, treeFolder);
  return outcome;
}

/** What is left would have to be removed through another such namespace. */
async function removeTree(host: Host, space: UserNamespace, treeFolder: string): Promise<void> {
  await runInside(host, space, ["rm", "-rf", "--", treeFolder], {});
}

function scratchAndWarning(task: SandboxTask) {
  return { scratch: () => task.scratch(), onWarning: task.onWarning };
}

function shell(script: string): string[] {
  return ["sh", "-c", script, "whittle"];
}

/** Something of ours that has to succeed. */
async function step(
  host: Host,
  space: UserNamespace,
  problem: string,
  program: readonly string[],
  options: Parameters<typeof runInside>[3],
): Promise<void> {
  const said = tailOf();
  const onStderr = (stream: Readable) => said.read(stream);
  try {
    const { exitCode } = await runInside(host, space, program, { ...options, onStderr });
    if (exitCode === 0) return;
    if (said.text === "") said.add(`exit code ${exitCode}`);
  } catch (error) {
    // Why a script broke off says more than that its output does.
    const isCut = error instanceof Failure && /^(capture-broken|archive-damaged)$/.test(error.code);
    if (!isCut || said.text === "") throw error;
  }
  throw new Failure("sandbox-failed", `${problem}: ${said.text}`, {
    advice: /No space left|Disk quota/.test(said.text)
      ? "The disk is full: free some space and build again."
      : "Run `whittle doctor`; WHITTLE_SANDBOX=vm runs commands in a small virtual machine instead.",
  });
}

async function runCommand(
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
  const bubblewrap = [host.tools.require("prlimit"), ...limits, host.tools.require("bwrap"), ...args];
  try {
    const { exitCode } = await runInside(host, space, bubblewrap, {
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

function chrootProgram(): string {
  return ["/usr/sbin/chroot", "/usr/bin/chroot", "/sbin/chroot"].find(path => existsSync(path)) ?? "chroot";
}
