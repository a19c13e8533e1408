import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oci } from "../../../src/core/outputs/oci.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { plainReading, readingOf } from "../oci/plainReading.ts";
import { sameAsOther } from "./asOther.ts";
import { type Add, type Bench, failureOf, makeOutput, openBench, owned, sha256Of } from "./outputBench.ts";
import { base64, file } from "./readOnlyTree.ts";

const run = promisify(execFile);
let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

interface Image {
  readonly config: {
    readonly architecture: string;
    readonly created: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly rootfs: { readonly diff_ids: readonly string[] };
    readonly history: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
  };
  /** Unpacked layers. */
  readonly tars: readonly string[];
  readonly layerType: string | undefined;
}

/** What another program finds in the image, by way of a folder. */
async function copied(source: string): Promise<Image> {
  const folder = await mkdtemp(join(bench.folder, "copy-"));
  await run("skopeo", ["--insecure-policy", "copy", source, `dir:${folder}`]);
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));
  const hex = (digest: string) => digest.replace("sha256:", "");
  const tars: string[] = [];
  for (const { digest } of manifest.layers) {
    const bytes = await readFile(join(folder, hex(digest)));
    const magic = bytes.readUInt32BE();
    const tar =
      magic >>> 16 === 0x1f8b ? gunzipSync(bytes) : magic === 0x28b52ffd ? zstdDecompressSync(bytes) : bytes;
    const path = join(folder, `${tars.length}.tar`);
    await writeFile(path, tar);
    tars.push(path);
  }
  const config = JSON.parse(await readFile(join(folder, hex(manifest.config.digest)), "utf8"));
  return { config, tars, layerType: manifest.layers[0]?.mediaType };
}

async function base(add: Add): Promise<void> {
  await add({ type: "directory", path: "bin", mode: 0o755, ...owned });
  await add({ ...file("bin/sh", 0o4755), uid: 7, gid: 70_000 }, { bytes: Buffer.alloc(50_000, "program") });
  await add(file("bin/again"), { hardLink: "bin/sh" });
  await add(
    { ...file("bin/ping", 0o755), xattrs: { "user.note": base64("hi") } },
    { bytes: Buffer.from("ping") },
  );
  await add({ type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owned });
  await add(file("usr/share/doc/a"), { bytes: Buffer.from("a") });
  await add(file("usr/share/doc/b"), { bytes: Buffer.from("b") });
  await add(file("etc/old"), { bytes: Buffer.from("old") });
}

const changes: readonly ((add: Add) => Promise<void>)[] = [
  base,
  async add => {
    await add({ ...file("etc/new"), uid: 5 }, { bytes: Buffer.from("new") });
    await add({ type: "symlink", path: "etc/link", mode: 0o777, target: "new", ...owned });
    await add(file("etc/old", 0o600), { bytes: Buffer.from("other") });
  },
];

async function expectSame(image: Image, tree: Tree): Promise<void> {
  expect(await plainReading(image.tars)).toEqual(await readingOf(tree, () => true));
}

