import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { presets } from "../../../src/core/stages/presets.ts";
import { runSettings } from "../../unit/settings/settingsRun.ts";
import { filesLayer } from "../../unit/tree/layers.ts";

let outside: string;
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "whittle-outside-"));
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const units = "usr/lib/systemd/system";
const unit = (install = "") => `[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\n${install}`;
const wanted = "[Install]\nWantedBy=multi-user.target\n";
const image = {
  lib: "-> usr/lib",
  "usr/lib/systemd/systemd": "x",
  [`${units}/multi-user.target`]: "[Unit]\n",
  [`${units}/graphical.target`]: "[Unit]\n",
  [`${units}/ssh.service`]: unit(`${wanted}Alias=sshd.service\n`),
  [`${units}/getty@.service`]: unit("[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n"),
  [`${units}/static.service`]: unit(),
  [`${units}/by-preset.service`]: unit(wanted),
  [`${units}/off.service`]: unit(wanted),
  "usr/lib/systemd/system-preset/90-x.preset": "enable by-preset.service\ndisable *\n",
  "etc/systemd/system/multi-user.target.wants/off.service": "-> /lib/systemd/system/off.service",
  "etc/init.d/old": "#!/bin/sh\n",
};

const config = "etc/systemd/system";
const run = async (parameters: unknown, files: Record<string, string> = image) =>
  runSettings(presets, parameters, [await filesLayer(files)]);
const links = ({ layer }: Awaited<ReturnType<typeof run>>) =>
  layer.index.entries.flatMap(entry => (entry.type === "symlink" ? [[entry.path, entry.target]] : []));

