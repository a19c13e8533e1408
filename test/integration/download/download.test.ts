import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DownloadOptions, download } from "../../../src/core/build/download.ts";
import { serve, startServer, type TestServer } from "./testServer.ts";

const body = randomBytes(1_000_000);
const sha256 = digest(body);

let server: TestServer;
let folder: string;

beforeEach(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), "whittle-download-"));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function fetchIt(more: Partial<DownloadOptions> = {}): Promise<string> {
  return download({
    url: `${server.url}/file.tar`,
    sha256,
    folder,
    env: {},
    signal: new AbortController().signal,
    pausesMs: [1, 1],
    ...more,
  });
}

async function expectWhole(path: string): Promise<void> {
  expect(path).toBe(join(folder, sha256));
  expect(digest(await readFile(path))).toBe(sha256);
  expect(await readdir(folder)).toEqual([sha256]);
}

function inProcess() {
  const script = join(import.meta.dirname, "downloadOnce.ts");
  const args = ["--no-warnings", script, `${server.url}/file.tar`, sha256, folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const said = text(child.stdout).then(answer => answer.trim());
  return { child, said };
}

const ranges = () => server.requests.map(request => request.headers.range);

describe("a download", () => {
  it("fetches once, tells its progress and is served from disk afterwards", async () => {
    server.answer = serve(body);
    const progress: [number, number | undefined][] = [];
    await expectWhole(await fetchIt({ onProgress: (done, total) => progress.push([done, total]) }));
    expect(progress.at(-1)).toEqual([body.length, body.length]);
    await expectWhole(await fetchIt());
    expect(server.requests).toHaveLength(1);
  });

  it("does not trust a file in the cache that was altered", async () => {
    server.answer = serve(body);
    await writeFile(join(folder, sha256), "altered");
    await expectWhole(await fetchIt());
  });

  it("goes on after each broken connection, as often as it brings something", async () => {
    server.answer = serve(body, { etag: '"v1"', cutAfter: 150_000 });
    await expectWhole(await fetchIt());
    expect(ranges()).toEqual([undefined, ...[150, 300, 450, 600, 750, 900].map(at => `bytes=${at}000-`)]);
    expect(server.requests[1]?.headers["if-range"]).toBe('"v1"');
  });

  it("goes on in a later process where an earlier one was stopped", async () => {
    const controller = new AbortController();
    server.answer = serve(body, { lastModified: "Thu, 01 Jan 2026 00:00:00 GMT", cutAfter: 400_000 });
    const onProgress = (done: number) => done >= 400_000 && controller.abort(new Error("enough"));
    await expect(fetchIt({ signal: controller.signal, onProgress })).rejects.toThrow("enough");
    expect((await readdir(folder)).sort()).toEqual([`${sha256}.part`, `${sha256}.part.json`]);
    server.answer = serve(body, { lastModified: "Thu, 01 Jan 2026 00:00:00 GMT" });
    await expectWhole(await fetchIt());
    expect(ranges()).toEqual([undefined, "bytes=400000-"]);
    expect(server.requests[1]?.headers["if-range"]).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
  });

  it("starts over when the server has another version by now", async () => {
    await writeFile(join(folder, `${sha256}.part`), randomBytes(5000));
    await writeFile(
      join(folder, `${sha256}.part.json`),
      JSON.stringify({ url: `${server.url}/file.tar`, etag: '"old"' }),
    );
    server.answer = serve(body, { etag: '"new"' });
    await expectWhole(await fetchIt());
    expect(server.requests).toHaveLength(1);
  });

  it("starts over when the server does not know ranges", async () => {
    server.answer = (request, response) =>
      serve(body, { ignoreRange: true, ...(server.requests.length === 1 ? { cutAfter: 300_000 } : {}) })(
        request,
        response,
      );
    await expectWhole(await fetchIt());
    expect(ranges()).toEqual([undefined, "bytes=300000-"]);
  });

  it("starts over once when what it went on with turns out wrong", async () => {
    await writeFile(join(folder, `${sha256}.part`), randomBytes(5000));
    server.answer = serve(body);
    await expectWhole(await fetchIt());
    expect(ranges()).toEqual(["bytes=5000-", undefined]);
  });

  it("takes a part that is complete without asking anybody", async () => {
    await writeFile(join(folder, `${sha256}.part`), body);
    await expectWhole(await fetchIt());
    expect(server.requests).toHaveLength(0);
  });

  it.each<[string, string]>([
    ["another start", "bytes 0-999999/1000000"],
    ["no range at all", ""],
    ["nonsense", "bytes */*"],
  ])("is not fooled by a 206 with %s", async (_, range) => {
    await writeFile(join(folder, `${sha256}.part`), body.subarray(0, 5000));
    server.answer = (request, response) => {
      if (!request.headers.range) return serve(body)(request, response);
      response.writeHead(206, range ? { "content-range": range } : {}).end(body);
    };
    await expectWhole(await fetchIt());
  });

  it("is not fooled by a part longer than the file", async () => {
    await writeFile(join(folder, `${sha256}.part`), Buffer.concat([body, Buffer.from("more")]));
    server.answer = serve(body);
    await expectWhole(await fetchIt());
  });

  it("takes a file of unknown length and checks it like any other", async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.write(body.subarray(0, 500_000));
      setTimeout(() => response.end(body.subarray(500_000)), 20);
    };
    await expectWhole(await fetchIt());
  });

  it("keeps bytes as they are stored when the server calls them encoded", async () => {
    server.answer = (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(body);
    await expectWhole(await fetchIt());
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("identity");
  });

  it("follows redirects, also relative ones", async () => {
    server.answer = (request, response) => {
      if (request.url === "/file.tar") response.writeHead(302, { location: "/a/b" }).end("moved");
      else if (request.url === "/a/b") response.writeHead(307, { location: `${server.url}/c` }).end();
      else serve(body)(request, response);
    };
    await expectWhole(await fetchIt());
  });

  it("tries again after a server's passing error", async () => {
    server.answer = (request, response) =>
      server.requests.length < 3 ? void response.writeHead(503).end() : serve(body)(request, response);
    await expectWhole(await fetchIt());
  });

  it("lets several ask for the same file at once and fetches it once", async () => {
    server.answer = (request, response) => void setTimeout(() => serve(body)(request, response), 50);
    const paths = await Promise.all([fetchIt(), fetchIt(), fetchIt()]);
    for (const path of paths) await expectWhole(path);
    expect(server.requests).toHaveLength(1);
  });

  it("is right in two processes at once", async () => {
    server.answer = (request, response) => void setTimeout(() => serve(body)(request, response), 300);
    const said = await Promise.all([inProcess().said, inProcess().said]);
    for (const path of said) await expectWhole(path);
    expect(server.requests).toHaveLength(1);
  });

  it("goes on where a process was killed, and does not wait for the dead", async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { "content-length": body.length, etag: '"v"' });
      response.write(body.subarray(0, 600_000));
    };
    const { child, said } = inProcess();
    const part = join(folder, `${sha256}.part`);
    await expect.poll(() => existsSync(part) && statSync(part).size, { timeout: 10_000 }).toBe(600_000);
    child.kill("SIGKILL");
    await said;
    server.answer = serve(body, { etag: '"v"' });
    await expectWhole(await fetchIt());
    expect(ranges()).toEqual([undefined, "bytes=600000-"]);
  });

  it("lets one that waits for another be stopped", async () => {
    server.answer = () => {};
    const first = new AbortController();
    const second = new AbortController();
    const running = fetchIt({ signal: first.signal });
    await expect.poll(() => server.requests.length).toBe(1);
    const waiting = fetchIt({ signal: second.signal });
    second.abort(new Error("no longer"));
    await expect(waiting).rejects.toThrow();
    first.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual([]);
  });
});
