import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { failureOf, type OciBench, openOciBench } from "./ociBench.ts";
import { sampleLayers } from "./sampleLayers.ts";
import { plain, sha256, writeLayout } from "./testImages.ts";

const run = promisify(execFile);
const { base, upper } = sampleLayers();
const one = tarOf(block({ name: "one", body: "one" }));
const two = tarOf(block({ name: "two", body: "two" }));

let bench: OciBench;
const at = (name: string) => join(bench.recipes, name);

beforeAll(async () => {
  bench = await openOciBench();
  await writeLayout(at("layout"), {
    sample: { layers: [{ tar: base }, { tar: upper }] },
    "1.0": { layers: [plain(one)] },
    many: [{ layers: [{ tar: one }], architecture: "arm64" }, { layers: [{ tar: two }] }],
  });
  await writeLayout(at("single"), { "": { layers: [plain(one), { tar: two }] } });
  const skopeo = async (...args: string[]) => {
    await run("skopeo", ["--insecure-policy", "copy", "--quiet", ...args], { cwd: bench.recipes });
  };
  await skopeo("oci:layout:sample", "docker-archive:docker.tar:example.org/sample:1");
  await skopeo("oci:layout:sample", "docker-archive:both.tar:example.org/sample:1");
  await run("python3", ["-c", joinArchives, "docker.tar", "both.tar"], { cwd: bench.recipes });
  await run("gzip", ["--keep", "docker.tar"], { cwd: bench.recipes });
  await run("tar", ["-C", at("layout"), "-cf", at("oci.tar"), "."]);
  await run("tar", ["-C", at("single"), "-czf", at("single.tgz"), "blobs", "index.json", "oci-layout"]);
});
afterAll(() => bench.close());

/** Adds a second image to a docker-archive: the same layers by another name. */
const joinArchives = `
import tarfile, json, io, sys
source = tarfile.open(sys.argv[1]); target = tarfile.open(sys.argv[2], 'w')
for m in source.getmembers():
    data = source.extractfile(m).read() if m.isfile() else None
    if m.name == 'manifest.json':
        list = json.loads(data); other = json.loads(json.dumps(list[0])); other['RepoTags'] = ['example.org/other:2']
        other['Layers'] = other['Layers'][:1]; config = json.loads(source.extractfile(other['Config']).read())
        config['rootfs']['diff_ids'] = config['rootfs']['diff_ids'][:1]; config['history'] = []
        other['Config'] = 'other.json'; text = json.dumps(config).encode(); info = tarfile.TarInfo('other.json'); info.size = len(text)
        target.addfile(info, io.BytesIO(text)); data = json.dumps([list[0], other]).encode(); m.size = len(data)
    target.addfile(m, io.BytesIO(data) if data is not None else None)
target.close()
`;

