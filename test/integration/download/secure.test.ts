import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, request } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve, startServer, type TestServer } from "./testServer.ts";

const body = randomBytes(300_000);
const sha256 = createHash("sha256").update(body).digest("hex");
const folder = mkdtempSync(join(tmpdir(), "whittle-secure-"));
const certificate = join(folder, "cert.pem");
const script = join(import.meta.dirname, "downloadOnce.ts");

let server: TestServer;
let proxy: TestProxy;

beforeAll(async () => {
  const key = join(folder, "key.pem");
  execFileSync(
    "openssl",
    `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${certificate}`.split(
      " ",
    ),
    { stdio: "ignore" },
  );
  server = await startServer({ key: readFileSync(key), cert: readFileSync(certificate) });
  server.answer = serve(body);
  proxy = await startProxy();
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface TestProxy {
  readonly port: number;
  readonly asked: string[];
  close(): Promise<void>;
}

/** A proxy with the user `me` and the password `s3:cret`. */
async function startProxy(): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const allowed = `Basic ${Buffer.from("me:s3:cret").toString("base64")}`;
  const listener = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers["proxy-authorization"] !== allowed) return void response.writeHead(407).end();
    request(incoming.url ?? "", { headers: { host: incoming.headers.host } }, got => {
      response.writeHead(got.statusCode ?? 500, got.headers);
      got.pipe(response);
    }).end();
  });
  listener.on("connect", (incoming, socket: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    if (incoming.headers["proxy-authorization"] !== allowed) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const [host, port] = (incoming.url ?? "").split(":");
    const target = connect(Number(port), host);
    sockets.add(target).add(socket);
    target.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(socket).pipe(target);
    });
    for (const each of [target, socket]) each.on("error", () => target.destroy());
  });
  await new Promise<void>(resolve => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}

/** Downloads in a process of its own: Node reads additional authorities only at its start. */
async function once(url: string, env: Record<string, string>): Promise<string> {
  const target = mkdtempSync(join(folder, "out-"));
  const given = { PATH: process.env["PATH"], ...env };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--no-warnings", script, url, sha256, target],
    {
      env: given,
      timeout: 20_000,
    },
  );
  return stdout.trim();
}

const trusting = () => ({ NODE_EXTRA_CA_CERTS: certificate });
const proxyUrl = (user = "me:s3%3Acret@") => `http://${user}127.0.0.1:${proxy.port}`;

describe("a download over https", () => {
  it("works with an authority named in NODE_EXTRA_CA_CERTS", async () => {
    const path = await once(`${server.url}/file`, trusting());
    expect((await readFile(path)).equals(body)).toBe(true);
  });

  it("names the host whose certificate is not trusted and the way out, and tries only once", async () => {
    const before = server.requests.length;
    const said = await once(`${server.url}/file`, {});
    expect(said).toContain("download-failed");
    expect(said).toContain("the certificate of 127.0.0.1 is not trusted");
    expect(said).toContain("NODE_EXTRA_CA_CERTS");
    expect(server.requests.length).toBe(before);
  });
});

describe("a download through a proxy", () => {
  it("asks it for a tunnel, with name and password", async () => {
    const path = await once(`${server.url}/file`, { ...trusting(), https_proxy: proxyUrl() });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(proxy.asked.splice(0)).toEqual([`CONNECT 127.0.0.1:${server.port}`]);
  });

  it("does not trust the server more because of the proxy", async () => {
    expect(await once(`${server.url}/file`, { HTTPS_PROXY: proxyUrl() })).toContain(
      "certificate of 127.0.0.1",
    );
    proxy.asked.splice(0);
  });

  it("asks it for plain http URLs as a whole", async () => {
    const plain = await startServer();
    plain.answer = serve(body);
    const path = await once(`${plain.url}/file?a=b`, { HTTP_PROXY: proxyUrl() });
    expect((await readFile(path)).equals(body)).toBe(true);
    expect(proxy.asked.splice(0)).toEqual([`GET ${plain.url}/file?a=b`]);
    await plain.close();
  });

  it("goes straight to the hosts in NO_PROXY", async () => {
    for (const list of ["127.0.0.1", `example.com, 127.0.0.1:${server.port}`, "*"]) {
      await once(`${server.url}/file`, { ...trusting(), HTTPS_PROXY: proxyUrl(), NO_PROXY: list });
    }
    expect(proxy.asked).toEqual([]);
    await once(`${server.url}/file`, {
      ...trusting(),
      HTTPS_PROXY: proxyUrl(),
      NO_PROXY: "127.0.0.1:1,0.0.1",
    });
    expect(proxy.asked.splice(0)).toHaveLength(1);
  });

  it("says that the proxy wants a password, or is not there, or is no proxy", async () => {
    expect(await once(`${server.url}/file`, { HTTPS_PROXY: proxyUrl("") })).toContain("answers 407");
    expect(await once(`${server.url}/file`, { HTTPS_PROXY: "http://127.0.0.1:1" })).toContain(
      "127.0.0.1:1 refuses the connection",
    );
    expect(await once(`${server.url}/file`, { HTTPS_PROXY: "socks5://127.0.0.1:1080" })).toContain(
      "proxy-refused",
    );
  });
});
