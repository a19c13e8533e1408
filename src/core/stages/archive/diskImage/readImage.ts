import { join } from "node:path";
import type { Readable } from "node:stream";
import { writeGuestInitramfs } from "../../../sandbox/vm/guest/guestInitramfs.ts";
import { type Guest, runGuest } from "../../../sandbox/vm/guest/runGuest.ts";
import { helperSystem, toolsDisk } from "../../../sandbox/vm/helper/helperSystem.ts";
import { readTar, type TarMember } from "../../../tree/tarRead.ts";
import type { WorkContext } from "../../stage.ts";
import type { DiskFile } from "./expandImage.ts";
import { checkImage } from "./imageFacts.ts";
import { imageScript } from "./imageScript.ts";
import { noPartition, tarFailed } from "./partitionFailures.ts";
import { PartitionReport } from "./partitionReport.ts";

const memory = 512;

/**
 * Reads one file system of a disk image, in a helper VM that has the image attached; nothing is written to it.
 * @param partition its number in the partition table; undefined: the one that looks most like a system's root.
 * @param use takes the members as they come; its result is returned.
 * @throws Failure `disk-image-refused`, `disk-image-partition`, `disk-image-damaged`; those of runGuest() and helperSystem().
 */
export async function readDiskImage<T>(
  image: DiskFile,
  partition: number | undefined,
  context: WorkContext,
  use: (members: AsyncIterable<TarMember>) => Promise<T>,
): Promise<T> {
  const { host, signal } = context;
  await checkImage(host, image.path, image.format, signal);
  const log = (line: string): void => context.log(line);
  const request = { arch: host.arch, signal, log };
  const helper = await helperSystem(host, request);
  const tools = await toolsDisk(host, [], request);
  const scratch = await context.scratch();
  const initramfs = join(scratch, "initramfs");
  const files = { main: imageScript, partition: partition === undefined ? "" : String(partition) };
  await writeGuestInitramfs(initramfs, [helper.boot, helper.fileSystems], files, signal);
  const report = new PartitionReport();
  const order = {
    ...{ ...request, host, kernel: helper.kernel, initramfs, memory, cpus: 1, network: false, scratch },
    drives: [
      { name: "tools", path: tools, format: "raw", readOnly: "yes" },
      { name: "image", ...image, readOnly: "discard" },
    ],
  } as const;
  const outcome = await runGuest(order, {
    onStatus(word, rest) {
      report.take(word, rest);
      if (word === "chosen") context.log(report.choice(partition));
    },
    read: guest => readPorts(guest, signal, use, report),
  });
  if (report.chosen === undefined) throw noPartition(report, partition);
  if (report.tarCode !== 0) throw tarFailed(report, outcome.said);
  if (!outcome.taken) throw new Error("The guest sent a tree that nobody read.");
  return outcome.taken.result;
}

async function readPorts<T>(
  guest: Guest,
  signal: AbortSignal,
  use: (members: AsyncIterable<TarMember>) => Promise<T>,
  report: PartitionReport,
): Promise<{ readonly taken: { readonly result: T } | undefined; readonly said: string }> {
  let said = "";
  guest.port("out").resume();
  guest.port("err").on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("utf8")).slice(-4000);
  });
  const data = guest.port("data");
  // Without a partition there is no tar either, and nobody to blame for its absence.
  if (!(await begins(data))) return { taken: undefined, said };
  try {
    return { taken: { result: await use(readTar(data, signal)) }, said };
  } catch (error) {
    // tar's own words are nearer to the cause than a tar that is cut short.
    if (report.tarCode !== undefined && report.tarCode !== 0) return { taken: undefined, said };
    throw error;
  }
}

/** Whether a stream has any bytes. */
function begins(stream: Readable): Promise<boolean> {
  return new Promise(resolve => {
    const settle = (answer: boolean) => () => {
      stream.off("readable", onReadable);
      stream.off("close", onClose);
      stream.off("end", onClose);
      resolve(answer);
    };
    const onClose = settle(false);
    const onReadable = (): void => {
      if (stream.readableLength > 0) settle(true)();
    };
    stream.on("readable", onReadable);
    stream.once("close", onClose);
    stream.once("end", onClose);
  });
}
