import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian's docker-registry on this machine. */
export interface LocalRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly port: number;
  /** Folder of its blobs and tags. */
  readonly storage: string;
  /** Requests since the last call, as `GET /v2/…`. */
  requests(): string[];
  /** Puts `layout:name` there as `repository:tag`, with all platforms. */
  push(layout: string, name: string, target: string): Promise<void>;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  readonly login?: { readonly user: string; readonly password: string };
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

export async function startRegistry(folder: string, options: RegistryOptions = {}): Promise<LocalRegistry> {
  const { login, certificate } = options;
  const port = await freePort();
  const storage = join(folder, "storage");
  await mkdir(storage, { recursive: true });
  const config = {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: "tests", ...(certificate ? { tls: certificate } : {}) },
    ...(login ? { auth: { htpasswd: { realm: "tests", path: join(folder, "htpasswd") } } } : {}),
  };
  if (login) await writeFile(join(folder, "htpasswd"), await passwordLine(login.user, login.password));
  const file = join(folder, "config.yml");
  await writeFile(file, JSON.stringify(config));
  const child = spawn("docker-registry", ["serve", file], { stdio: ["ignore", "pipe", "pipe"] });
  const closed = once(child, "close");
  let said = "";
  let seen: string[] = [];
  const take = (text: string) => {
    said = (said + text).slice(-4000);
    for (const [, request = ""] of text.matchAll(/"((?:GET|HEAD|PUT|POST|PATCH) \S+)/g)) seen.push(request);
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  const stop = async () => {
    child.kill("SIGKILL");
    await closed;
  };
  for (let tries = 0; !(await answers(port)); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`docker-registry did not start: ${said}`);
    await sleep(50);
  }
  const tls = [
    "--dest-tls-verify=false",
    ...(login ? ["--dest-creds", `${login.user}:${login.password}`] : []),
  ];
  return {
    ...{ host: `127.0.0.1:${port}`, port, storage, stop },
    requests() {
      const all = seen;
      seen = [];
      return all;
    },
    async push(layout, name, target) {
      const where = [`oci:${layout}:${name}`, `docker://127.0.0.1:${port}/${target}`];
      const kept = ["--all", "--preserve-digests", "--insecure-policy"];
      await run("skopeo", ["copy", ...kept, "--quiet", ...tls, ...where]);
    },
  };
}

async function passwordLine(user: string, password: string): Promise<string> {
  const { stdout } = await run("python3", [
    "-c",
    "import sys, crypt; print(sys.argv[1] + ':' + crypt.crypt(sys.argv[2], crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))",
    user,
    password,
  ]);
  return stdout.replace("$2b$", "$2y$");
}

async function answers(port: number): Promise<boolean> {
  try {
    await run("python3", ["-c", `import socket; socket.create_connection(("127.0.0.1", ${port}), 1)`]);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