describe("presets with systemd", () => {
  it("does what systemctl does, owned by root", async () => {
    const done = await run({
      enable: ["ssh", "getty@tty5.service"],
      disable: ["off.service"],
      mask: ["static.service"],
      default_target: "graphical.target",
    });
    expect(links(done)).toEqual([
      [`${config}/default.target`, expect.stringContaining("systemd/system/graphical.target")],
      [
        `${config}/getty.target.wants/getty@tty5.service`,
        expect.stringContaining("systemd/system/getty@.service"),
      ],
      [
        `${config}/multi-user.target.wants/ssh.service`,
        expect.stringContaining("systemd/system/ssh.service"),
      ],
      [`${config}/sshd.service`, expect.stringContaining("systemd/system/ssh.service")],
      [`${config}/static.service`, "/dev/null"],
    ]);
    for (const { uid, gid, mtime } of done.layer.index.entries) expect([uid, gid, mtime]).toEqual([0, 0, 0]);
    expect(done.tree.get(`${config}/multi-user.target.wants/off.service`)).toBeUndefined();
    expect(done.tree.get(`${config}/multi-user.target.wants`)).toBeDefined();
    expect(done.said).not.toContain(tmpdir());
  });

  it("follows the image's preset files, and single units after them", async () => {
    const done = await run({ preset_all: true, enable: ["ssh.service"] });
    expect(links(done).map(([path]) => path)).toEqual([
      `${config}/multi-user.target.wants/by-preset.service`,
      `${config}/multi-user.target.wants/ssh.service`,
      `${config}/sshd.service`,
    ]);
    expect(done.tree.get(`${config}/multi-user.target.wants/off.service`)).toBeUndefined();
  });

  it("takes a folder away that nothing is left in, and changes nothing where nothing is to be done", async () => {
    const done = await run({ disable: ["off.service"] });
    expect(done.layer.index).toMatchObject({ entries: [], whiteouts: [`${config}/multi-user.target.wants`] });
    expect((await run({ enable: ["off.service"] })).layer.index).toEqual({
      entries: [],
      whiteouts: [],
      opaque: [],
    });
  });

  it("warns of a unit that cannot be enabled", async () => {
    expect((await run({ enable: ["static"] })).warnings).toEqual([
      expect.stringMatching(/^static\.service has no section/),
    ]);
  });

  it("is the same for every user of this machine", async () => {
    const [one, other] = [await run({ preset_all: true }), await run({ preset_all: true })];
    expect(one.layer.digest).toBe(other.layer.digest);
  });

  it.each([
    ["a unit", { enable: ["ssh", "by-prest.service"] }, ["enable", 1], "`by-preset.service`"],
    ["a unit that is only a script", { disable: ["old"] }, ["disable", 0], "/etc/init.d/old"],
    ["a unit to mask", { mask: ["sttic.service"] }, ["mask", 0], "`static.service`"],
    ["a target", { default_target: "multiuser.target" }, ["default_target"], "`multi-user.target`"],
  ])("refuses %s that is not there, and says what is near", async (_, parameters, placedAt, advice) => {
    await expect(run(parameters)).rejects.toMatchObject({
      code: "unit-unknown",
      placedAt,
      advice: expect.stringContaining(advice),
    });
  });

  it("masks what is only made at boot", async () => {
    expect(links(await run({ mask: ["dev-sda1.swap"] }))).toEqual([[`${config}/dev-sda1.swap`, "/dev/null"]]);
  });

  it("passes on what systemctl refuses", async () => {
    const masked = { ...image, [`${config}/ssh.service`]: "-> /dev/null" };
    await expect(run({ enable: ["ssh.service"] }, masked)).rejects.toMatchObject({
      code: "unit-refused",
      placedAt: ["enable", 0],
      message: expect.stringContaining("masked"),
    });
  });

  it("refuses a unit in two lists before anything is done", async () => {
    await expect(run({ enable: ["ssh"], mask: ["ssh.service"] })).rejects.toMatchObject({
      code: "unit-twice",
      placedAt: ["mask", 0],
    });
  });

  it.each([
    ["the folder for links", `${config}/multi-user.target.wants`],
    ["the folder for all units", config],
    ["the folder above", "etc/systemd"],
  ])("writes nothing to this machine when the tree makes %s a link", async (_, path) => {
    mkdirSync(join(outside, "system/multi-user.target.wants"), { recursive: true });
    const { [`${config}/multi-user.target.wants/off.service`]: __, ...rest } = image;
    const inside = outside.slice(1);
    const done = await run(
      { enable: ["ssh"] },
      {
        ...rest,
        [`${dirname(path)}/`]: "",
        [path]: `-> ${outside}`,
        [`${inside}/system/multi-user.target.wants/`]: "",
      },
    );
    expect(readdirSync(join(outside, "system/multi-user.target.wants"))).toEqual([]);
    expect(readdirSync(outside)).toEqual(["system"]);
    expect(done.layer.index.entries.some(entry => entry.path.endsWith("/ssh.service"))).toBe(true);
    expect(
      done.tree.entries.some(
        entry =>
          entry.path === `${config}/multi-user.target.wants/ssh.service` ||
          (entry.path.startsWith(inside) && entry.path.endsWith("/ssh.service")),
      ),
    ).toBe(true);
  });

  it("names the package of systemctl where it is missing", async () => {
    const below = await filesLayer(image);
    const outcome = runSettings(presets, { enable: ["ssh"] }, [below], { env: { PATH: "/nowhere" } });
    if (["/usr/sbin", "/sbin", "/usr/local/sbin"].some(folder => existsSync(`${folder}/systemctl`))) return;
    await expect(outcome).rejects.toMatchObject({
      code: "tool-missing",
      advice: expect.stringContaining("systemd"),
    });
  });

  it("gives what systemctl gives in a real folder", async () => {
    const root = join(outside, "real");
    mkdirSync(join(root, units), { recursive: true });
    const { writeFileSync } = await import("node:fs");
    for (const [path, text] of Object.entries(image)) {
      if (text.startsWith("-> ")) continue;
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    execFileSync("systemctl", [`--root=${root}`, "enable", "ssh.service", "getty@tty5.service"], {
      stdio: "ignore",
    });
    const found = readdirSync(join(root, config), { recursive: true, encoding: "utf8" }).filter(name =>
      name.endsWith("e"),
    );
    const { [`${config}/multi-user.target.wants/off.service`]: _, ...rest } = image;
    const done = await run({ enable: ["ssh.service", "getty@tty5.service"] }, rest);
    expect(links(done).map(([path]) => path)).toEqual(found.map(name => `${config}/${name}`).sort());
  });
});

describe("presets elsewhere", () => {
  const openrc = {
    "sbin/openrc": "x",
    "etc/init.d/sshd": "x",
    "etc/init.d/syslog": "x",
    "etc/runlevels/boot/syslog": "-> /etc/init.d/syslog",
    "etc/runlevels/default/": "",
  };

  it("links OpenRC's services into their runlevel and takes them out of all", async () => {
    const done = await run({ enable: ["sshd"], disable: ["syslog"] }, openrc);
    expect(done.tree.get("etc/runlevels/default/sshd")).toMatchObject({ target: "/etc/init.d/sshd" });
    expect(done.tree.get("etc/runlevels/boot/syslog")).toBeUndefined();
    await expect(run({ enable: ["ssh"] }, openrc)).rejects.toMatchObject({
      code: "unit-unknown",
      placedAt: ["enable", 0],
      advice: "Did you mean `sshd`?",
    });
    await expect(run({ mask: ["sshd"] }, openrc)).rejects.toMatchObject({
      code: "no-services",
      placedAt: ["mask"],
    });
  });

  it.each([
    [{ "bin/busybox": "x", "sbin/init": "-> ../bin/busybox" }, "BusyBox"],
    [{ "sbin/init": "x", "etc/inittab": "x" }, "sysvinit"],
    [{ "etc/passwd": "x" }, "no /sbin/init"],
  ])("is refused where the tree has %j", async (files, what) => {
    await expect(run({ enable: ["ssh"] }, files as unknown as Record<string, string>)).rejects.toMatchObject({
      code: "no-services",
      placedAt: [],
      message: expect.stringContaining(what),
    });
  });
});
