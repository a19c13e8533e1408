import type { Socket } from "node:net";
import { join } from "node:path";
import { explainDiskFull } from "../../../build/diskFull.ts";
import type { Arch, Host } from "../../../host/host.ts";
import type { LayerWriter } from "../../../tree/layer.ts";
import { captureScript, makePlacesScript, markScript } from "../../capture/captureScripts.ts";
import { readCapture } from "../../capture/readCapture.ts";
import type { SandboxOutcome, SandboxTask } from "../../sandbox.ts";
import { findSandboxUser } from "../../sandboxUser.ts";
import { diskRoom } from "../disks/diskRoom.ts";
import { makeMountsDisk } from "../disks/mountsDisk.ts";
import { makeSpaceDisk } from "../disks/spaceDisk.ts";
import { makeTreeDisk } from "../disks/treeDisk.ts";
import { writeGuestInitramfs } from "../guest/guestInitramfs.ts";
import type { GuestDrive, GuestOrder } from "../guest/guestOrder.ts";
import { guestSize } from "../guest/guestSize.ts";
import { eachLine } from "../guest/lines.ts";
import { type Guest, runGuest } from "../guest/runGuest.ts";
import { type HelperSystem, toolsDisk } from "../helper/helperSystem.ts";
import { insideScript } from "./insideScript.ts";
import { launchScript } from "./launchScript.ts";
import { mainScript } from "./mainScript.ts";
import { planTask } from "./planTask.ts";
import { TaskReport } from "./taskReport.ts";

/** What a VM sandbox was opened with. */
export interface VmSetup {
  readonly host: Host;
  readonly arch: Arch;
  readonly helper: HelperSystem;
  readonly log?: ((line: string) => void) | undefined;
  readonly room?: number | undefined;
  readonly memory?: number | undefined;
}

/**
 * Runs one command in a VM of its own.
 * @throws Failure `vm-disk-full`, `vm-memory`, `capture-broken`; those of runGuest(), of making the disks and of
 * readCapture().
 */
export async function runTask(
  setup: VmSetup,
  task: SandboxTask,
  changes: LayerWriter,
): Promise<SandboxOutcome> {
  const folder = await task.scratch();
  try {
    return await run(setup, task, changes, folder);
  } catch (error) {
    task.signal.throwIfAborted();
    throw explainDiskFull(error, [folder]);
  }
}

async function run(
  setup: VmSetup,
  task: SandboxTask,
  changes: LayerWriter,
  folder: string,
): Promise<SandboxOutcome> {
  const order = await prepare(setup, task, folder);
  const report = new TaskReport();
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;
  let stop: () => void = () => {};
  try {
    const said = await runGuest(order, {
      onStatus(word, rest) {
        report.take(word, rest);
        if (word !== "started" || task.timeoutSeconds === undefined) return;
        timer = setTimeout(() => {
          timedOut = report.exitCode === undefined;
          if (timedOut) stop();
        }, task.timeoutSeconds * 1000);
      },
      read(guest) {
        stop = () => guest.stop();
        return readPorts(guest, report, task, changes);
      },
    });
    if (timedOut) return { exitCode: 128 + 9, timedOut };
    const failure = report.failure(said);
    if (failure) throw failure;
    return { exitCode: report.exitCode ?? 0, timedOut };
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the disks and the initramfs of a task. */
async function prepare(setup: VmSetup, task: SandboxTask, folder: string): Promise<GuestOrder> {
  const { host, arch, helper, log } = setup;
  const { signal, clock, tree, system, mounts = [] } = task;
  const size = guestSize(host);
  const memory = setup.memory ?? size.memory;
  const work = { host, signal, clock, room: setup.room ?? diskRoom(folder) };
  const names = system === "tree" ? [] : system.tools;
  const drives: GuestDrive[] = [
    {
      name: "tools",
      path: await toolsDisk(host, names, { arch, signal, log }),
      format: "raw",
      readOnly: "yes",
    },
    { name: "tree", path: await makeTreeDisk(tree, { ...work, folder }), format: "raw", readOnly: "no" },
    {
      name: "space",
      path: await makeSpaceDisk({ ...work, folder: await task.scratch() }),
      format: "raw",
      readOnly: "no",
    },
  ];
  const copies =
    mounts.length > 0 ? await makeMountsDisk(mounts, { ...work, folder: await task.scratch() }) : undefined;
  if (copies) drives.push({ name: "mounts", path: copies.path, format: "raw", readOnly: "yes" });
  const plan = planTask(task, await findSandboxUser(task), copies?.copied ?? [], memory);
  const initramfs = join(folder, "initramfs");
  const files = {
    main: mainScript(plan),
    inside: insideScript(plan),
    launch: launchScript,
    places: makePlacesScript,
    mark: markScript,
    capture: captureScript,
    stdin: task.stdin ?? "",
  };
  await writeGuestInitramfs(initramfs, [helper.boot], files, signal);
  return {
    ...{ host, arch, signal, log, kernel: helper.kernel, initramfs, drives, memory, cpus: size.cpus },
    ...{ network: task.network === true, scratch: folder },
  };
}

async function readPorts(
  guest: Guest,
  report: TaskReport,
  task: SandboxTask,
  changes: LayerWriter,
): Promise<string> {
  let said = "";
  const hear = (from: "stdout" | "stderr", port: Socket): Promise<void> =>
    eachLine(port, line => {
      said = `${said}${line}\n`.slice(-8192);
      if (report.exitCode === undefined) task.onLine?.(line, from);
    });
  const heard = Promise.all([hear("stdout", guest.port("out")), hear("stderr", guest.port("err"))]);
  const data = guest.port("data");
  const exitCode = await Promise.race([report.ended, heard.then(() => undefined)]);
  if (exitCode === 0) {
    const { tree, clock, signal, onWarning } = task;
    const scratch = () => task.scratch();
    try {
      await readCapture(data, { tree, changes, clock, signal, scratch, onWarning });
    } catch (error) {
      // What the guest's own script says is nearer to the cause.
      await heard;
      throw report.failure(said) ?? error;
    }
  } else data.resume();
  await heard;
  return said;
}
