import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, lutimes, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface TestPackage {
  readonly name: string;
  /** Default 1.0-1. */
  readonly version?: string;
  readonly depends?: readonly string[];
  readonly provides?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly groups?: readonly string[];
  /** Content by path; with a mode after a colon for programs (`usr/bin/x:755`). */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Target by path. */
  readonly links?: Readonly<Record<string, string>>;
  /** Install script. */
  readonly install?: string;
}

/** A key that packages are signed with, in a gpg home of its own. */
export interface TestKey {
  readonly home: string;
  readonly fingerprint: string;
  /** File with the public key. */
  readonly path: string;
}

/** A pacman repository of our own packages in a folder, also served on this machine. */
export interface LocalRepository {
  readonly name: string;
  readonly folder: string;
  /** Addresses for `servers`. */
  readonly fileUrl: string;
  readonly url: string;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  /** Replaces what the repository offers. @param key signs each package. */
  publish(packages: readonly TestPackage[], options?: PublishOptions): Promise<void>;
  goDown(): Promise<void>;
  close(): Promise<void>;
}

export interface PublishOptions {
  readonly key?: TestKey | undefined;
  /** Without it the database does not hold the signatures, only files beside the packages do. */
  readonly signaturesInDatabase?: boolean;
}

export async function openRepository(name = "test"): Promise<LocalRepository> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-repository-"));
  const asked: string[] = [];
  const server = createServer((request, response) => void answer(folder, asked, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const goDown = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    ...{ name, folder, asked, goDown },
    fileUrl: `file://${folder}`,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async publish(packages, { key, signaturesInDatabase = true } = {}) {
      for (const old of await readdir(folder)) await rm(join(folder, old), { recursive: true });
      const made = [];
      for (const each of packages) made.push(await makePackage(folder, each));
      if (key && signaturesInDatabase) await sign(key, made);
      await run("repo-add", ["-q", join(folder, `${name}.db.tar.gz`), ...made]);
      if (key && !signaturesInDatabase) await sign(key, made);
    },
    async close() {
      await goDown();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answer(
  folder: string,
  asked: string[],
  { url = "" }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  asked.push(url);
  const body = await readFile(join(folder, basename(decodeURIComponent(url)))).catch(() => undefined);
  if (body) response.writeHead(200, { "content-length": body.length }).end(body);
  else response.writeHead(404, { "content-length": 0 }).end();
}

/** Makes a package as makepkg lays it out; makepkg itself refuses to be root. @returns path of the file. */
export async function makePackage(folder: string, given: TestPackage): Promise<string> {
  const { name, version = "1.0-1", files = {}, links = {}, install } = given;
  const tree = await mkdtemp(join(tmpdir(), "whittle-package-"));
  try {
    for (const [key, content] of Object.entries(files)) {
      const [path = "", mode = "644"] = key.split(":");
      await mkdir(join(tree, dirname(path)), { recursive: true, mode: 0o755 });
      await writeFile(join(tree, path), content);
      await chmod(join(tree, path), Number.parseInt(mode, 8));
    }
    for (const [path, target] of Object.entries(links)) {
      await mkdir(join(tree, dirname(path)), { recursive: true, mode: 0o755 });
      await symlink(target, join(tree, path));
    }
    const list = (key: string, values: readonly string[] = []) => values.map(each => `${key} = ${each}\n`);
    const info = [
      ...[`pkgname = ${name}\n`, `pkgver = ${version}\n`, "pkgdesc = made by a test\n"],
      ...[
        "builddate = 1600000000\n",
        "packager = Test <test@example.invalid>\n",
        "size = 1000\n",
        "arch = any\n",
      ],
      ...[...list("group", given.groups), ...list("depend", given.depends)],
      ...[...list("provides", given.provides), ...list("conflict", given.conflicts)],
    ];
    await writeFile(join(tree, ".PKGINFO"), info.join(""));
    if (install !== undefined) await writeFile(join(tree, ".INSTALL"), install);
    await sameTimes(tree);
    const owner = ["--uid", "0", "--gid", "0", "--uname", "root", "--gname", "root"];
    const all = (await readdir(tree)).sort();
    const kinds = "!all,use-set,type,uid,gid,mode,time,size,sha256,link,gzip:!timestamp";
    await run(
      "bsdtar",
      ["-czf", ".MTREE", "--format=mtree", `--options=${kinds}`, ...owner.slice(0, 4), ...all],
      {
        cwd: tree,
      },
    );
    await sameTimes(tree);
    const path = join(folder, `${name}-${version}-any.pkg.tar.zst`);
    await run("bsdtar", ["--zstd", "-cf", path, ...owner, ".MTREE", ...all], { cwd: tree });
    return path;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

async function sameTimes(tree: string): Promise<void> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  for (const each of entries) await lutimes(join(each.parentPath, each.name), 1_600_000_000, 1_600_000_000);
}

/** A key that nobody knows, in a home that is removed with `folder`. */
export async function makeKey(folder: string, name: string): Promise<TestKey> {
  const home = await mkdtemp(join(folder, "gpg-"));
  const gpg = (...args: string[]) => run("gpg", ["--homedir", home, "--batch", "--quiet", ...args]);
  await gpg(
    "--passphrase",
    "",
    "--quick-gen-key",
    `${name} <${name}@example.invalid>`,
    "ed25519",
    "sign",
    "never",
  );
  const { stdout } = await gpg("--list-keys", "--with-colons");
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? "";
  const path = join(folder, `${name}.gpg`);
  await gpg("--output", path, "--export", fingerprint);
  return { home, fingerprint, path };
}

/** Lets `signer` vouch for the key of `signed`, whose file is written anew. */
export async function vouch(signer: TestKey, signed: TestKey): Promise<void> {
  const gpg = (home: string, ...args: string[]) =>
    run("gpg", ["--homedir", home, "--batch", "--quiet", "--yes", ...args]);
  await gpg(signer.home, "--import", signed.path);
  await gpg(signer.home, "--quick-sign-key", signed.fingerprint);
  await gpg(signer.home, "--output", signed.path, "--export", signed.fingerprint);
}

/** Ends the agent that a key's home has. */
export async function forgetKey(key: TestKey): Promise<void> {
  await run("gpgconf", ["--homedir", key.home, "--kill", "all"]);
}

async function sign({ home }: TestKey, paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await run("gpg", ["--homedir", home, "--batch", "--quiet", "--yes", "--detach-sign", path]);
}
