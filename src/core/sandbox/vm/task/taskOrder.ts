import { join } from "node:path";
import type { Arch, Host } from "../../../host/host.ts";
import { captureScript, makePlacesScript, markScript } from "../../capture/captureScripts.ts";
import type { SandboxTask } from "../../sandbox.ts";
import { findSandboxUser } from "../../sandboxUser.ts";
import { diskRoom } from "../disks/diskRoom.ts";
import { makeMountsDisk } from "../disks/mountsDisk.ts";
import { makeSpaceDisk } from "../disks/spaceDisk.ts";
import { makeTreeDisk } from "../disks/treeDisk.ts";
import { writeGuestInitramfs } from "../guest/guestInitramfs.ts";
import type { GuestDrive, GuestOrder } from "../guest/guestOrder.ts";
import { guestSize } from "../guest/guestSize.ts";
import { type HelperSystem, toolsDisk } from "../helper/helperSystem.ts";
import { insideScript } from "./insideScript.ts";
import { launchScript } from "./launchScript.ts";
import { mainScript } from "./mainScript.ts";
import { planTask } from "./planTask.ts";

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
 * Makes the disks and the initramfs of a task.
 * @param folder of this task alone.
 * @throws Failure `user-unknown`, `mount-in-the-way`; those of making the disks.
 */
export async function taskOrder(setup: VmSetup, task: SandboxTask, folder: string): Promise<GuestOrder> {
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
