import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tree } from "../../../src/core/tree/tree.ts";
import { clock, openSandboxBench, type Ran, type SandboxBench } from "./sandboxBench.ts";

let bench: SandboxBench;
beforeAll(async () => {
  bench = await openSandboxBench([
    "dash",
    "libc-bin",
    "coreutils",
    "findutils",
    "libcap2-bin",
    "attr",
    "passwd",
    "sed",
    "grep",
    "perl-base",
  ]);
});
afterAll(() => bench.close());

// Everything that a command can do to a tree, and then what it is like for the command itself.
const changes = `
groupadd --gid 1234 staffers
useradd --uid 1234 --gid 1234 --create-home ann
mkdir /srv/many; cd /srv/many
for id in 0 1 99 1234 33333 65534; do : > $id; chown $id:$id $id; done
cp /usr/bin/true /srv/capable; setcap cap_net_raw,cap_net_admin+ep /srv/capable
cp /usr/bin/true /srv/setuid; chmod 6755 /srv/setuid; chmod 1777 /srv
ln /usr/bin/true /srv/true-too; printf x >> /usr/bin/true
echo one > /srv/linked; ln /srv/linked /srv/linked2; ln /srv/linked /srv/linked3
truncate -s 3M /srv/sparse; printf data | dd of=/srv/sparse bs=1 seek=1500000 conv=notrunc status=none
truncate -s 200K /srv/smallsparse; printf end >> /srv/smallsparse
setfattr -n user.note -v hello /srv/linked; setfattr -n user.empty /srv
mkfifo -m 622 /srv/pipe
ln -s ../nowhere /srv/dangling; chown -h 7:8 /srv/dangling
rm /usr/bin/tac; rm -r /usr/share/perl5 /usr/lib/terminfo 2>/dev/null || :
mv /opt/old /opt/new
mv /opt/swap1 /opt/t; mv /opt/swap2 /opt/swap1; mv /opt/t /opt/swap2
rm /opt/file; mkdir /opt/file; echo in > /opt/file/inside
rm -r /opt/folder; ln -s file /opt/folder
rm /opt/link; mkdir /opt/link; echo new > /opt/link/b
chmod 700 /opt/mode; chown 5:6 /opt/owner
touch /opt/touched; touch -d @86400 /opt/dated
cp -p /opt/same /opt/t; rm /opt/same; mv /opt/t /opt/same
rm /opt/two1; rm /opt/unlink1; cp /opt/apart1 /opt/t; mv /opt/t /opt/apart1
echo "ünïcödé" > "/srv/na me
with newline"
`;

const report = `find / -xdev -mindepth 1 \\( -path /dev -o -path /proc -o -path /sys -o -path /run -o -path /tmp \\) -prune \
  -o -printf '%y %m %U %G %s %l|%p\\0' | sort -z | tr '\\0\\n' '\\n?'
echo ==; find / -xdev -type f -links +1 -printf '%i %p\\n' | sort
echo ==; getcap -r /srv | sort; echo ==; getfattr -R -P -h -d -m user. --absolute-names /srv | grep -v '^$'`;

async function opt(into: Parameters<Parameters<SandboxBench["layer"]>[0]>[0]): Promise<void> {
  const base = { uid: 0, gid: 0, mtime: 1000 };
  const file = async (path: string, text: string) =>
    into.add({ type: "file", path, mode: 0o644, ...base }, { bytes: Buffer.from(text) });
  for (const path of [
    "opt",
    "opt/old",
    "opt/old/deep",
    "opt/swap1",
    "opt/swap2",
    "opt/folder",
    "opt/target",
    "srv",
  ])
    await into.add({ type: "directory", path, mode: 0o755, ...base });
  for (const path of [
    "old/deep/a",
    "swap1/x",
    "swap2/x",
    "file",
    "folder/x",
    "mode",
    "owner",
    "touched",
    "dated",
    "same",
  ])
    await file(`opt/${path}`, path);
  await into.add({ type: "symlink", path: "opt/link", mode: 0o777, target: "target", ...base });
  await file("opt/target/a", "a");
  for (const name of ["two", "unlink", "apart", "kept"]) {
    await file(`opt/${name}1`, name);
    await into.add(
      { type: "file", path: `opt/${name}2`, mode: 0o644, ...base },
      { hardLink: `opt/${name}1` },
    );
  }
  await into.add({ type: "char", path: "opt/device", mode: 0o600, major: 1, minor: 3, ...base });
}

