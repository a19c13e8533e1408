import { existsSync } from "node:fs";
import type { Host } from "../../host/host.ts";
import type { LayerWriter } from "../../tree/layer.ts";
import { captureScript } from "../capture/captureScripts.ts";
import { materialTar } from "../capture/materialTar.ts";
import { readCapture } from "../capture/readCapture.ts";
import type { SandboxOutcome, SandboxTask } from "../sandbox.ts";
import { findSandboxUser } from "../sandboxUser.ts";
import { targetFolder } from "../surroundings.ts";
import { bubblewrapOrder } from "./bubblewrap.ts";
import { checkIds } from "./checkIds.ts";
import { runInside } from "./inside.ts";
import { findPlaces } from "./places.ts";
import { runCommand } from "./runCommand.ts";
import { memoryScript, prepareScript } from "./scripts.ts";
import { step } from "./step.ts";
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
    [...shell(prepareScript + memoryScript(places.covers)), ...folders, ...made],
    {
      stdin: materialTar(tree, signal),
    },
  );
  const etcFolder = `${space.folder}/etc`;
  const memoryFolder = `${space.folder}/memory`;
  const order = bubblewrapOrder({
    ...{ task, user, treeFolder, etcFolder, memoryFolder, places, treeIsRoot },
    chroot: chrootProgram(),
  });
  const outcome = await runCommand(host, space, task, order);
  signal.throwIfAborted();
  if (outcome.timedOut) return outcome;
  if (outcome.exitCode !== 0) {
    await removeTree(host, space, treeFolder);
    return outcome;
  }
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

function chrootProgram(): string {
  return ["/usr/sbin/chroot", "/usr/bin/chroot", "/sbin/chroot"].find(path => existsSync(path)) ?? "chroot";
}
