import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openNamespaces } from "../../../src/core/sandbox/namespaces/openNamespaces.ts";
import type { Sandbox } from "../../../src/core/sandbox/sandbox.ts";
import { openTreeFile } from "../../../src/core/tree/readFile.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { described, openVmBench, type VmBench } from "./vmBench.ts";

let bench: VmBench;
let vm: Sandbox;

beforeAll(async () => {
  bench = await openVmBench(["attr", "bash", "coreutils", "dash", "grep", "libcap2-bin", "passwd"]);
  vm = await bench.vm();
});
afterAll(() => bench.close());

/** One of everything that a layer can hold, and of what it must not. */
const everything = `
groupadd -g 1600 crew
useradd -M -u 1500 -G crew ann
mkdir -m 2755 -p /home/ann
echo hello > /home/ann/first
ln /home/ann/first /home/ann/second
ln /etc/passwd /etc/passwd-too
chown -R ann:crew /home/ann
mkdir -p /usr/local
cp /usr/bin/true /usr/local/ping
setfattr -n user.note -v "a note" /usr/local/ping
chmod 4755 /usr/local/ping
setcap cap_net_raw+ep /usr/local/ping
truncate -s 1M /var/holes
echo end >> /var/holes
mkfifo /var/fifo
ln -s ../nowhere /etc/dangling
mkdir -m 1777 /srv
rm /etc/nsswitch.conf
rm -r /usr/share/polkit-1
mv /etc/security /etc/renamed
touch -d @1000 /etc/old
chown 5:6 /etc/issue
echo left > /tmp/left; echo left > /run/left; echo left > /dev/shm/left
`;

describe("a command's changes", () => {
  it("come back with owners, modes, attributes, links, holes and what is gone", async () => {
    const { outcome, layer, stderr } = await bench.run(vm, everything);
    expect({ ...outcome, stderr }).toEqual({ exitCode: 0, timedOut: false, stderr: "" });
    const lines = described(layer);
    const clock = 1_600_000_000;
    const expected = [
      "gone etc/nsswitch.conf",
      "gone etc/security",
      "gone usr/share/polkit-1",
      `symlink etc/dangling 777 0:0 ${clock} {"target":"../nowhere"}`,
      'file etc/old 644 0:0 1000 {"size":0}',
      `directory home/ann 2755 1500:1600 ${clock} {}`,
      `file home/ann/first 644 1500:1600 ${clock} {"size":6}`,
      `file home/ann/second 644 1500:1600 ${clock} {"size":6,"link":"home/ann/first"}`,
      `directory srv 1777 0:0 ${clock} {}`,
      `fifo var/fifo 644 0:0 ${clock} {}`,
      `file var/holes 644 0:0 ${clock} {"size":1048580,"runs":[[1048576,4]]}`,
    ];
    expect(lines.filter(line => expected.includes(line))).toEqual(expected);
    const at = (path: string) => layer.index.entries.find(each => each.path === path);
    expect(at("usr/local/ping")).toMatchObject({
      mode: 0o4755,
      xattrs: {
        "security.capability": "AQAAAgAgAAAAAAAAAAAAAAAAAAA=",
        "user.note": Buffer.from("a note").toString("base64"),
      },
    });
    expect(at("etc/passwd-too")).toMatchObject({ hardLink: "etc/passwd" });
    expect(at("etc/issue")).toMatchObject({ uid: 5, gid: 6 });
    const paths = lines.map(line => line.split(" ")[1] ?? "");
    expect(paths.filter(path => /^(?:tmp|run|dev|proc|sys|lost\+found)(?:\/|$)/.test(path))).toEqual([]);
    expect(paths).not.toContain("etc/shells");
    const passwd = stackLayers([layer]).get("etc/passwd");
    const chunks: Buffer[] = [];
    if (passwd?.type === "file") for await (const chunk of openTreeFile(passwd)) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^ann:!:1500:100::\/home\/ann:/m);
  });

  it("are the same bytes each time", async () => {
    const [first, second] = [await bench.run(vm, everything), await bench.run(vm, everything)];
    expect([first.outcome.exitCode, first.layer.digest]).toEqual([0, second.layer.digest]);
  });

  it("are the same bytes as from namespaces", async () => {
    const namespaces = openNamespaces(bench.host, "the test wants it");
    const command = ["/bin/bash", "-c", "id; pwd; echo x > /tmp/x; ulimit -n -u -c; umask"];
    for (const more of [{}, { user: "daemon", cwd: "/tmp", command }]) {
      const script = "user" in more ? "" : everything;
      const [first, second] = [await bench.run(vm, script, more), await bench.run(namespaces, script, more)];
      expect(first.outcome.exitCode).toBe(0);
      expect(first).toEqual({ ...second, layer: { ...second.layer, blob: first.layer.blob } });
    }
  });

  it("are nothing when nothing changed, or the command failed", async () => {
    const same = "touch /etc/passwd; cp /etc/group /etc/x; mv /etc/x /etc/group; true";
    expect(described((await bench.run(vm, same)).layer)).toEqual([]);
    const failed = await bench.run(vm, "echo x > /etc/x; echo why >&2; exit 3");
    expect(failed.outcome).toEqual({ exitCode: 3, timedOut: false });
    expect(failed.stderr).toBe("why\n");
    expect(described(failed.layer)).toEqual([]);
  });
});

