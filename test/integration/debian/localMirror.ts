import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly depends?: string;
  /** Content by path in the package. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Maintainer scripts by name (`postinst`). */
  readonly scripts?: Readonly<Record<string, string>>;
}

/** A mirror of our own packages on this machine, and an apt configuration that knows no other. */
export interface LocalMirror {
  /** For `aptConfig`. */
  readonly config: string;
  readonly url: string;
  /** The public key that the lists are signed with; only of a signed mirror. */
  readonly keyring: string | undefined;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  /** Replaces what the mirror offers. */
  publish(...packages: readonly TestPackage[]): Promise<void>;
  /** Forgets a .deb that the lists still name. */
  lose(name: string): void;
  /** Changes the bytes of each .deb after its sum was published. */
  spoil(): void;
  /** Lets the next .deb stop half way and hang. */
  stall(): void;
  /** Breaks the connection in the middle of the next .deb. */
  breakOff(): void;
  /** Nobody listens any more. */
  goDown(): Promise<void>;
  close(): Promise<void>;
}

interface Faults {
  /** What happens half way through the next .deb. */
  half: "stall" | "break" | undefined;
  spoil: boolean;
}

export async function openMirror({ signed = false } = {}): Promise<LocalMirror> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-mirror-"));
  const signer = signed ? await makeSigner(folder) : undefined;
  const files = new Map<string, Buffer>();
  const asked: LocalMirror["asked"] = [];
  const faults: Faults = { half: undefined, spoil: false };
  const published = new Date(Date.now() - 60_000);
  const server = createServer((request, response) =>
    answer(request, response, files, asked, faults, published),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = join(folder, "apt");
  await mkdir(config);
  await writeFile(join(config, "sources.list"), `deb [trusted=yes] ${url}/ ./\n`);
  const goDown = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    config,
    url,
    keyring: signer?.keyring,
    asked,
    async publish(...packages) {
      files.clear();
      const stanzas: string[] = [];
      for (const each of packages) {
        const deb = await buildPackage(folder, each);
        const path = `pool/${each.name}_${each.version}_all.deb`;
        files.set(`/./${path}`, deb).set(`/${path}`, deb);
        stanzas.push(stanzaOf(each, path, deb));
      }
      const release = publishLists(files, stanzas.join("\n"));
      if (signer)
        for (const start of ["/", "/./"]) files.set(`${start}InRelease`, await signer.sign(release));
    },
    lose(name) {
      for (const path of [...files.keys()]) if (path.includes(`/${name}_`)) files.delete(path);
    },
    spoil() {
      faults.spoil = true;
    },
    stall() {
      faults.half = "stall";
    },
    breakOff() {
      faults.half = "break";
    },
    goDown,
    async close() {
      await goDown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answer(
  { url = "", headers }: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Buffer>,
  asked: LocalMirror["asked"],
  faults: Faults,
  published: Date,
): void {
  asked.push(url);
  let body = files.get(decodeURIComponent(url));
  if (!body) {
    response.writeHead(404, { "content-length": 0 }).end();
    return;
  }
  const isPackage = url.endsWith(".deb");
  if (isPackage && faults.spoil) body = Buffer.from(body.map(byte => byte ^ 1));
  const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
  const rest = body.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    "last-modified": published.toUTCString(),
    "content-length": rest.length,
    ...(from > 0 ? { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  });
  if (isPackage && faults.half !== undefined) {
    const breaks = faults.half === "break";
    faults.half = undefined;
    response.write(rest.subarray(0, rest.length >> 1), () => breaks && response.destroy());
  } else {
    response.end(rest);
  }
}

async function makeSigner(folder: string) {
  const home = join(folder, "gpg");
  await mkdir(home, { mode: 0o700 });
  const gpg = ["--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""];
  await run("gpg", [...gpg, "--quick-generate-key", "mirror@example.invalid", "ed25519", "sign", "never"]);
  const keyring = join(folder, "keyring.gpg");
  await run("gpg", [...gpg, "--output", keyring, "--export"]);
  await run("gpgconf", ["--homedir", home, "--kill", "all"]);
  return {
    keyring,
    async sign(release: Buffer): Promise<Buffer> {
      const [plain, made] = [join(folder, "Release"), join(folder, "InRelease")];
      await writeFile(plain, release);
      await run("gpg", [...gpg, "--yes", "--output", made, "--clear-sign", plain]);
      await run("gpgconf", ["--homedir", home, "--kill", "all"]);
      return readFile(made);
    },
  };
}

async function buildPackage(
  folder: string,
  { name, version, depends, files = {}, scripts = {} }: TestPackage,
): Promise<Buffer> {
  const tree = await mkdtemp(join(folder, "package-"));
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: all",
    "Maintainer: Test <test@example.invalid>",
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    "Description: a package of a test",
    "",
  ];
  await mkdir(join(tree, "DEBIAN"), { mode: 0o755 });
  await writeFile(join(tree, "DEBIAN", "control"), control.join("\n"));
  for (const [script, content] of Object.entries(scripts)) {
    await writeFile(join(tree, "DEBIAN", script), content, { mode: 0o755 });
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  const deb = join(folder, "built.deb");
  // The same package has the same sum each time.
  const env = { ...process.env, SOURCE_DATE_EPOCH: "0" };
  await run("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, deb], { env });
  return readFile(deb);
}

function stanzaOf({ name, version, depends }: TestPackage, path: string, deb: Buffer): string {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: all",
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    `Filename: ./${path}`,
    `Size: ${deb.length}`,
    `SHA256: ${sha256(deb)}`,
    "Description: a package of a test",
    "",
  ].join("\n");
}

function publishLists(files: Map<string, Buffer>, packages: string): Buffer {
  const list = Buffer.from(packages);
  const release = [
    "Suite: test",
    `Date: ${new Date().toUTCString()}`,
    "SHA256:",
    ` ${sha256(list)} ${list.length} Packages`,
    "",
  ];
  const text = Buffer.from(release.join("\n"));
  for (const start of ["/", "/./"]) {
    files.set(`${start}Packages`, list).set(`${start}Release`, text);
  }
  return text;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
