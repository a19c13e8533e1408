import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bootMediaOf } from "../../../src/core/build/bootMedia.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { packFile } from "../../../src/core/outputs/compress/packFile.ts";
import { fixtureKinds } from "../../fixtures/build/kinds.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";
import { leftovers, makeWorkplace, type Workplace } from "../../fixtures/build/workplace.ts";
import { signal } from "./outputBench.ts";

const run = promisify(execFile);
const unpackers = { gz: "gzip", xz: "xz", zst: "zstd" } as const;
const methods = ["gz", "xz", "zst"] as const;

describe("an output with pack", () => {
  let place: Workplace;
  beforeEach(() => {
    place = makeWorkplace();
  });
  afterEach(() => place.remove());
  const a = ["text", { path: "a", content: "12345" }, "a"] as const;

  it.each(methods)("has its image once more as %s, with both sizes, and boots from the image", async pack => {
    const { report, events } = await place.build([a], [["dump", { pack, mebibytes: 40 }]]);
    const [image, packed] = ["dump", "packed"].map(kind => report.outputs.find(each => each.kind === kind));
    if (!image || !packed) throw new Error("A file is missing.");
    expect(packed.path).toBe(`${image.path}.${pack}`);
    expect(packed.unpackedBytes).toBe(image.bytes);
    expect(packed.bytes).toBeLessThan(image.bytes / 100);
    const { stdout } = await run("sh", ["-c", `${unpackers[pack]} -dc "$0" | sha256sum`, packed.path]);
    expect(stdout.slice(0, 64)).toBe(image.sha256);
    await run("sha256sum", ["-c", `${packed.path}.sha256`], { cwd: place.out });
    const shown = events.flatMap(event =>
      event.type === "progress" && event.unit === "bytes" ? [event.done] : [],
    );
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.at(-1)).toBe(image.bytes);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "log", line: expect.stringContaining("became") }),
    );
    const media = bootMediaOf(recipeOf(place.recipes, [a]), report, "dump", fixtureKinds.outputs);
    expect(media.drives.map(drive => drive.path)).toEqual([image.path]);
    expect(leftovers(place)).toEqual([]);
  });

  it("loses the packed file with the word", async () => {
    await place.build([a], [["dump", { pack: "gz" }]]);
    await place.build([a], [["dump", {}]]);
    expect(readdirSync(place.out).filter(name => name.includes(".gz"))).toEqual([]);
  });
});

describe("packing a file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "whittle-pack-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const host = openHost({});

  const pack = async (method: (typeof methods)[number], jobs: number): Promise<Buffer> => {
    const to = join(folder, `to-${jobs}`);
    const onProgress = () => undefined;
    await packFile({ ...host, jobs }, method, join(folder, "from"), to, { signal, onProgress });
    return readFileSync(to);
  };

  it.each(methods)("gives the same bytes on any number of cores, and leaves no pieces (%s)", async method => {
    const parts = [
      Buffer.alloc(20 * 2 ** 20, "some text, "),
      randomBytes(2 ** 20),
      Buffer.alloc(17 * 2 ** 20),
    ];
    writeFileSync(join(folder, "from"), Buffer.concat(parts));
    const one = await pack(method, 1);
    expect(await pack(method, 3)).toEqual(one);
    expect(readdirSync(folder).sort()).toEqual(["from", "to-1", "to-3"]);
    const { stdout } = await run("sh", [
      "-c",
      `${unpackers[method]} -dc "$0" | sha256sum`,
      join(folder, "to-3"),
    ]);
    const from = createHash("sha256")
      .update(readFileSync(join(folder, "from")))
      .digest("hex");
    expect(stdout.slice(0, 64)).toBe(from);
  });

  it.each(methods)("packs an empty file (%s)", async method => {
    writeFileSync(join(folder, "from"), "");
    await pack(method, 2);
    const { stdout } = await run(unpackers[method], ["-dc", join(folder, "to-2")]);
    expect(stdout).toBe("");
  });

  it.each(methods)("ends at once when it is aborted (%s)", async method => {
    writeFileSync(join(folder, "from"), Buffer.alloc(200 * 2 ** 20, randomBytes(1001)));
    const abort = new AbortController();
    const options = { signal: abort.signal, onProgress: () => undefined };
    const packing = packFile(host, method, join(folder, "from"), join(folder, "to"), options);
    setTimeout(() => abort.abort(), 100);
    await expect(packing).rejects.toThrow(/abort/i);
  });
});