describe("a container image", () => {
  it.each([
    [{}, "oci-archive", "application/vnd.oci.image.layer.v1.tar+gzip"],
    [{ compress: "none" }, "oci-archive", "application/vnd.oci.image.layer.v1.tar"],
    [{ compress: "zstd" }, "oci-archive", "application/vnd.oci.image.layer.v1.tar+zstd"],
    [{}, "docker-archive", undefined],
  ])(
    "has the stages as its layers, and gives other programs the same tree (%j, %s)",
    async (given, transport, type) => {
      const tree = await bench.tree(...changes);
      const context = bench.context(tree);
      const { image } = await makeOutput(oci, given, context);
      expect(image.fileName).toBe("boots-out.oci.tar");
      const found = await copied(`${transport}:${image.path}`);
      await expectSame(found, tree);
      if (type !== undefined) expect(found.layerType).toBe(type);
      const layers = (await context.stages()).flatMap(stage =>
        stage.layers.map(layer => `sha256:${layer.digest}`),
      );
      expect(found.config.rootfs.diff_ids.slice(0, 2)).toEqual(layers);
      expect(found.config.history.map(each => each.created_by)).toEqual([
        "whittle: files stage 0",
        "whittle: files stage 1",
        "whittle: folders",
      ]);
      expect(context.warnings).toEqual([]);
    },
  );

  it("says how it is run", async () => {
    const given = {
      tag: "ghcr.io/ann/boots:1.0",
      entrypoint: ["/bin/sh", "-c"],
      cmd: ["echo hi"],
      env: { PATH: "/bin", A: "b=c" },
      labels: { note: "mine" },
      user: "7:8",
      workdir: "/etc",
    };
    const { image } = await makeOutput(oci, given, bench.context(await bench.tree(base), { clock: 86_400 }));
    const { config } = await copied(`oci-archive:${image.path}:1.0`);
    expect(config.config).toEqual({
      User: "7:8",
      Env: ["A=b=c", "PATH=/bin"],
      Entrypoint: ["/bin/sh", "-c"],
      Cmd: ["echo hi"],
      WorkingDir: "/etc",
      Labels: { note: "mine" },
    });
    expect(config).toMatchObject({ architecture: "amd64", created: "1970-01-02T00:00:00Z" });
    const { stdout } = await run("tar", ["-xOf", image.path, "manifest.json"]);
    expect(JSON.parse(stdout)[0].RepoTags).toEqual(["ghcr.io/ann/boots:1.0"]);
    const inspected = await run("skopeo", [
      "inspect",
      "--config",
      `docker-archive:${image.path}:ghcr.io/ann/boots:1.0`,
    ]);
    expect(JSON.parse(inspected.stdout).config.Entrypoint).toEqual(["/bin/sh", "-c"]);
  });

  it("starts a shell where nothing is asked for, under the recipe's name", async () => {
    const recipe = { name: "My Boots", version: "1.0+a" };
    const { image } = await makeOutput(oci, {}, bench.context(await bench.tree(base), { recipe }));
    const { config } = await copied(`docker-archive:${image.path}:my-boots:1.0-a`);
    expect(config.config).toEqual({ Cmd: ["/bin/sh"] });
  });

  it("keeps removals, and notes stages that changed nothing", async () => {
    const without = await bench.stacked(
      layer => base(layer.add),
      async () => undefined,
      async layer => {
        layer.whiteout("usr/share/doc");
        layer.whiteout("etc/old");
      },
    );
    const context = bench.context(without);
    const { image } = await makeOutput(oci, {}, context);
    const found = await copied(`oci-archive:${image.path}`);
    await expectSame(found, without);
    expect(without.get("etc/old")).toBeUndefined();
    expect(found.config.history.map(each => each.empty_layer ?? false)).toEqual([false, true, false, false]);
    expect(context.warnings).toEqual([]);
  });

  it("has one layer when that is asked for, without what later stages removed", async () => {
    const tree = await bench.stacked(
      layer => base(layer.add),
      async layer => layer.whiteout("bin/sh"),
    );
    const context = bench.context(tree);
    const { image } = await makeOutput(oci, { flatten: true }, context);
    const found = await copied(`oci-archive:${image.path}`);
    await expectSame(found, tree);
    expect(found.tars).toHaveLength(1);
    expect(context.warnings).toEqual([]);
  });

  it("has one layer where tools would not agree on what lies behind a link", async () => {
    const tree = await bench.tree(
      async add => {
        await add(file("usr/lib/a"), { bytes: Buffer.from("a") });
        await add({ type: "symlink", path: "lib", mode: 0o777, target: "usr/lib", ...owned });
      },
      async add => {
        await add({ type: "directory", path: "lib", mode: 0o755, ...owned });
        await add(file("lib/b"), { bytes: Buffer.from("b") });
      },
    );
    const context = bench.context(tree);
    const { image } = await makeOutput(oci, {}, context);
    const found = await copied(`oci-archive:${image.path}`);
    await expectSame(found, tree);
    expect(tree.get("usr/lib/b")).toBeDefined();
    expect(found.tars).toHaveLength(1);
    expect(context.warnings).toEqual([expect.stringContaining("/lib lies behind a link")]);
  });

  it("has one layer where a tool might remove what the same layer brings", async () => {
    const tree = await bench.stacked(
      layer => base(layer.add),
      async layer => {
        await layer.add(file("etc/old/file"));
        layer.whiteout("etc/old");
      },
    );
    const context = bench.context(tree);
    const { image } = await makeOutput(oci, {}, context);
    const found = await copied(`oci-archive:${image.path}`);
    await expectSame(found, tree);
    expect(found.tars).toHaveLength(1);
  });

  it("has the same bytes each time, and for another user", async () => {
    const { mine, theirs } = await sameAsOther("oci");
    expect(theirs).toBe(mine);
    const tree = await bench.tree(...changes);
    const fresh = { derived: bench.context(tree).derived };
    const first = await makeOutput(oci, {}, bench.context(tree, fresh));
    const second = await makeOutput(oci, {}, bench.context(tree));
    expect(await sha256Of(second.image.path)).toBe(await sha256Of(first.image.path));
  });

  it("compresses a layer once", async () => {
    const first = bench.context(await bench.tree(base));
    await makeOutput(oci, { level: 4 }, first);
    const second = bench.context(await bench.tree(...changes));
    await makeOutput(oci, { level: 4 }, second);
    const [layer] = first.made;
    expect(layer).toMatch(/^oci layer /);
    expect(second.made).not.toContain(layer);
    expect(second.made).toHaveLength(1);
  });

  it("refuses a level that the method does not have", async () => {
    const failure = await failureOf(makeOutput(oci, { level: 12 }, bench.context(await bench.tree(base))));
    expect(failure.code).toBe("bad-level");
    expect(failure.range?.file).toBe("level");
  });
});
