import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { failureOf, type OciBench, openOciBench } from "./ociBench.ts";
import { writeLayout } from "./testImages.ts";

const login = { user: "ann", password: "p4ss" };
const wrong = { user: "ann", password: "0ther" };

let bench: OciBench;
let closed: LocalRegistry;

beforeAll(async () => {
  bench = await openOciBench();
  closed = await startRegistry(bench.folder, { login });
  const layout = await writeLayout(join(bench.folder, "layout"), {
    one: { layers: [{ tar: tarOf(block({ name: "a", body: "a" })) }] },
  });
  await closed.push(layout, "one", "test/one:1.0");
});
afterAll(async () => {
  await closed.stop();
  await bench.close();
});

let caches = 0;
/** Builds in a new cache, with these variables. */
function build(image: string, env: Readonly<Record<string, string>> = {}) {
  return bench.build({ image }, { host: bench.hostWith(`cache-${caches++}`, env) });
}
const failing = (image: string, env: Readonly<Record<string, string>> = {}) => failureOf(build(image, env));

function authFile({ user, password }: typeof login): string {
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  return JSON.stringify({ auths: { [closed.host]: { auth } } });
}

/** A folder with a file in it, below the bench's own. */
async function put(folder: string, name: string, text: string): Promise<string> {
  const path = join(bench.folder, folder);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, name), text);
  return path;
}

describe("a registry with logins", () => {
  it("says where logins were looked for", async () => {
    const failure = await failing(`${closed.host}/test/one:1.0`);
    expect(failure.code).toBe("oci-unauthorized");
    expect(failure.message).toBe(
      `${closed.host} does not let test/one be read: it needs a login, or there is no such image.`,
    );
    expect(failure.advice).toContain(`docker login ${closed.host}`);
    expect(failure.advice).toContain(join(bench.folder, "home/.docker/config.json"));
  });

  it("takes those of docker, podman and skopeo, and refuses wrong ones", async () => {
    const image = `${closed.host}/test/one:1.0`;
    const docker = await put("docker", "config.json", authFile(login));
    const podman = await put("runtime/containers", "auth.json", authFile(login));
    const bad = await put("bad", "config.json", authFile(wrong));
    expect((await build(image, { DOCKER_CONFIG: docker })).tree.get("a")).toBeDefined();
    const runtime = join(podman, "..");
    expect((await build(image, { XDG_RUNTIME_DIR: runtime })).tree.get("a")).toBeDefined();
    expect(
      (await build(image, { REGISTRY_AUTH_FILE: join(docker, "config.json") })).tree.get("a"),
    ).toBeDefined();
    const failure = await failing(image, { DOCKER_CONFIG: bad, XDG_RUNTIME_DIR: runtime });
    expect(failure.code).toBe("oci-unauthorized");
    expect(failure.advice).toContain(join(bad, "config.json"));
    await put("home/.docker", "config.json", authFile(login));
    expect((await build(image)).tree.get("a")).toBeDefined();
    await put("home/.docker", "config.json", "{}");
    await put("home/.config/containers", "auth.json", authFile(login));
    expect((await build(image)).tree.get("a")).toBeDefined();
    await put("home/.config/containers", "auth.json", "{}");
  });

  it("is logged into by a helper program with its own environment", async () => {
    const image = `${closed.host}/test/one:1.0`;
    const helpers = JSON.stringify({ credHelpers: { [closed.host]: "for-tests" } });
    const docker = await put("helped", "config.json", helpers);
    const answer = `{"ServerURL":"","Username":"${login.user}","Secret":"'"$HELPER_SECRET"'"}`;
    const bin = await put("bin", "docker-credential-for-tests", `#!/bin/sh\necho '${answer}'\n`);
    await chmod(join(bin, "docker-credential-for-tests"), 0o755);
    const env = { DOCKER_CONFIG: docker, PATH: `${bin}:${process.env["PATH"]}` };
    expect((await build(image, { ...env, HELPER_SECRET: login.password })).tree.get("a")).toBeDefined();
    expect((await failing(image, { ...env, HELPER_SECRET: "x" })).code).toBe("oci-unauthorized");
  });

  it("never has its password in a failure", async () => {
    const docker = await put("secret", "config.json", authFile(wrong));
    const failure = await failing(`${closed.host}/test/one:1.0`, { DOCKER_CONFIG: docker });
    expect(JSON.stringify([failure.message, failure.advice])).not.toContain(wrong.password);
  });
});
