import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** The failure of a download that must not succeed. */
async function failure(more: Partial<DownloadOptions> = {}) {
  const options = { url: `${server.url}/file.tar`, sha256, folder, env: {}, pausesMs: [1, 1], ...more };
  const error = await download({ signal: new AbortController().signal, ...options }).then(
    () => expect.unreachable(),
    (caught: unknown) => caught,
  );
  return error as { code: string; message: string; advice: string | undefined };
}

describe("a download that cannot succeed", () => {
  it("throws wrong bytes away and says both digests", async () => {
    const other = Buffer.from("other");
    server.answer = serve(other);
    const { code, message } = await failure();
    expect(code).toBe("sha256-wrong");
    expect(message).toContain(sha256);
    expect(message).toContain(digest(other));
    expect(await readdir(folder)).toEqual([]);
  });

  it("does not use what comes without a sha256, but says which one it has", async () => {
    server.answer = serve(body);
    const { code, message, advice } = await failure({ sha256: undefined });
    expect(code).toBe("sha256-missing");
    expect(message).toContain(sha256);
    expect(advice).toContain(`sha256: ${sha256}`);
    expect(await readdir(folder)).toEqual([]);
  });

  it("says that the file is not there, without trying again", async () => {
    const { code, message, advice } = await failure({ url: `${server.url}/gone?token=secret` });
    expect(code).toBe("download-failed");
    expect(message).toContain(`${server.url}/gone cannot be downloaded: the server answers 404 (Not Found).`);
    expect(message + advice).not.toContain("secret");
    expect(advice).toContain("Check the URL");
    expect(server.requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("gives up on a server that keeps failing, after three tries", async () => {
    server.answer = (_, response) => response.writeHead(500).end();
    expect((await failure()).message).toContain("answers 500 (Internal Server Error) (3 tries)");
    expect(server.requests).toHaveLength(3);
  });

  it("gives up on a server that always breaks off at the same byte", async () => {
    server.answer = serve(body, { ignoreRange: true, cutAfter: 100_000 });
    expect((await failure()).message).toContain("(3 tries)");
  });

  it("says that the host is not known", async () => {
    const { message, advice } = await failure({ url: "https://no-such-host.invalid/file.tar" });
    expect(message).toMatch(/the (host|name) no-such-host\.invalid (is not known|cannot be looked up now)/);
    expect(advice).toContain("HTTPS_PROXY");
  });

  it("says that nobody listens there", async () => {
    const { port } = server;
    await server.close();
    const { message } = await failure({ url: `http://127.0.0.1:${port}/file.tar` });
    expect(message).toContain(`127.0.0.1:${port} refuses the connection (3 tries)`);
    server = await startServer();
  });

  it("gives up on a server that is silent before its answer or in the middle of it", async () => {
    server.answer = () => {};
    expect((await failure({ idleMs: 100 })).message).toMatch(
      /127\.0\.0\.1:\d+ was silent for 0\.1 s \(3 tries\)/,
    );
    server.answer = (_, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 1000));
    };
    expect((await failure({ idleMs: 100 })).message).toContain("was silent for 0.1 s");
  });

  it("notices a server that does not speak HTTP", async () => {
    const garbage = createServer(socket => socket.resume().end("SSH-2.0-OpenSSH\r\n\r\n"));
    await new Promise<void>(resolve => garbage.listen(0, "127.0.0.1", resolve));
    const { port } = garbage.address() as { port: number };
    try {
      expect((await failure({ url: `http://127.0.0.1:${port}/` })).message).toContain(
        "does not answer as HTTP",
      );
      expect((await failure({ url: `https://127.0.0.1:${port}/` })).message).toContain("does not speak TLS");
    } finally {
      await new Promise(resolve => garbage.close(resolve));
    }
  });

  it("refuses redirects to files, in circles and to nowhere", async () => {
    const redirect = (location: string) => {
      server.answer = (_, response) => response.writeHead(302, { location }).end();
    };
    redirect("file:///etc/passwd");
    expect(await failure()).toMatchObject({ code: "url-refused", message: expect.stringContaining("file:") });
    redirect("/file.tar");
    expect((await failure()).message).toContain("redirects more than 10 times");
    redirect("http://[bad");
    expect((await failure()).message).toContain("leads nowhere");
  });

  it("refuses what is no URL, other protocols, and plain http without a sha256", async () => {
    expect((await failure({ url: "https://" })).code).toBe("url-refused");
    expect((await failure({ url: "ftp://host/file" })).code).toBe("url-refused");
    expect((await failure({ url: "http://example.com/file", sha256: undefined })).code).toBe("url-refused");
  });

  it("refuses a file larger than the disk before it writes a byte", async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { "content-length": "900000000000000" });
      response.write("x");
    };
    expect(await failure()).toMatchObject({ code: "disk-full", advice: expect.stringContaining("space") });
    expect(await readdir(folder)).toEqual([]);
  });
});
