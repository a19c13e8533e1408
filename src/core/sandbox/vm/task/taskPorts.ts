import { setTimeout as sleep } from "node:timers/promises";
import type { LayerWriter } from "../../../tree/layer.ts";
import { readCapture } from "../../capture/readCapture.ts";
import type { SandboxTask } from "../../sandbox.ts";
import { eachLine } from "../guest/lines.ts";
import type { Guest } from "../guest/runGuest.ts";
import type { TaskReport } from "./taskReport.ts";

const keptText = 8192;
const lastWordsMs = 1000;

/**
 * Hands on what the command says, line by line, and puts what it changed into the layer when it ended well.
 * @returns the last lines that it said.
 * @throws Failure `capture-broken`; those of readCapture().
 */
export async function readTaskPorts(
  guest: Guest,
  report: TaskReport,
  task: SandboxTask,
  changes: LayerWriter,
): Promise<string> {
  let said = "";
  const hear = (from: "stdout" | "stderr", port: "out" | "err"): Promise<void> =>
    eachLine(guest.port(port), line => {
      said = `${said}${line}\n`.slice(-keptText);
      task.onLine?.(line, from);
    });
  const heard = Promise.all([hear("stdout", "out"), hear("stderr", "err")]);
  const data = guest.port("data");
  const exitCode = await Promise.race([report.ended, heard.then(() => undefined)]);
  if (exitCode === 0) {
    const { tree, clock, signal, onWarning } = task;
    const scratch = () => task.scratch();
    try {
      await readCapture(data, { tree, changes, clock, signal, scratch, onWarning });
    } catch (error) {
      // What the guest's own script says is nearer to the cause; where nobody reads on, it may never say it.
      await Promise.race([heard, sleep(lastWordsMs)]);
      throw report.failure(said) ?? error;
    }
  } else data.resume();
  await heard;
  return said;
}
