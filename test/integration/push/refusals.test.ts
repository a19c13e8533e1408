import { execFile } from "node:child_process";
import { truncateSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalRegistry, startRegistry } from "../oci/localRegistry.ts";
import { failureOf } from "../outputs/outputBench.ts";
import { type Fate, openFront } from "./front.ts";
import { openPushBench, type PushBench, type PushCall } from "./pushBench.ts";

const run = promisify(execFile);
let bench: PushBench;
let registry: LocalRegistry;
let recipe: string;
beforeAll(async () => {
  bench = await openPushBench();
  registry = await startRegistry(bench.folder);
  await bench.put("boots", "large", "0123456789abcdef".repeat(size / 16));
  const lines = [
    "stages: [{ files: [{ path: /large, source: large }] }]",
    "outputs: [{ oci: { compress: none } }, { tar: {} }]",
  ];
  recipe = await bench.recipe("boots", lines);
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

// More than what the buffers of a connection hold.
const size = 24_000_000;
// Names like those of failures must not be taken for them.
const repository = "timeout/404/boots";
let pushes = 0;

async function pushThrough(fate: (method: string, path: string) => Fate, call: PushCall = {}) {
  const front = await openFront(registry, fate);
  try {
    return {
      host: front.host,
      failure: await failureOf(bench.push(recipe, `${front.host}/${repository}${pushes++}:500`, call)),
    };
  } finally {
    await front.close();
  }
}

const json = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const upload = (method: string) => method === "POST";
const blob = (method: string) => method === "PATCH";
const manifest = (method: string, path: string) => method === "PUT" && path.includes("/manifests/");

describe("a registry that refuses", () => {
  it.each([
    [
      "401",
      upload,
      json("UNAUTHORIZED", "x"),
      "push-unauthorized",
      `HOST does not let you push to ${repository}.`,
    ],
    [
      "403",
      upload,
      json("DENIED", "only ann"),
      "push-unauthorized",
      `HOST does not let you push to ${repository}: only ann.`,
    ],
    [
      "404",
      upload,
      json("NAME_UNKNOWN", "x"),
      "push-refused",
      `HOST has no repository ${repository}, and does not make one by itself.`,
    ],
    ["405", upload, json("UNSUPPORTED", "x"), "push-refused", "HOST takes no images: it can only be read."],
    [
      "413",
      blob,
      "<html>413</html>",
      "push-refused",
      "HOST takes no files as large as those of this image: the largest has 22.9 MiB.",
    ],
    [
      "409",
      manifest,
      json("TAG_INVALID", "immutable"),
      "push-refused",
      `HOST has the tag 500 of ${repository} already and does not let it be replaced.`,
    ],
    [
      "400",
      manifest,
      json("MANIFEST_INVALID", "x"),
      "push-refused",
      "HOST does not take such an image: manifest invalid: x.",
    ],
    [
      "500",
      blob,
      "<html>500</html>",
      "push-failed",
      `The push to HOST/${repository} failed: 500 Internal Server Error.`,
    ],
    ["503", manifest, "", "push-failed", `The push to HOST/${repository} failed: 503 Service Unavailable.`],
    ["507", blob, "", "push-refused", "HOST has no more room for"],
  ] as const)("with %s is told by what it means", async (status, when, body, code, message) => {
    const { host, failure } = await pushThrough((method, path) =>
      when(method, path) ? { status: Number(status), body } : undefined,
    );
    expect(failure.code).toBe(code);
    expect(failure.message.replaceAll(host, "HOST").replace(/boots\d+/, "boots")).toContain(message);
    expect(failure.advice).toBeTruthy();
    expect(bench.leftovers()).toEqual([]);
  });

  it("or is not there, is told before anything is sent", async () => {
    const failure = await failureOf(bench.push(recipe, `127.0.0.1:1/${repository}`));
    expect(failure.code).toBe("oci-unreachable");
    expect(failure.message).toContain("connection refused");
    const nowhere = await failureOf(bench.push(recipe, "registry.invalid/ann/boots"));
    expect(nowhere.code).toBe("oci-unreachable");
    expect(bench.leftovers()).toEqual([]);
  });
});

describe("a connection", () => {
  it("that breaks off once does not matter", async () => {
    let cuts = 0;
    const front = await openFront(registry, method => (blob(method) && cuts++ === 0 ? "cut" : undefined));
    try {
      const { digest } = await bench.push(recipe, `${front.host}/ann/retried:1`);
      expect(cuts).toBeGreaterThan(1);
      expect((await bench.push(recipe, `${registry.host}/ann/retried:1`)).tags[0]?.before).toBe(digest);
    } finally {
      await front.close();
    }
  });

  it("that breaks off each time is told, and nothing is left", async () => {
    const { failure } = await pushThrough(method => (blob(method) ? "cut" : undefined));
    expect(failure).toMatchObject({
      code: "push-interrupted",
      message: expect.stringContaining("the connection broke off"),
      advice: expect.stringContaining("Push again"),
    });
    expect(bench.leftovers()).toEqual([]);
  });

  it("over which nothing moves any more is given up", async () => {
    const { failure } = await pushThrough(method => (blob(method) ? "halt" : undefined), { silentMs: 1500 });
    expect(failure.code).toBe("push-failed");
    expect(failure.message).toContain("for 1.5 seconds");
    expect(bench.leftovers()).toEqual([]);
  });
});

it("that a file changed meanwhile is told, and the registry has none of it", async () => {
  const image = join(bench.folder, "boots/out/boots/boots.tar");
  const front = await openFront(registry, method => {
    // Its beginning has been read by then.
    if (method === "POST") truncateSync(image, size - 1_000_000);
    return undefined;
  });
  try {
    const failure = await failureOf(bench.push(recipe, `${front.host}/ann/changed`, { output: "tar" }));
    expect(failure).toMatchObject({
      code: "push-failed",
      message: expect.stringContaining("a file changed while it was being sent"),
    });
    const again = await bench.push(recipe, `${registry.host}/ann/changed`, { output: "tar" });
    expect(again.tags[0]?.before).toBeUndefined();
  } finally {
    await front.close();
  }
});

it("stops at once when cancelled, and leaves no process and no file", async () => {
  const front = await openFront(registry, method => (blob(method) ? "halt" : undefined));
  const stop = new AbortController();
  const progress: number[] = [];
  try {
    const pushing = bench.push(recipe, `${front.host}/ann/cancelled:1`, {
      signal: stop.signal,
      onProgress: done => void progress.push(done),
    });
    const ended = expect(pushing).rejects.toMatchObject({ name: "AbortError" });
    await front.halted;
    await expect
      .poll(() => progress.some(done => done > 1024 * 1024 && done < size), { timeout: 20_000 })
      .toBe(true);
    const began = performance.now();
    stop.abort();
    await ended;
    expect(performance.now() - began).toBeLessThan(2000);
    const { stdout } = await run("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter(line => line.includes(front.host) && line.includes("skopeo"))).toEqual(
      [],
    );
    expect(bench.leftovers()).toEqual([]);
  } finally {
    await front.close();
  }
});
