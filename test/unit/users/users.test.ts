import { describe, expect, it } from "vitest";
import { users } from "../../../src/core/stages/users.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { runSettings, type SettingsOptions } from "../settings/settingsRun.ts";
import { file, filesLayer, folder, layerOf, link } from "../tree/layers.ts";

const hash = "$6$salt$xPM2dbHZC4nGPaKdfw9uZDAJ8EPtTKl5vL53EGP5eQxzmNZe4/4PB2ZPpvPyKhz0wAx4pwZfMXPuHD5Dx6HHl.";
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5vbZ me@example";

const debian = (): Promise<Layer> =>
  layerOf(async layer => {
    const text = (content: string) => ({ bytes: Buffer.from(content, "latin1") });
    await layer.add(
      file("etc/passwd"),
      text(
        "root:x:0:0:root:/root:/bin/bash\n# \xff odd\ndaemon:x:1:1::/:/usr/sbin/nologin\nbob:x:1000:1000:Bob,,,:/home/bob:/bin/bash\n",
      ),
    );
    await layer.add(file("etc/group"), text("root:x:0:\nshadow:x:42:\nsudo:x:27:bob\nbob:x:1000:\n"));
    await layer.add(
      file("etc/shadow", { mode: 0o640, gid: 42 }),
      text("root:*:19000:0:99999:7:::\nbob:$y$old:19000:0:99999:7:::\n"),
    );
    await layer.add(file("etc/gshadow", { mode: 0o640, gid: 42 }), text("root:*::\nsudo:*::bob\n"));
    await layer.add(folder("etc/skel"));
    await layer.add(file("etc/skel/.profile", { mode: 0o640 }), text("# profile\n"));
    await layer.add(link("etc/skel/docs", "/usr/share/doc"));
    for (const path of ["bin/bash", "bin/sh", "usr/sbin/nologin"])
      await layer.add(file(path, { mode: 0o755 }));
  });

const busybox = () => filesLayer({ "bin/busybox": "x", "bin/sh": "-> busybox" });

async function run(parameters: unknown, below?: Layer, options?: SettingsOptions) {
  return runSettings(users, parameters, [below ?? (await debian())], options);
}

describe("users in a Debian tree", () => {
  it("are added with all that belongs to them, and every other line stays byte for byte", async () => {
    const before = await debian();
    const account = { password: `hashed:${hash}`, groups: ["sudo"], comment: "Ända", ssh_keys: [key] };
    const { text, tree, warnings } = await run({ eva: account }, before, { clock: 86_400 * 20_000 });
    const passwd = tree.get("etc/passwd");
    expect(passwd).toMatchObject({ mode: 0o644, uid: 0, gid: 0 });
    expect(await text("etc/passwd")).toMatch(/\neva:x:1001:1001:Ända:\/home\/eva:\/bin\/bash\n$/);
    expect(await text("etc/group")).toBe(
      "root:x:0:\nshadow:x:42:\nsudo:x:27:bob,eva\nbob:x:1000:\neva:x:1001:\n",
    );
    expect(await text("etc/gshadow")).toBe("root:*::\nsudo:*::bob,eva\neva:!::\n");
    expect(await text("etc/shadow")).toBe(
      `root:*:19000:0:99999:7:::\nbob:$y$old:19000:0:99999:7:::\neva:${hash}:20000:0:99999:7:::\n`,
    );
    expect(tree.get("etc/shadow")).toMatchObject({ mode: 0o640, gid: 42 });
    const mine = { uid: 1001, gid: 1001 };
    expect(tree.get("home/eva")).toMatchObject({ type: "directory", mode: 0o700, ...mine });
    expect(tree.get("home/eva/.profile")).toMatchObject({ mode: 0o640, ...mine });
    expect(tree.get("home/eva/docs")).toMatchObject({ target: "/usr/share/doc", ...mine });
    expect(tree.get("home/eva/.ssh")).toMatchObject({ mode: 0o700, ...mine });
    expect(tree.get("home/eva/.ssh/authorized_keys")).toMatchObject({ mode: 0o600, ...mine });
    expect(await text("home/eva/.ssh/authorized_keys")).toBe(`${key}\n`);
    expect(warnings).toEqual([]);
  });

  it("keeps odd bytes of other lines", async () => {
    const { layer } = await run({ eva: {} });
    const { tree } = await run({ eva: {} });
    const entry = tree.get("etc/passwd");
    expect(layer.index.entries.map(each => each.path)).toContain("etc/passwd");
    const { readTreeFile } = await import("../../../src/core/tree/readFile.ts");
    if (entry?.type !== "file") throw new Error("no passwd");
    expect((await readTreeFile(entry)).toString("latin1")).toContain("\n# \xff odd\n");
  });

  it("that are there are changed in what is written, not doubled", async () => {
    const { text } = await run({ root: { password: `hashed:${hash}`, shell: "/bin/sh" }, bob: "locked" });
    expect(await text("etc/passwd")).toMatch(/^root:x:0:0:root:\/root:\/bin\/sh\n/);
    expect((await text("etc/passwd"))?.match(/^bob:/gm)).toHaveLength(1);
    // Day 0 would force a change at login, so there is no day.
    expect(await text("etc/shadow")).toBe(`root:${hash}::0:99999:7:::\nbob:!*::0:99999:7:::\n`);
  });

  it("that are locked already stay as they are", async () => {
    expect((await run({ root: "locked" })).layer.index.entries).toEqual([]);
  });

  it("keeps a password that nothing is said about", async () => {
    const { layer } = await run({ bob: { groups: ["sudo"] } });
    expect(layer.index.entries).toEqual([]);
  });

  it("gets numbers in the order of the recipe, around those that are fixed", async () => {
    const { text } = await run({ zoe: {}, amy: {}, max: { uid: 1002 }, svc: { system: true } });
    const passwd = (await text("etc/passwd")) ?? "";
    const numbers = [...passwd.matchAll(/^(zoe|amy|max|svc):x:(\d+):(\d+)::([^:]*):(.*)$/gm)].map(each =>
      each.slice(1).join(" "),
    );
    expect(numbers).toEqual([
      "max 1002 1002 /home/max /bin/bash",
      "zoe 1001 1001 /home/zoe /bin/bash",
      "amy 1003 1003 /home/amy /bin/bash",
      "svc 999 999 /home/svc /usr/sbin/nologin",
    ]);
  });

  it("makes a group only when its number is given", async () => {
    const { text } = await run({ eva: { groups: ["video:44", "sudo:27"] } });
    expect(await text("etc/group")).toContain("\nvideo:x:44:eva\n");
    expect(await text("etc/gshadow")).toContain("\nvideo:!::eva\n");
    await expect(run({ eva: { groups: ["sudo", "sudoo"] } })).rejects.toMatchObject({
      code: "group-unknown",
      placedAt: ["eva", "groups", 1],
      advice: expect.stringContaining("`sudo`"),
    });
    await expect(run({ eva: { groups: ["sudo:28"] } })).rejects.toMatchObject({ code: "user-number" });
    await expect(run({ eva: { groups: ["wheel:27"] } })).rejects.toMatchObject({ code: "user-number" });
  });
});

