import { spawnSync } from "node:child_process";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { iso } from "../src/core/outputs/iso.ts";
import type { LoaderVersions } from "../src/core/outputs/loaders/loaderPackages.ts";
import { packageFile, versionOf } from "../src/core/outputs/loaders/packageFiles.ts";
import { addKernel, busyboxBytes, unpackCloudKernel } from "../test/integration/outputs/cloudKernel.ts";
import { type BenchContext, openBench, owned } from "../test/integration/outputs/outputBench.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 7;

/**
 * The step from kernel and initramfs to a finished ISO, in turn with xorriso called by hand on the same files
 * (isolinux, as reference/pipelines.md has it). Both end with the bytes in a file.
 */
export async function isoStep(): Promise<Figure[]> {
  const bench = await openBench();
  try {
    const { host } = bench.context(await bench.tree());
    const kernel = await unpackCloudKernel(host, join(bench.folder, "kernel"));
    const busybox = await busyboxBytes(host);
    const tree = await bench.tree(
      add => addKernel(add, kernel, /^$/),
      add =>
        add({ type: "file", path: "bin/busybox", mode: 0o755, ...owned }, { bytes: busybox }).then(() =>
          add({ type: "symlink", path: "sbin/init", mode: 0o777, target: "/bin/busybox", ...owned }),
        ),
    );
    const context = bench.context(tree);
    const figures: Figure[] = [];
    for (const firmware of [["bios"], ["bios", "uefi"]] as const) {
      const resolved = (await iso.resolve?.({ firmware }, { ...context, fresh: false })) ?? null;
      const make = async () => (await iso.apply({ firmware }, context, resolved))[0]?.path ?? "";
      const byHand = await pipeline(await make(), resolved as LoaderVersions, [...firmware], context);
      const ours: number[] = [];
      const plain: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await secondsFor(make));
        plain.push(await secondsFor(byHand.run));
      }
      const bytes = statSync(await make()).size;
      const name = `ISO step, ${firmware.join(" and ")}`;
      figures.push(
        {
          name: `${name}: time`,
          value: `${median(ours).toFixed(2)} s, by hand ${median(plain).toFixed(2)} s`,
          promise: "at most 0.5 s",
        },
        {
          name: `${name}: size`,
          value: `${bytes} bytes, by hand ${statSync(byHand.path).size}`,
          promise: "no larger",
        },
      );
    }
    return figures;
  } finally {
    await bench.close();
  }
}

/** What a pipeline by hand makes for UEFI is a file system of 1 MiB. */
const efiImageBytes = 2 ** 20;

/** Takes an ISO apart and gives the command line that puts the same files together again. */
async function pipeline(
  image: string,
  versions: LoaderVersions,
  firmware: readonly string[],
  context: BenchContext,
): Promise<{ run(): Promise<void>; path: string }> {
  const folder = await context.scratch();
  const at = (name: string): string => join(folder, name);
  const uefi = firmware.includes("uefi");
  call("xorriso", ["-osirrox", "on", "-indev", image, "-extract", "/", at("tree")]);
  call("chmod", ["-R", "u+w", at("tree")]);
  // isolinux has the addresses of the other ISO in it; a fresh one.
  const loader = versionOf(versions, "isolinux");
  const file = (path: string) => packageFile(loader, `usr/lib/ISOLINUX/${path}`, context);
  call("cp", [await file("isolinux.bin"), at("tree/isolinux/isolinux.bin")]);
  rmSync(at("tree/isolinux/boot.cat"));
  if (uefi) writeFileSync(at("tree/boot/efi.img"), Buffer.alloc(efiImageBytes));
  const boot = ["-c", "isolinux/boot.cat", "-b", "isolinux/isolinux.bin", "-no-emul-boot"];
  boot.push("-boot-load-size", "4", "-boot-info-table");
  if (uefi) boot.push("-eltorito-alt-boot", "-e", "boot/efi.img", "-no-emul-boot", "-isohybrid-gpt-basdat");
  const path = at("by-hand.iso");
  const args = [
    "-as",
    "mkisofs",
    "-r",
    "-V",
    "BOOTS",
    "-o",
    path,
    "-isohybrid-mbr",
    await file("isohdpfx.bin"),
  ];
  return {
    path,
    run: async () => {
      rmSync(path, { force: true });
      call("xorriso", [...args, ...boot, at("tree")]);
    },
  };
}

async function secondsFor(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

function call(program: string, args: readonly string[]): void {
  const env = { ...process.env, SOURCE_DATE_EPOCH: "0", TZ: "UTC" };
  const done = spawnSync(program, args, { env, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${done.stderr}`);
}
