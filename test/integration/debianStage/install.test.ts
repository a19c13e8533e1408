import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { debian } from "../../../src/core/stages/debian.ts";
import { readTar } from "../../../src/core/tree/tarRead.ts";
import { openMirror } from "../debian/localMirror.ts";
import { openStageBench, type Ran, type StageBench } from "../debian/stageBench.ts";

const run = promisify(execFile);
const signal = new AbortController().signal;
const suite = "bookworm";
const mirrors = [
  `deb http://deb.debian.org/debian ${suite} main`,
  `deb http://deb.debian.org/debian-security ${suite}-security main`,
];
// The quickest system that is one.
const small = { suite, variant: "essential", packages: ["usr-is-merged"], mirrors };
/** Seconds since 1970, as openStageBench() has it. */
const clock = 7;

// Systems are installed here, on machines that may be slow and busy.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

let bench: StageBench;
beforeAll(async () => {
  bench = await openStageBench();
});
afterAll(() => bench.close());

/** What is left of the work besides lists, packages and layers. */
async function leftovers(): Promise<string[]> {
  const names = await readdir(bench.folder, { recursive: true });
  return names.filter(name => /(?:^|\/)tmp\/.|\.lock|\.mine|^scratch-/.test(name));
}

type Told = Record<string, string>;

