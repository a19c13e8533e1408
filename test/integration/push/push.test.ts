import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRegistry, startRegistry } from "../oci/localRegistry.ts";
import { readingOf } from "../oci/plainReading.ts";
import { failureOf } from "../outputs/outputBench.ts";
import { inspected, noise, openPushBench, type PushBench, pulled } from "./pushBench.ts";

const run = promisify(execFile);
const outputs = ["outputs:", "  - oci: { entrypoint: [/bin/hello] }", "  - tar: { compress: gzip }"];
const first = noise("/opt/first", 200_000, 1);
const files = [
  "  - files:",
  '      - { path: /bin/hello, content: "hello", mode: "4755", owner: "7:70000" }',
  "      - { path: /bin/link, link: hello }",
  '      - { path: /dev/null, device: "c 1:3" }',
];
const stages = ["stages:", first, ...files];

let bench: PushBench;
let open: LocalRegistry;
beforeAll(async () => {
  bench = await openPushBench();
  open = await startRegistry(bench.folder);
});
afterAll(async () => {
  await open.stop();
  await bench.close();
});

const uploads = () => open.requests().filter(each => /^(?:POST|PATCH|PUT) .*\/blobs\/uploads\//.test(each));

describe("a container image", () => {
  it("is in the registry under the digest that is told, and under each tag", async () => {
    const recipe = await bench.recipe("boots", [...stages, ...outputs]);
    const progress: (readonly [number, number])[] = [];
    const onProgress = (done: number, total: number) => void progress.push([done, total]);
    const report = await bench.push(recipe, `${open.host}/ann/boots:1.0`, {
      tags: ["1", "latest", "1.0"],
      onProgress,
    });
    const name = `${open.host}/ann/boots`;
    expect(report).toMatchObject({
      ...{ result: "push", recipe: "boots", output: "oci", type: "image" },
      reference: `${name}@${report.digest}`,
      tags: [{ reference: `${name}:1.0` }, { reference: `${name}:1` }, { reference: `${name}:latest` }],
    });
    for (const tag of [":1.0", ":1", ":latest", `@${report.digest}`])
      expect((await inspected(`${name}${tag}`)).Digest).toBe(report.digest);
    expect((await inspected(`${name}:1`)).RepoTags.sort()).toEqual(["1", "1.0", "latest"]);
    const { manifest } = await pulled(bench, report.reference);
    const sizes = [manifest.config, ...manifest.layers].map(each => each.size);
    expect(report.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    expect(progress.at(-1)).toEqual([report.bytes, report.bytes]);
  });

  it("gives the same tree when a recipe starts from it", async () => {
    const recipe = await bench.recipe("tree", [...stages, ...outputs]);
    const { reference } = await bench.push(recipe, `${open.host}/ann/tree`);
    const again = await bench.recipe("again", ["stages:", `  - oci: ${reference}`, "outputs: [{ tar: {} }]"]);
    const [mine, theirs] = await Promise.all([recipe, again].map(each => bench.tree(each)));
    if (!mine || !theirs) throw new Error("There is no tree.");
    expect(await readingOf(theirs, () => true)).toEqual(await readingOf(mine, () => true));
    expect(theirs.get("bin/hello")).toMatchObject({ mode: 0o4755, uid: 7, gid: 70_000 });
  });

  it("is not sent a second time, and of a changed one only what changed", async () => {
    const lines = [...stages, ...outputs];
    const recipe = await bench.recipe("twice", lines);
    const to = `${open.host}/ann/twice:edge`;
    const once = await bench.push(recipe, to);
    expect(once.tags).toEqual([{ reference: to }]);
    uploads();
    const again = await bench.push(recipe, to);
    expect(uploads()).toEqual([]);
    expect(again.digest).toBe(once.digest);
    expect(again.tags).toEqual([{ reference: to, before: once.digest }]);
    await bench.recipe("twice", [...stages, noise("/opt/second", 1000, 2), ...outputs]);
    const changed = await bench.push(recipe, to);
    // One layer and the configuration.
    expect(uploads().filter(each => each.startsWith("POST"))).toHaveLength(2);
    expect(changed.digest).not.toBe(once.digest);
    expect(changed.tags).toEqual([{ reference: to, before: once.digest }]);
  });

  it.each(["none", "zstd"])("keeps its bytes with layers in %s", async method => {
    const recipe = await bench.recipe(`packed-${method}`, [
      ...stages,
      `outputs: [{ oci: { compress: ${method} } }]`,
    ]);
    const { digest, reference } = await bench.push(recipe, `${open.host}/ann/${method}`);
    const { manifest, folder } = await pulled(bench, reference);
    const { stdout } = await run("sha256sum", [join(folder, "manifest.json")]);
    expect(`sha256:${stdout.split(" ")[0]}`).toBe(digest);
    expect(manifest.layers[0].mediaType).toBe(
      `application/vnd.oci.image.layer.v1.tar${method === "none" ? "" : "+zstd"}`,
    );
  });
});

describe("an output that is no container image", () => {
  it("is pushed as a file with its name, which other programs get back", async () => {
    const recipe = await bench.recipe("files", ['version: "1.0"', ...stages, ...outputs]);
    const report = await bench.push(recipe, `${open.host}/ann/files:1.0`, { output: "tar" });
    expect(report.type).toBe("artifact");
    const { manifest, folder } = await pulled(bench, report.reference);
    const [layer] = manifest.layers;
    expect(manifest).toMatchObject({
      artifactType: "application/vnd.whittle.tar.v1",
      config: { mediaType: "application/vnd.oci.empty.v1+json", size: 2, data: "e30=" },
      annotations: { "org.opencontainers.image.version": "1.0" },
    });
    expect(manifest.layers).toHaveLength(1);
    const name = layer.annotations["org.opencontainers.image.title"];
    const built = join(bench.folder, "files", "out", "files", name);
    expect(basename(built)).toBe("files-1.0.tar.gz");
    const blob = await readFile(join(folder, layer.digest.replace("sha256:", "")));
    expect(blob.equals(await readFile(built))).toBe(true);
    uploads();
    expect((await bench.push(recipe, `${open.host}/ann/files:1.0`, { output: "tar" })).digest).toBe(
      report.digest,
    );
    expect(uploads()).toEqual([]);
  });

  it("is refused as the start of a recipe, because it is no file system", async () => {
    const recipe = await bench.recipe("notree", [...stages, ...outputs]);
    const { reference } = await bench.push(recipe, `${open.host}/ann/notree`, { output: "tar" });
    const again = await bench.recipe("fromnotree", [
      "stages:",
      `  - oci: ${reference}`,
      "outputs: [{ tar: {} }]",
    ]);
    expect((await failureOf(bench.tree(again))).code).toBe("oci-refused");
  });
});

it("leaves no temporary file and nothing in the user's home", async () => {
  const recipe = await bench.recipe("clean", [...stages, ...outputs]);
  await bench.push(recipe, `${open.host}/ann/clean`);
  expect(bench.leftovers()).toEqual([]);
  expect(await readdir(join(bench.folder, "home"))).toEqual([]);
});

describe("a registry with logins and a certificate", () => {
  const login = { user: "ann", password: "p4ss" };
  let closed: LocalRegistry;
  let certificate: string;
  beforeAll(async () => {
    certificate = join(bench.folder, "certificate.pem");
    const key = join(bench.folder, "key.pem");
    await run("openssl", [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ],
      ...["-subj", "/CN=registry", "-addext", "subjectAltName=IP:0.0.0.0,IP:127.0.0.1"],
      ...["-keyout", key, "-out", certificate],
    ]);
    const folder = await bench.put("closed", "empty", "");
    closed = await startRegistry(folder, { login, certificate: { certificate, key } });
  });
  afterAll(() => closed.stop());

  const authFile = (name: string, { user, password }: typeof login) =>
    JSON.stringify({ auths: { [name]: { auth: Buffer.from(`${user}:${password}`).toString("base64") } } });

  // 0.0.0.0 leads to this machine, but is none of the names that may do without a good certificate.
  it("takes the image of who has both, and says what is missing", async () => {
    const recipe = await bench.recipe("closed", [...stages, ...outputs]);
    const name = `0.0.0.0:${closed.port}`;
    const failing = async (env: Readonly<Record<string, string>>) =>
      failureOf(bench.push(recipe, `${name}/ann/boots:1.0`, { env }));
    const untrusted = await failing({});
    expect(untrusted.code).toBe("oci-untrusted");
    expect(untrusted.advice).toContain(`.config/containers/certs.d/${name}/ca.crt`);
    const plain = await failureOf(bench.push(recipe, `0.0.0.0:${open.port}/ann/boots:1.0`));
    expect(plain).toMatchObject({ code: "oci-untrusted", message: expect.stringContaining("plain http") });
    const trusted = { SSL_CERT_FILE: certificate };
    const stranger = await failing(trusted);
    expect(stranger).toMatchObject({
      code: "push-unauthorized",
      message: `${name} does not let you push to ann/boots.`,
      advice: expect.stringContaining(join(bench.folder, "home/.docker/config.json")),
    });
    const wrong = await bench.put("wrong", "config.json", authFile(name, { ...login, password: "0ther" }));
    const refused = await failing({ ...trusted, DOCKER_CONFIG: wrong });
    expect(refused.code).toBe("push-unauthorized");
    expect(JSON.stringify([refused.message, refused.advice])).not.toContain("0ther");
    const right = await bench.put("right", "config.json", authFile(name, login));
    const env = { ...trusted, DOCKER_CONFIG: right };
    const report = await bench.push(recipe, `${name}/ann/boots:1.0`, { env });
    expect((await bench.push(recipe, `${name}/ann/boots:1.0`, { env })).tags[0]?.before).toBe(report.digest);
    expect(bench.leftovers()).toEqual([]);
  });
});