/** What `report` said, from the tree. */
function listing(tree: Tree): string[] {
  const letters = { file: "f", directory: "d", symlink: "l", fifo: "p", char: "c", block: "b" } as const;
  const covered = /^(dev|proc|sys|run|tmp)(\/|$)/;
  return tree.entries
    .filter(entry => !covered.test(entry.path) && entry.type !== "char")
    .map(entry => {
      const target = entry.type === "symlink" ? entry.target : "";
      const size =
        entry.type === "file" ? entry.size : entry.type === "symlink" ? Buffer.byteLength(target) : 0;
      const { mode, uid, gid, path } = entry;
      return `${letters[entry.type]} ${mode.toString(8)} ${uid} ${gid} ${size} ${target}|/${path.replace("\n", "?")}`;
    });
}

/** Sorted names of what has the same key, where that is more than one. */
function grouped<T>(items: readonly T[], key: (item: T) => string, name: (item: T) => string): string[][] {
  const groups = new Map<string, string[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), name(item)]);
  return [...groups.values()].filter(each => each.length > 1).map(each => each.sort());
}

describe("what a command changed", () => {
  let ran: Ran;
  let reported: readonly string[][];
  beforeAll(async () => {
    const below = [bench.base, await bench.layer(opt)];
    ran = await bench.run(`${changes}\n${report}`, {}, below);
    expect(ran.stderr).toEqual([]);
    expect(ran.outcome).toEqual({ exitCode: 0, timedOut: false });
    reported = ran.stdout
      .join("\n")
      .split("\n==\n")
      .map(part => part.split("\n"));
  });

  it("is exactly what the command saw", () => {
    // A folder's size is its file system's own.
    const seen = reported[0]?.map(line => line.replace(/^(d \d+ \d+ \d+) \d+/, "$1 0"));
    expect(listing(ran.tree).sort()).toEqual([...(seen ?? [])].sort());
  });

  it("has the same names for the same files", () => {
    const inode = (line: string) => line.slice(0, line.indexOf(" "));
    const groups = grouped(reported[1] ?? [], inode, line => line.slice(line.indexOf("/") + 1));
    const files = ran.tree.entries.filter(entry => entry.type === "file");
    const ours = grouped(
      files,
      entry => entry.hardLink ?? entry.path,
      entry => entry.path,
    );
    expect(ours.sort()).toEqual(groups.sort());
    expect(ours).toContainEqual(["srv/true-too", "usr/bin/true"]);
    expect(ours).toContainEqual(["opt/kept1", "opt/kept2"]);
    expect(ours).not.toContainEqual(["opt/apart1", "opt/apart2"]);
  });

  it("has capabilities, attributes, holes and contents", async () => {
    expect(reported[2]).toEqual(["/srv/capable cap_net_admin,cap_net_raw=ep"]);
    const capability = ran.tree.get("srv/capable")?.xattrs?.["security.capability"];
    // Version 2: without the user namespace that it was set in.
    expect(Buffer.from(capability ?? "", "base64").readUInt32LE(0) >>> 24).toBe(2);
    expect(ran.tree.get("srv/linked")?.xattrs).toEqual({
      "user.note": Buffer.from("hello").toString("base64"),
    });
    expect(ran.tree.get("srv")?.xattrs).toEqual({ "user.empty": "" });
    const sparse = ran.tree.get("srv/sparse");
    expect(sparse?.type === "file" && sparse.runs).toEqual([[1_499_136, 4096]]);
    expect((await ran.text("srv/sparse")).replaceAll("\0", "")).toBe("data");
    expect((await ran.text("srv/smallsparse")).replaceAll("\0", "")).toBe("end");
    expect(await ran.text("opt/new/deep/a")).toBe("old/deep/a");
    expect(await ran.text("opt/swap1/x")).toBe("swap2/x");
    expect(await ran.text("opt/link/b")).toBe("new\n");
    expect(ran.tree.get("opt/link/a")).toBeUndefined();
    expect(await ran.text("opt/target/a")).toBe("a");
    expect(await ran.text("etc/passwd")).toContain(":1234:1234::/home/ann:");
    expect(ran.tree.get("opt/device")).toMatchObject({ type: "char", major: 1, minor: 3 });
  });

  it("is all there is in the layer", () => {
    const paths = ran.layer.index.entries.map(entry => entry.path);
    for (const path of [
      "opt/touched",
      "opt/same",
      "opt/kept1",
      "opt/unlink2",
      "opt/target/a",
      "usr/bin/false",
      "opt",
    ])
      expect(paths).not.toContain(path);
    expect(paths.filter(path => /^(dev|proc|sys|run|tmp)/.test(path))).toEqual([]);
    expect(ran.layer.index.whiteouts).toContain("opt/old");
    expect(ran.layer.index.whiteouts).not.toContain("opt/old/deep");
    // What is new has the fixed time; a time that was set on purpose stays.
    expect(ran.tree.get("srv/linked")?.mtime).toBe(clock);
    expect(ran.tree.get("opt/dated")?.mtime).toBe(86_400);
    expect(ran.tree.get("opt/touched")?.mtime).toBe(1000);
  });

  it("gives the same bytes again", async () => {
    const again = await bench.run(changes, {}, [bench.base, await bench.layer(opt)]);
    expect(again.layer.digest).toBe(ran.layer.digest);
  });

  it("is nothing when the command changed nothing, or failed", async () => {
    const nothing = await bench.run(
      "cat /etc/passwd > /dev/null; cp -a /etc/passwd /tmp/; touch /usr/bin /usr/bin/true",
    );
    expect(nothing.layer.index).toEqual({ entries: [], whiteouts: [], opaque: [] });
    const failed = await bench.run("rm /usr/bin/tac; exit 7");
    expect(failed.outcome).toEqual({ exitCode: 7, timedOut: false });
    expect(failed.layer.index.whiteouts).toEqual([]);
  });

  it("leaves out sockets with a warning, and what still runs is ended first", async () => {
    const ran = await bench.run(`mkdir /opt
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("/opt/socket")) or die'
(while :; do echo more >> /opt/log; done) > /dev/null 2>&1 &
sleep 0.1`);
    expect(ran.stderr).toEqual([]);
    expect(await ran.text("opt/log")).toContain("more");
    expect(ran.tree.get("opt/socket")).toBeUndefined();
    expect(ran.warnings).toEqual(["The socket /opt/socket was left behind; an image cannot hold one."]);
  });

  it("runs as the user asked for, in the folder asked for", async () => {
    const ran = await bench.run("id -u; id -g; id -G; pwd; echo $HOME; touch mine; touch /usr/mine", {
      user: "nobody",
      cwd: "/tmp",
    });
    expect(ran.stdout.slice(0, 5)).toEqual(["65534", "65534", "65534", "/tmp", "/nonexistent"]);
    expect(ran.outcome.exitCode).toBe(1);
    const own = await bench.run("mkdir /opt; chown 1000:50 /opt", {});
    const below = [bench.base, own.layer];
    const made = await bench.run("echo $(id -u):$(id -g) > /opt/who", { user: "1000:50" }, below);
    expect(await made.text("opt/who")).toBe("1000:50\n");
    expect(made.tree.get("opt/who")).toMatchObject({ uid: 1000, gid: 50 });
  });

  it("shows files of the host to read, and nothing of them gets into the layer", async () => {
    const from = new URL(".", import.meta.url).pathname;
    const task = { mounts: [{ from, to: "/opt/here/tests" }] };
    const ran = await bench.run(
      "ls /opt/here/tests; stat -c %u /opt/here/tests; touch /opt/here/tests/x 2>&1 || echo no",
      task,
    );
    expect(ran.stdout).toContain("changes.test.ts");
    expect(ran.stdout.slice(-3)).toEqual(["0", expect.stringContaining("Read-only"), "no"]);
    expect(ran.layer.index.entries).toEqual([]);
  });

  it("has the host's programs and the tree beside them when asked for tools", async () => {
    const task = {
      system: { tools: ["tar"] },
      command: [
        "sh",
        "-euc",
        "test -e /usr/share; echo new > /target/etc/new; mkdir -m 700 /target/run/x; ls /target /etc",
      ],
    };
    const ran = await bench.run("", task);
    expect(ran.stderr).toEqual([]);
    expect(ran.layer.index.entries.map(entry => entry.path)).toEqual(["etc/new", "run/x"]);
  });
});
