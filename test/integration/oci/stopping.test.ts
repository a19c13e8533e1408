import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { type OciBench, openOciBench } from "./ociBench.ts";
import { plain, sha256, writeLayout } from "./testImages.ts";

const run = promisify(execFile);
let bench: OciBench;
let registry: LocalRegistry;
const small = tarOf(block({ name: "small", body: "small" }));
const large = tarOf(block({ name: "large", body: Buffer.alloc(8 * 1024 * 1024, "0123456789abcdef") }));

beforeAll(async () => {
  bench = await openOciBench();
  registry = await startRegistry(bench.folder);
  const layout = await writeLayout(join(bench.folder, "layout"), {
    one: { layers: [plain(small), plain(large)] },
  });
  await registry.push(layout, "one", "test/one:1.0");
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

/** Passes on to the registry, but stops half way through the large layer. */
async function slowFront() {
  let halted = () => {};
  const half = new Promise<void>(resolve => {
    halted = resolve;
  });
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = "/" } = incoming;
    const onward = ask({ host: "127.0.0.1", port: registry.port, path: url, method, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      if (method !== "GET" || !url.includes(sha256(large))) return void answer.pipe(outgoing);
      let passed = 0;
      answer.on("data", (piece: Buffer) => {
        passed += piece.length;
        if (passed < large.length / 2) outgoing.write(piece);
        else halted();
      });
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    half,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

it("stops at once when cancelled, and leaves no process, lock or half a layer", async () => {
  const front = await slowFront();
  const stop = new AbortController();
  const progress: number[] = [];
  try {
    const building = bench.build(`${front.host}/test/one:1.0`, {
      signal: stop.signal,
      onEvent: event => {
        if (event.type === "progress") progress.push(event.done);
      },
    });
    const ended = expect(building).rejects.toMatchObject({ name: "AbortError" });
    await front.half;
    await expect.poll(() => progress.some(done => done > 1024 * 1024)).toBe(true);
    const began = performance.now();
    stop.abort();
    await ended;
    expect(performance.now() - began).toBeLessThan(2000);
    const { stdout } = await run("ps", ["-eo", "args"]);
    expect(stdout.split("\n").filter(line => line.includes(front.host) && line.includes("skopeo"))).toEqual(
      [],
    );
    const { cacheDir } = bench.host;
    expect(readdirSync(join(cacheDir, "tmp"))).toEqual([]);
    const kept = readdirSync(join(cacheDir, "downloads/oci"), { recursive: true, encoding: "utf8" });
    expect(kept.filter(name => name.includes(".lock") || name.includes("put-blob"))).toEqual([]);
    expect(existsSync(join(cacheDir, "downloads/oci/sha256", sha256(large)))).toBe(false);
  } finally {
    await front.close();
  }
});
