import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { peImage } from "../../../src/core/machine/peSections.ts";
import { grubImage } from "../../../src/core/outputs/loaders/grubImage.ts";
import {
  cdLoaderPackages,
  type LoaderVersions,
  resolveLoaders,
} from "../../../src/core/outputs/loaders/loaderPackages.ts";
import { packageFile, versionOf } from "../../../src/core/outputs/loaders/packageFiles.ts";
import { type Bench, type BenchContext, failureOf, openBench } from "./outputBench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

async function loadersFor(
  arch: "x86_64" | "aarch64",
): Promise<{ context: BenchContext; versions: LoaderVersions }> {
  const context = bench.context(await bench.tree(), { arch });
  const packages = cdLoaderPackages(arch === "x86_64" ? ["bios", "uefi"] : ["uefi"], arch);
  const versions = await resolveLoaders(packages, ["firmware"], { ...context, fresh: false });
  return { context, versions: versions as LoaderVersions };
}

it.each([
  ["x86_64", 0x8664],
  ["aarch64", 0xaa64],
] as const)("puts GRUB together for %s out of its package", async (arch, machine) => {
  const { context, versions } = await loadersFor(arch);
  const modules = ["iso9660", "linux", "search_fs_file"];
  const image = await readFile(await grubImage(modules, "# mine\n", versions, context));
  expect(image.readUInt16LE(image.readUInt32LE(0x3c) + 4)).toBe(machine);
  expect(peImage(image).sections.map(({ name }) => name)).toContain("mods");
  expect(image.includes("# mine\n")).toBe(true);
  const again = bench.context(await bench.tree(), { arch });
  await grubImage(modules, "# mine\n", versions, again);
  expect(again.made).toEqual([]);
  const other = await readFile(await grubImage([...modules, "normal"], "# mine\n", versions, context));
  expect(other.length).toBeGreaterThan(image.length);
});

it("takes files out of packages once, and says what a package lacks", async () => {
  const { context, versions } = await loadersFor("x86_64");
  const isolinux = versionOf(versions, "isolinux");
  expect(isolinux.sha256).toMatch(/^[0-9a-f]{64}$/);
  const sector = await readFile(await packageFile(isolinux, "usr/lib/ISOLINUX/isohdpfx.bin", context));
  expect(sector.length).toBeLessThanOrEqual(440);
  await packageFile(isolinux, "usr/lib/ISOLINUX/isohdpfx.bin", context);
  expect(context.made).toHaveLength(1);
  expect(await failureOf(packageFile(isolinux, "usr/lib/ISOLINUX/none.bin", context))).toMatchObject({
    code: "loader-missing",
    message: expect.stringContaining("has no usr/lib/ISOLINUX/none.bin"),
  });
});
