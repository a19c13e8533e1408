import { explainDiskFull } from "../../../build/diskFull.ts";
import type { LayerWriter } from "../../../tree/layer.ts";
import { type RoomWatch, roomToKeep, watchRoom } from "../../hostRoom.ts";
import type { SandboxOutcome, SandboxTask } from "../../sandbox.ts";
import { runGuest } from "../guest/runGuest.ts";
import { taskOrder, type VmSetup } from "./taskOrder.ts";
import { readTaskPorts } from "./taskPorts.ts";
import { TaskReport } from "./taskReport.ts";

/**
 * Runs one command in a VM of its own.
 * @throws Failure `vm-disk-full`, `vm-memory`, `sandbox-disk-space`, `capture-broken`; those of runGuest(), of making the disks and of
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
  const order = await taskOrder(setup, task, folder);
  const report = new TaskReport();
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;
  let watch: RoomWatch | undefined;
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
        watch?.stop();
        // The guest's memory is limited already; its disk grows with what is written to it.
        watch = watchRoom(folder, task.room ?? roomToKeep(folder), () => undefined, stop);
        return readTaskPorts(guest, report, task, changes);
      },
    });
    if (watch?.failure) throw watch.failure;
    if (timedOut) return { exitCode: 128 + 9, timedOut };
    const failure = report.failure(said);
    if (failure) throw failure;
    return { exitCode: report.exitCode ?? 0, timedOut };
  } catch (error) {
    throw watch?.failure ?? error;
  } finally {
    watch?.stop();
    clearTimeout(timer);
  }
}
