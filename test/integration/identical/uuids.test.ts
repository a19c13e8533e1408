import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { BuildReport } from "../../../src/shared/report.ts";
import { bundleCommandLine } from "../cli/bundle.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "whittle-uuids-"));
let bundle: Awaited<ReturnType<typeof bundleCommandLine>>;
let report: BuildReport;

const uuids = {
  root: "1b4e28ba-2fa1-4d6e-883f-b9a761bde3fb",
  partition: "22222222-3333-4444-8555-666666666666",
  disk: "aaaaaaaa-bbbb-4ccc-8ddd-eeee12345678",
  swap: "99999999-8888-4777-8666-555555555555",
} as const;
const all = JSON.stringify(uuids);

function recipe(name: string, outputs: Readonly<Record<string, string>>): string {
  const lines = Object.entries(outputs).map(([of, output]) => `  - { name: ${of}, ${output} }\n`);
  const path = join(folder, `${name}.whittle.yaml`);
  const stage = "  - files: [{ path: /sbin/init, content: x }]\n";
  writeFileSync(path, `name: ${name}\nstages:\n${stage}outputs:\n${lines.join("")}`);
  return path;
}

async function built(path: string): Promise<BuildReport> {
  const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
  const { stdout } = await run(process.execPath, [bundle.cli, "build", path, "--json"], { env });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as BuildReport;
}

beforeAll(async () => {
  bundle = await bundleCommandLine();
  report = await built(
    recipe("given", {
      gpt: `disk: { partitions: gpt, swap: 4M, uuid: ${all} }`,
      mbr: `disk: { partitions: mbr, swap: 4M, uuid: ${JSON.stringify({ ...uuids, partition: undefined })} }`,
      btrfs: `disk: { filesystem: btrfs, uuid: ${uuids.root} }`,
      "erofs-root": `disk: { filesystem: erofs, uuid: ${uuids.root} }`,
      ext4: `disk: { uuid: ${uuids.root.toUpperCase()} }`,
      ext2: `disk: { filesystem: ext2, uuid: ${uuids.root} }`,
      erofs: `erofs: { uuid: ${uuids.root} }`,
      derived: "disk: { partitions: gpt, swap: 4M }",
    }),
  );
});
afterAll(async () => {
  await bundle.remove();
  rmSync(folder, { recursive: true });
});

function image(name: string): string {
  return report.outputs.find(each => each.name === name)?.path ?? "";
}

/** What blkid finds from `offset` bytes on. */
async function probed(path: string, offset = 0): Promise<string> {
  const { stdout } = await run("/usr/sbin/blkid", ["-p", "-O", String(offset), "-o", "export", path]);
  return stdout;
}

interface Table {
  readonly id: string;
  readonly partitions: readonly { readonly start: number; readonly uuid: string }[];
}

async function tableOf(path: string): Promise<Table> {
  const { stdout } = await run("/usr/sbin/sfdisk", ["--json", path]);
  return (JSON.parse(stdout) as { partitiontable: Table }).partitiontable;
}

it.each(["gpt", "mbr"])("a disk has the uuids that the recipe gives (%s)", async kind => {
  const { id, partitions } = await tableOf(image(kind));
  const [swap, root] = partitions;
  if (!swap || !root) throw new Error("A partition is missing.");
  expect(await probed(image(kind), swap.start * 512)).toContain(`UUID=${uuids.swap}`);
  expect(await probed(image(kind), root.start * 512)).toContain(`UUID=${uuids.root}`);
  expect(id.toLowerCase()).toBe(kind === "gpt" ? uuids.disk : "0x12345678");
  if (kind === "gpt") expect(root.uuid.toLowerCase()).toBe(uuids.partition);
  const words = report.outputs.find(each => each.name === kind)?.cmdline ?? [];
  expect(words).toContain(`root=PARTUUID=${kind === "gpt" ? uuids.partition : "12345678-02"}`);
});

it.each(["ext4", "ext2", "btrfs", "erofs", "erofs-root"])(
  "a plain uuid is the file system's (%s)",
  async name => {
    expect(await probed(image(name))).toContain(`UUID=${uuids.root}`);
  },
);

it("without one they follow from the names of recipe and output alone", async () => {
  const { id, partitions } = await tableOf(image("derived"));
  const others = Object.values(uuids) as string[];
  for (const { uuid } of partitions) expect(others).not.toContain(uuid.toLowerCase());
  const again = await built(
    recipe("given", { derived: "disk: { partitions: gpt, swap: 4M, label: changed }" }),
  );
  const next = await tableOf(again.outputs[0]?.path ?? "");
  expect(next.id).toBe(id);
  expect(next.partitions.map(each => each.uuid)).toEqual(partitions.map(each => each.uuid));
  const renamed = await built(recipe("renamed", { derived: "disk: { partitions: gpt, swap: 4M }" }));
  expect((await tableOf(renamed.outputs[0]?.path ?? "")).id).not.toBe(id);
});

it.each([
  [`disk: { filesystem: squashfs, uuid: ${uuids.root} }`, "A squashfs has no uuid."],
  [`disk: { partitions: mbr, uuid: { partition: ${uuids.partition} } }`, "Only the partitions of a GPT"],
  [`disk: { uuid: { disk: ${uuids.disk} } }`, "no partitions"],
  [`disk: { uuid: { swap: ${uuids.swap} } }`, "no swap"],
])("a uuid of nothing is refused where it stands (%s)", async (output, message) => {
  const { stdout } = (await built(recipe("refused", { disk: output })).catch(
    (error: { stdout: string }) => error,
  )) as {
    stdout: string;
  };
  const said = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(said).toMatchObject({ code: "disk-uuid", line: 5 });
  expect(said.message).toContain(message);
});

it("something else than a uuid is an error of the recipe", async () => {
  const path = recipe("wrong", { disk: "disk: { uuid: { root: 1234 } }", erofs: "erofs: { uuid: no }" });
  const { stdout } = await run(process.execPath, [bundle.cli, "check", path, "--json"]).catch(
    (error: { stdout: string }) => error,
  );
  const { diagnostics } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  expect(diagnostics).toHaveLength(2);
  expect(diagnostics[1].message).toContain("1b4e28ba-2fa1-4d6e-883f-b9a761bde3fb");
});