describe("an OCI layout in a folder", () => {
  it("gives its layers byte for byte", async () => {
    const built = await bench.build("./layout:sample");
    expect(built.layers.map(each => each.digest)).toEqual([base, upper].map(sha256));
    expect(built.tree.get("etc/gone")).toBeUndefined();
    expect(built.plan.stages[0]?.resolved).toBeNull();
  });

  it("is found by path, by name, by digest and with a transport before it", async () => {
    for (const name of ["./single", "oci:./single", at("single"), "./layout:1.0"])
      expect((await bench.build({ image: name })).tree.get("one")).toBeDefined();
    const { manifests } = JSON.parse((await run("cat", [at("single/index.json")])).stdout) as {
      manifests: { digest: string }[];
    };
    const built = await bench.build(`./single@${manifests[0]?.digest}`);
    expect(built.layers.map(each => each.digest)).toEqual([one, two].map(sha256));
  });

  it("is chosen from by the recipe's processor", async () => {
    expect((await bench.build("./layout:many")).tree.get("two")).toBeDefined();
    expect((await bench.build("./layout:many", { arch: "aarch64" })).tree.get("one")).toBeDefined();
    const failure = await failureOf(bench.build("./layout:1.0", { arch: "aarch64" }));
    expect(failure).toMatchObject({
      code: "oci-platform-missing",
      message: `There is no ${at("layout")}:1.0 for linux/arm64. It is there for linux/amd64.`,
    });
  });

  it("counts by its content: another image is built anew, a copy is not", async () => {
    await writeLayout(at("changing"), { "": { layers: [{ tar: one }] } });
    const first = await bench.build("./changing");
    expect((await bench.build("./changing")).worked).toBe(false);
    await writeLayout(at("changing"), { "": { layers: [{ tar: two }] } });
    const second = await bench.build("./changing");
    expect([first.tree.get("two"), second.tree.get("two")]).toEqual([undefined, expect.anything()]);
    // The source is never moved or changed.
    expect((await readdir(at("changing/blobs/sha256"))).length).toBe(6);
  });

  it("lists what is in it when the name is missing or wrong", async () => {
    expect(await failureOf(bench.build("./layout"))).toMatchObject({
      code: "oci-which",
      message: `There are 3 images in ${at("layout")}.`,
      advice: "Write ./PATH:NAME with one of: 1.0, many, sample",
    });
    expect(await failureOf(bench.build("./layout:2.0"))).toMatchObject({
      code: "oci-which",
      message: `There is no image 2.0 in ${at("layout")}.`,
    });
  });
});

describe("an image in a tar", () => {
  it.each([
    "./docker.tar",
    "docker-archive:./docker.tar",
    "./docker.tar:example.org/sample:1",
    "./docker.tar.gz",
  ])("of docker save gives its layers byte for byte (%s)", async name => {
    const built = await bench.build({ image: name }, { host: bench.hostWith(`cache ${name.length}`) });
    expect(built.layers.map(each => each.digest)).toEqual([base, upper].map(sha256));
  });

  it("of docker save with several images is chosen from by name", async () => {
    const built = await bench.build("./both.tar:example.org/other:2");
    expect(built.layers.map(each => each.digest)).toEqual([sha256(base)]);
    for (const name of ["./both.tar", "./both.tar:example.org/none:1"]) {
      const failure = await failureOf(bench.build(name));
      expect(failure.code).toBe("oci-which");
      expect(failure.advice).toContain("example.org/other:2, example.org/sample:1");
    }
  });

  it("that holds an OCI layout is read in place, also compressed", async () => {
    const sample = await bench.build("./oci.tar:sample");
    expect(sample.layers.map(each => each.digest)).toEqual([base, upper].map(sha256));
    const single = await bench.build("oci-archive:./single.tgz");
    expect(single.layers.map(each => each.digest)).toEqual([one, two].map(sha256));
  });
});

describe("what is no image", () => {
  it("is refused with what it lacks", async () => {
    await mkdir(at("folder"));
    await writeFile(at("text"), "no tar\n");
    await writeFile(at("other.tar"), one);
    const cases = [
      ["./folder", "oci-unreadable", "index.json"],
      ["./text", "oci-unreadable", "it is no tar"],
      ["./other.tar", "oci-unreadable", "manifest.json"],
      ["./nothing", "input-missing", "nothing"],
      ["./oci.tar:none", "oci-which", "none"],
    ] as const;
    for (const [name, code, words] of cases) {
      const failure = await failureOf(bench.build({ image: name }));
      expect([failure.code, failure.range?.start]).toEqual([code, { line: 10, column: 2 }]);
      expect(failure.message).toContain(words);
    }
  });

  it("is told when it is damaged", async () => {
    await writeLayout(at("damaged"), { "": { layers: [{ tar: one }] } });
    const folder = at("damaged/blobs/sha256");
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const { stdout } = await run("head", ["-c", "2", path], { encoding: "buffer" });
      if (stdout[0] === 0x1f) await writeFile(path, Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    }
    const failure = await failureOf(bench.build("./damaged"));
    expect(failure.code).toBe("oci-damaged");
    expect(failure.message).toContain(at("damaged"));
  });
});