describe("what a command sees", () => {
  it("is a small system of its own, with few rights and no network", async () => {
    const script = `
pwd; id -u; hostname 2>/dev/null || cat /proc/sys/kernel/hostname; env | sort | grep -v -e ^PWD -e ^SHLVL -e ^_=
ls /sys /run /tmp /target 2>&1 | tr '\\n' ' '; echo
cat /proc/net/dev | grep -c : ; read -r line || echo "no input"
for each in "mknod /x c 1 3" "mount -t tmpfs x /mnt" "dd if=/dev/vda of=/x" "echo 1 > /proc/sys/kernel/hostname"; do
  sh -c "$each" 2>/dev/null && echo "could $each"; done
grep -E 'NoNewPrivs|CapEff' /proc/self/status
echo fine > /dev/null; echo out > /dev/stdout; [ -c /dev/urandom ] && ls -d /proc/[0-9]* | wc -l
`;
    const { stdout, outcome } = await bench.run(vm, `set +e; ${script}`, {
      env: { NAME: 'it\'s "quoted" $HOME' },
      command: ["/bin/bash", "-c", `set +e; ${script}`],
    });
    expect(outcome.exitCode).toBe(0);
    expect(stdout).toContain(`NAME=it's "quoted" $HOME\n`);
    expect(stdout).toContain("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n");
    expect(stdout).toContain("SOURCE_DATE_EPOCH=1600000000\n");
    expect(stdout).not.toMatch(/could |WHITTLE|LD_/);
    expect(stdout).toMatch(/^no input$/m);
    expect(stdout).toMatch(/NoNewPrivs:\t1/);
    expect(stdout).toMatch(/CapEff:\t00000000800405fb/);
    expect(stdout).toMatch(/^out$/m);
  });

  it("has the user, folder, input, files and folders that it was given", async () => {
    const folder = join(bench.folder, "given");
    await mkdir(join(folder, "inner"), { recursive: true });
    await writeFile(join(folder, "inner", "file"), "exactly\n");
    await writeFile(join(folder, "odd"), "x".repeat(777));
    const script = `
cat; pwd; cat /given/inner/file; stat -c %s /srv/odd; echo x 2>/dev/null > /given/new || echo "read only"
[ -d /srv ]; echo made > /var/made`;
    const { stdout, layer } = await bench.run(vm, script, {
      stdin: "from us\n",
      cwd: "/usr/bin",
      mounts: [
        { from: folder, to: "/given" },
        { from: join(folder, "odd"), to: "/srv/odd" },
      ],
    });
    expect(stdout).toBe("from us\n/usr/bin\nexactly\n777\nread only\n");
    expect(described(layer).map(line => line.split(" ")[1])).toEqual(["var/made"]);
  });

  it("is not there at all when the program is missing", async () => {
    await expect(bench.run(vm, "", { command: ["no-such-program"] })).rejects.toMatchObject({
      code: "sandbox-failed",
      message: expect.stringContaining("no-such-program cannot be started: No such file or directory"),
    });
  });

  it("has the network only when it was asked for", async () => {
    const script = "grep -o 'eth0' /proc/net/dev || echo none; cat /etc/resolv.conf";
    expect((await bench.run(vm, script)).stdout).toBe("none\n");
    expect((await bench.run(vm, script, { network: true })).stdout).toBe("eth0\nnameserver 10.0.2.3\n");
  });

  it("has programs of its own beside a tree that has none", async () => {
    const tree = stackLayers([]);
    const script =
      "zstd --version | grep -c Zstandard; mkdir -p /target/etc; echo x > /target/etc/x; ls /target";
    const { stdout, layer } = await bench.run(vm, script, { tree, system: { tools: ["zstd"] } });
    expect(stdout).toBe("1\ndev\netc\nproc\nsys\n");
    expect(described(layer).map(line => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "directory etc",
      "file etc/x",
    ]);
  });
});