/** Type, mode, owner, time, link and content of all that a tar has, by path. */
async function toldByTar(path: string): Promise<Told> {
  const told: Told = {};
  for await (const member of readTar(createReadStream(path), signal)) {
    const name = member.name.replace(/^\.?\/*|\/*$/g, "");
    const hash = createHash("sha256");
    for await (const piece of member.content) hash.update(piece);
    const first = member.type === "hardlink" ? member.link.replace(/^\.\//, "") : undefined;
    const { mode, uid, gid, mtime, link, major, minor, xattrs } = member;
    const content = member.type === "file" ? hash.digest("hex") : "";
    told[name] =
      first === undefined
        ? JSON.stringify([member.type, mode, uid, gid, mtime, link, major, minor, xattrs ?? {}, content])
        : (told[first] ?? "no such file");
  }
  delete told[""];
  return told;
}

describe("debian", () => {
  it("makes what mmdebstrap makes, but for traces of the host and the sources", async () => {
    const ran = await bench.run(debian, { suite, mirrors, packages: ["dbus"] });
    const temp = join(bench.folder, "plain");
    await mkdir(temp);
    for (const folder of [bench.folder, temp]) await chmod(folder, 0o777);
    const plain = join(temp, "plain.tar");
    const env = { ...process.env, TMPDIR: temp, SOURCE_DATE_EPOCH: String(clock) };
    await run(
      "mmdebstrap",
      ["--mode=unshare", "--variant=minbase", "--include=dbus", suite, plain, ...mirrors],
      { env },
    );
    const theirs = await toldByTar(plain);
    const ours = await toldByTar(ran.layer.blob);
    for (const path of ["etc/hostname", "etc/resolv.conf"]) delete theirs[path];
    for (const told of [ours, theirs]) delete told["etc/apt/sources.list"];
    expect(ours).toEqual(theirs);
    expect(await ran.text("etc/apt/sources.list")).toBe(mirrors.map(line => `${line}\n`).join(""));
    expect(await leftovers()).toEqual([]);
  });

  it("tells how far it is, and gives the same bytes with another cache in another folder", async () => {
    const seen: Seen[] = [];
    const first = await bench.run(debian, small, undefined, {
      onProgress: (...each) => void seen.push(each),
    });
    expectSteady(seen);
    expect(first.log.some(line => line.startsWith("Setting up "))).toBe(true);
    await expectNoTrace(first);
    const other = await openStageBench();
    try {
      const second = await other.run(debian, small);
      expect(second.layer.digest).toBe(first.layer.digest);
    } finally {
      await other.close();
    }
  });

  it("names the package whose script failed, on its place in the recipe, and keeps nothing", async () => {
    const mirror = await openMirror();
    try {
      const postinst = "#!/bin/sh\necho no luck today >&2\nexit 3\n";
      await mirror.publish({ name: "whittle-broken", version: "1", scripts: { postinst } });
      const given = {
        ...small,
        packages: ["usr-is-merged", "whittle-broken"],
        mirrors: [...mirrors, `deb [trusted=yes] ${mirror.url}/ ./`],
      };
      const log: string[] = [];
      const failing = bench.run(debian, given, undefined, { onLog: line => log.push(line) });
      await expect(failing).rejects.toMatchObject({
        code: "debian-install-failed",
        message: expect.stringMatching(/whittle-broken could not be installed: .*exit status 3/),
        placedAt: ["packages", 1],
      });
      expect(log).toContain("no luck today");
      expect(await leftovers()).toEqual([]);
    } finally {
      await mirror.close();
    }
  });

  it("stops at once when told to, in the middle of the installation, and leaves nothing", async () => {
    const stop = new AbortController();
    let stopped = 0;
    const onLog = (line: string) => {
      if (!line.startsWith("Setting up ") || stopped > 0) return;
      stopped = performance.now();
      stop.abort(new Error("enough"));
    };
    const running = bench.run(debian, small, undefined, { signal: stop.signal, onLog });
    await expect(running).rejects.toThrow("enough");
    expect(performance.now() - stopped).toBeLessThan(5000);
    expect(await leftovers()).toEqual([]);
    const { stdout } = await run("ps", ["-eo", "args"]);
    expect(stdout).not.toContain(bench.folder);
  });

  it("only unpacks with extract, without running anything of the packages", async () => {
    const mirror = await openMirror();
    try {
      const scripts = { postinst: "#!/bin/sh\nexit 1\n" };
      await mirror.publish({
        name: "whittle-data",
        version: "1",
        scripts,
        files: { "usr/share/data": "here" },
      });
      const ran = await bench.run(debian, {
        suite: "test",
        variant: "extract",
        packages: ["whittle-data"],
        mirrors: [`deb [trusted=yes] ${mirror.url}/ ./`],
      });
      expect(await ran.text("usr/share/data")).toBe("here");
      expect(ran.paths).not.toContain("etc/hostname");
    } finally {
      await mirror.close();
    }
  });

  it("places what is wrong on the parameter that says it", async () => {
    await expect(
      bench.run(debian, { ...small, packages: ["usr-is-merged", "systmd"] }),
    ).rejects.toMatchObject({
      code: "package-unknown",
      advice: expect.stringContaining("systemd"),
      placedAt: ["packages", 1],
    });
    await expect(
      bench.run(debian, { suite: "bookwurm", mirrors: [mirrors[0]?.split(" ")[1]] }),
    ).rejects.toMatchObject({
      code: "packages-unreachable",
      placedAt: ["mirrors"],
    });
    const arch = bench.host.arch === "x86_64" ? "aarch64" : "x86_64";
    await expect(bench.run(debian, small, arch)).rejects.toMatchObject({ code: "debian-foreign-arch" });
  });
});

type Seen = [done: number, total: number | undefined, unit: string];

/** Bytes of all packages, then each package unpacked and set up; never backwards, and to the end. */
function expectSteady(seen: readonly Seen[]): void {
  const units = [...new Set(seen.map(([, , unit]) => unit))];
  expect(units).toEqual(["bytes", "items"]);
  for (const unit of units) {
    const part = seen.filter(each => each[2] === unit);
    expect(part.length).toBeGreaterThan(1);
    expect(part.every(([done], index) => done >= (part[index - 1]?.[0] ?? 0))).toBe(true);
    const [done, total] = part.at(-1) ?? [];
    expect(done).toBe(total);
  }
}

async function expectNoTrace(ran: Ran): Promise<void> {
  const inImage = new Set(ran.paths);
  for (const path of [
    "packages",
    "etc/hostname",
    "etc/resolv.conf",
    "var/log/dpkg.log",
    "usr/sbin/policy-rc.d",
  ]) {
    expect(inImage).not.toContain(path);
  }
  expect(
    ran.paths.filter(path => /^(?:tmp|run|var\/lib\/apt\/lists|var\/cache\/apt)\/.*[^/]$/.test(path)),
  ).toEqual([
    "run/lock",
    "var/cache/apt/archives",
    "var/cache/apt/archives/lock",
    "var/cache/apt/archives/partial",
    "var/lib/apt/lists/lock",
    "var/lib/apt/lists/partial",
  ]);
  const bytes = await readFile(ran.layer.blob);
  for (const word of [bench.folder, "file:/target"]) expect(bytes.includes(word)).toBe(false);
  for (const { mtime } of ran.layer.index.entries) expect(mtime).toBeLessThanOrEqual(clock);
}
