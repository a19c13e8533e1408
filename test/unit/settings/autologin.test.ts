import { describe, expect, it } from "vitest";
import { autologin } from "../../../src/core/stages/autologin.ts";
import { filesLayer } from "../tree/layers.ts";
import { runSettings } from "./settingsRun.ts";

const passwd = { "etc/passwd": "root:x:0:0::/root:/bin/sh\ndemo:x:1000:1000::/:/bin/sh\n" };
const busybox = {
  ...passwd,
  "bin/busybox": "x",
  "sbin/init": "-> ../bin/busybox",
  "bin/login": "-> busybox",
};
const unit = (command: string) => `[Service]\nExecStart=${command}\n[Install]\nWantedBy=x\n`;
const systemd = {
  ...passwd,
  lib: "-> usr/lib",
  "usr/lib/systemd/systemd": "x",
  "usr/lib/systemd/system/getty@.service": unit("-/sbin/agetty -o '-p -- \\\\u' --noclear - $TERM"),
  "usr/lib/systemd/system/serial-getty@.service": unit("-/sbin/agetty --keep-baud 115200,9600 - $TERM"),
};

const run = async (parameters: unknown, files: Record<string, string>) =>
  runSettings(autologin, parameters, [await filesLayer(files)]);

describe("autologin with systemd", () => {
  it("adds to what the tree's units start", async () => {
    const { layer, text } = await run("root", systemd);
    const folder = "etc/systemd/system";
    expect(layer.index.entries.map(entry => entry.path)).toEqual([
      `${folder}/getty@.service.d/autologin.conf`,
      `${folder}/serial-getty@.service.d/autologin.conf`,
    ]);
    expect(await text(`${folder}/getty@.service.d/autologin.conf`)).toBe(
      "[Service]\nExecStart=\nExecStart=-/sbin/agetty -o '-p -f -- \\\\u' --autologin root --noclear - $TERM\n",
    );
    expect(await text(`${folder}/serial-getty@.service.d/autologin.conf`)).toContain(
      "ExecStart=-/sbin/agetty -o '-p -f -- \\\\u' --autologin root --keep-baud 115200,9600 - $TERM\n",
    );
  });

  it("is held to the terminals that are named", async () => {
    const { layer } = await run({ user: "demo", tty: ["ttyS0", "tty2"] }, systemd);
    expect(layer.index.entries.map(entry => entry.path.split("/")[3])).toEqual([
      "getty@tty2.service.d",
      "serial-getty@ttyS0.service.d",
    ]);
  });

  it("is refused where nothing starts agetty", async () => {
    const {
      "usr/lib/systemd/system/getty@.service": _,
      "usr/lib/systemd/system/serial-getty@.service": __,
      ...bare
    } = systemd;
    await expect(run("root", bare)).rejects.toMatchObject({ code: "autologin-impossible" });
  });
});

describe("autologin with BusyBox", () => {
  const tab =
    "# c\n::sysinit:/etc/init.d/rcS\ntty1::respawn:/sbin/getty 38400 tty1\nttyS0::askfirst:-/bin/sh\n::shutdown:/bin/x\n";

  it("turns the lines that offer a login", async () => {
    expect(await (await run("demo", { ...busybox, "etc/inittab": tab })).text("etc/inittab")).toBe(
      "# c\n::sysinit:/etc/init.d/rcS\ntty1::respawn:-/bin/login -f demo\nttyS0::respawn:-/bin/login -f demo\n::shutdown:/bin/x\n",
    );
  });

  it("turns those that are named and adds those that are missing", async () => {
    const { text } = await run({ user: "root", tty: ["tty1", "hvc0"] }, { ...busybox, "etc/inittab": tab });
    expect(await text("etc/inittab")).toBe(
      "# c\n::sysinit:/etc/init.d/rcS\ntty1::respawn:-/bin/login -f root\nttyS0::askfirst:-/bin/sh\n::shutdown:/bin/x\nhvc0::respawn:-/bin/login -f root\n",
    );
  });

  it("writes a whole inittab where there is none, and does without login for root", async () => {
    const { "bin/login": _, ...bare } = busybox;
    const made = await (await run("root", { ...bare, "bin/sh": "-> busybox" })).text("etc/inittab");
    expect(made).toMatch(/^::sysinit:\/etc\/init\.d\/rcS\n[\s\S]*\n::respawn:-\/bin\/sh\n$/);
    await expect(run("demo", bare)).rejects.toMatchObject({ code: "autologin-impossible" });
  });
});

describe("autologin elsewhere", () => {
  it("gives sysvinit's gettys a user, and keeps their other options", async () => {
    const tab = "1:2345:respawn:/sbin/getty --noclear 38400 tty1\n#T0:23:respawn:/sbin/getty -L ttyS0 9600\n";
    const { text } = await run("root", { ...passwd, "sbin/init": "x", "etc/inittab": tab });
    expect(await text("etc/inittab")).toBe(
      "1:2345:respawn:/sbin/getty --autologin root --noclear 38400 tty1\n#T0:23:respawn:/sbin/getty -L ttyS0 9600\n",
    );
    const outcome = run(
      { user: "root", tty: ["ttyS0"] },
      { ...passwd, "sbin/init": "x", "etc/inittab": tab },
    );
    await expect(outcome).rejects.toMatchObject({ message: expect.stringContaining("ttyS0") });
  });

  it("is refused for users and systems that are not known", async () => {
    await expect(run({ user: "demoo" }, busybox)).rejects.toMatchObject({
      code: "user-unknown",
      placedAt: ["user"],
      advice: "Did you mean `demo`?",
    });
    await expect(run("root", passwd)).rejects.toMatchObject({ code: "autologin-impossible" });
  });
});
