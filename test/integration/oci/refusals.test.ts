import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { failureOf, type OciBench, openOciBench } from "./ociBench.ts";
import { writeLayout } from "./testImages.ts";

const run = promisify(execFile);

let bench: OciBench;
let open: LocalRegistry;
let secure: LocalRegistry;
let certificate: string;

beforeAll(async () => {
  bench = await openOciBench();
  const folders = ["open", "secure"].map(name => join(bench.folder, name));
  for (const folder of folders) await mkdir(folder);
  const [openFolder = "", secureFolder = ""] = folders;
  certificate = join(bench.folder, "certificate.pem");
  const key = join(bench.folder, "key.pem");
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=registry", "-addext", "subjectAltName=IP:0.0.0.0,IP:127.0.0.1"],
    ...["-keyout", key, "-out", certificate],
  ]);
  open = await startRegistry(openFolder);
  secure = await startRegistry(secureFolder, { certificate: { certificate, key } });
  const layout = await writeLayout(join(bench.folder, "layout"), {
    one: { layers: [{ tar: tarOf(block({ name: "a", body: "a" })) }] },
  });
  for (const tag of ["3.20", "3.21", "3.22", "edge"]) await open.push(layout, "one", `test/one:${tag}`);
  await secure.push(layout, "one", "test/one:1.0");
});
afterAll(async () => {
  await Promise.all([open, secure].map(each => each.stop()));
  await bench.close();
});

let caches = 0;
/** Builds in a new cache, with these variables. */
function build(image: string, env: Readonly<Record<string, string>> = {}) {
  return bench.build({ image }, { host: bench.hostWith(`cache-${caches++}`, env) });
}
const failing = (image: string, env: Readonly<Record<string, string>> = {}) => failureOf(build(image, env));

/** A folder with a file in it, below the bench's own. */
async function put(folder: string, name: string, text: string): Promise<string> {
  const path = join(bench.folder, folder);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, name), text);
  return path;
}

describe("an image that is not there", () => {
  it("has the nearest tag named", async () => {
    const failure = await failing(`${open.host}/test/one:3.222`);
    expect(failure).toMatchObject({
      code: "oci-unknown",
      message: `${open.host} has test/one, but no tag 3.222 of it.`,
      advice: "Did you mean `3.22`?",
    });
    expect(failure.range?.start).toEqual({ line: 10, column: 2 });
    const far = await failing(`${open.host}/test/one:bookworm-slim`);
    expect(far.advice).toBe("Its tags are 3.20, 3.21, 3.22, edge.");
  });

  it("is told from one without that tag or digest", async () => {
    expect(await failing(`${open.host}/test/two:1.0`)).toMatchObject({
      code: "oci-unknown",
      message: `${open.host} has no image test/two.`,
    });
    const digest = `sha256:${"0".repeat(64)}`;
    expect(await failing(`${open.host}/test/one@${digest}`)).toMatchObject({
      code: "oci-unknown",
      message: `${open.host} has test/one, but no manifest ${digest} of it.`,
    });
  });

  it("cannot be asked for where no registry answers", async () => {
    const failure = await failing("127.0.0.1:1/test/one:1.0");
    expect(failure.code).toBe("oci-unreachable");
    expect(failure.message).toContain("connection refused");
    const nowhere = await failing("registry.invalid/test/one:1.0");
    expect(nowhere.code).toBe("oci-unreachable");
    expect(nowhere.range).toBeDefined();
  });
});

// 0.0.0.0 leads to this machine, but is none of the names that may do without a good certificate.
describe("a registry that cannot be trusted", () => {
  it("is refused when it speaks plain http, unless it is on this machine", async () => {
    const failure = await failing(`0.0.0.0:${open.port}/test/one:3.22`);
    expect(failure).toMatchObject({
      code: "oci-untrusted",
      message: `The registry 0.0.0.0:${open.port} cannot be trusted: it speaks plain http.`,
    });
    expect((await build(`localhost:${open.port}/test/one:3.22`)).tree.get("a")).toBeDefined();
  });

  it("is refused for its certificate, until its authority is known", async () => {
    const name = `0.0.0.0:${secure.port}`;
    const failure = await failing(`${name}/test/one:1.0`);
    expect(failure.code).toBe("oci-untrusted");
    expect(failure.message).toContain("certificate");
    expect(failure.advice).toContain(`.config/containers/certs.d/${name}/ca.crt`);
    expect((await build(`${name}/test/one:1.0`, { SSL_CERT_FILE: certificate })).tree.get("a")).toBeDefined();
    await put(`home/.config/containers/certs.d/${name}`, "ca.crt", await readFile(certificate, "utf8"));
    expect((await build(`${name}/test/one:1.0`)).tree.get("a")).toBeDefined();
  });

  it("is asked through the proxy of the environment", async () => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
    const failure = await failing(`0.0.0.0:${secure.port}/test/one:1.0`, env);
    expect(failure.code).toBe("oci-unreachable");
    expect(failure.message).toContain("127.0.0.1:1");
  });
});

it("leaves nothing in the user's home", async () => {
  await build(`${open.host}/test/one:3.22`);
  expect(
    (await readdir(join(bench.folder, "home"))).filter(each => ![".docker", ".config"].includes(each)),
  ).toEqual([]);
});
