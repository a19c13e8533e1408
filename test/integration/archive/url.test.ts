import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "../../unit/archive/runArchive.ts";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { serve, startServer, type TestServer } from "../download/testServer.ts";

const bytes = gzipSync(tarOf(block({ name: "root/etc/hostname", body: "there" })));
const sha256 = createHash("sha256").update(bytes).digest("hex");

let bench: Bench;
let server: TestServer;
let source: string;

beforeEach(async () => {
  bench = await openBench({});
  server = await startServer();
  server.answer = serve(bytes);
  source = `${server.url}/rootfs.tar.gz`;
});
afterEach(async () => {
  await server.close();
  await bench.close();
});

describe("an archive from a URL", () => {
  it("is fetched, checked, unpacked and fetched no more", async () => {
    for (let i = 0; i < 2; i++) {
      const { content, progress } = await bench.run({ source, sha256, strip: 1 });
      expect(content("etc/hostname").toString()).toBe("there");
      expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
    }
    expect(server.requests).toHaveLength(1);
  });

  it("is not used without a sha256; the failure stands at the source and tells the digest", async () => {
    for (const [parameters, placedAt] of [
      [source, []],
      [{ source }, ["source"]],
    ] as const) {
      await expect(bench.run(parameters)).rejects.toMatchObject({
        code: "sha256-missing",
        message: expect.stringContaining(sha256),
        placedAt,
      });
    }
    expect(await readdir(join(bench.folder, "cache/downloads"))).toEqual([]);
  });

  it("is not used with another sha256; the failure stands at the sha256", async () => {
    await expect(bench.run({ source, sha256: "ab".repeat(32) })).rejects.toMatchObject({
      code: "sha256-wrong",
      placedAt: ["sha256"],
    });
    expect(await readdir(join(bench.folder, "cache/downloads"))).toEqual([]);
  });

  it("that cannot be reached names the URL at the source", async () => {
    server.answer = (_, response) => response.writeHead(404).end();
    await expect(bench.run({ source, sha256: "cd".repeat(32) })).rejects.toMatchObject({
      code: "download-failed",
      message: expect.stringContaining("rootfs.tar.gz cannot be downloaded"),
      placedAt: ["source"],
    });
  });
});