describe("users in a tree without any", () => {
  it("come with root, who is locked, and with a shadow file that only root reads", async () => {
    const { text, tree } = await run({ demo: { uid: 500 } }, await busybox());
    expect(await text("etc/passwd")).toBe(
      "root:x:0:0:root:/root:/bin/sh\ndemo:x:500:500::/home/demo:/bin/sh\n",
    );
    expect(await text("etc/group")).toBe("root:x:0:\ndemo:x:500:\n");
    expect(await text("etc/shadow")).toBe("root:!*::0:99999:7:::\ndemo:!*::0:99999:7:::\n");
    expect(tree.get("etc/shadow")).toMatchObject({ mode: 0o600, uid: 0, gid: 0 });
    expect(tree.get("etc/gshadow")).toBeUndefined();
  });

  it("move a password of /etc/passwd into the shadow file", async () => {
    const below = await filesLayer({ "etc/passwd": "root::0:0:root:/root:/bin/sh\n", "bin/sh": "x" });
    const { text } = await run({ root: `hashed:${hash}` }, below);
    expect(await text("etc/passwd")).toBe("root:x:0:0:root:/root:/bin/sh\n");
    expect(await text("etc/shadow")).toBe(`root:${hash}::0:99999:7:::\n`);
  });

  it("have a warning for a shell that is not there, and for an empty password", async () => {
    const { warnings } = await run({ demo: { shell: "/bin/zsh", password: "" } }, await busybox());
    expect(warnings).toEqual([
      "The tree below has no /bin/zsh, the shell of demo.",
      "demo logs in without a password.",
    ]);
  });
});

describe("what cannot be a user", () => {
  it.each([
    ["a bad name", { "Bad Name": {} }, "user-name", ["Bad Name"]],
    ["a number twice", { a: { uid: 5 }, b: { uid: 5 } }, "user-number", ["b", "uid"]],
    ["a number that is taken", { a: { uid: 1000 } }, "user-number", ["a", "uid"]],
    ["another number for one that is there", { bob: { uid: 7 } }, "user-number", ["bob", "uid"]],
    ["a number that means nobody", { a: { uid: 65_535 } }, "user-number", ["a", "uid"]],
    ["a colon in a field", { a: { comment: "x:y" } }, "user-field", ["a", "comment"]],
    ["a home outside of the image", { a: { home: "/../x" } }, "bad-path", ["a", "home"]],
    ["two passwords", { a: { password: "x", password_file: "f" } }, "user-password", ["a", "password_file"]],
  ])("is refused: %s", async (_, parameters, code, placedAt) => {
    await expect(run(parameters)).rejects.toMatchObject({ code, placedAt });
  });

  it.each([
    ["a hash without its mark", { a: { password: "$6$secret$secret" } }],
    ["a mark without a hash", { a: "hashed:secret" }],
    ["a number", { a: { password: 12_345_678 } }],
    ["a line break", { a: { password: "sec\nret" } }],
    ["something very long", { a: { password: "secret".repeat(60) } }],
    ["a private key", { a: { ssh_keys: ["-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n"] } }],
    ["no key", { a: { ssh_keys: ["secret"] } }],
  ])("is refused without showing it: %s", async (_, parameters) => {
    const failure = await run(parameters).then(
      () => undefined,
      (error: Error & { advice?: string; code: string; placedAt: unknown[] }) => error,
    );
    expect(failure?.code).toMatch(/^user-(?:password|key)$/);
    expect(failure?.placedAt[0]).toBe("a");
    expect(`${failure?.message} ${failure?.advice}`).not.toMatch(/sec\n?ret|12_?345/);
  });
});
