import { type Add, owned } from "./outputBench.ts";

export const file = (path: string, mode = 0o644) => ({ type: "file", path, mode, ...owned }) as const;
/** cap_net_raw=ep, as the kernel keeps it. */
export const capability = Buffer.from("0100000200200000000000000000000000000000", "hex").toString("base64");
export const accessList = "AgAAAAEABgD/////AgAGAOgDAAAEAAQA/////xAABgD/////IAAEAP////8=";
export const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Everything that a file system can hold and a host's folder cannot, or not for everybody. */
export async function everything(add: Add): Promise<void> {
  await add(
    { ...file("bin/tool", 0o4755), uid: 70_000, gid: 2_000_000_000 },
    { bytes: Buffer.from("hello") },
  );
  await add(file("bin/other"), { hardLink: "bin/tool" });
  await add({ type: "symlink", path: "bin/link", mode: 0o777, target: "x".repeat(300), ...owned, uid: 3 });
  await add({ type: "char", path: "dev/console", mode: 0o600, major: 5, minor: 1, ...owned });
  await add({ type: "block", path: "etc/far", mode: 0o660, major: 259, minor: 70_000, ...owned, gid: 6 });
  await add({ type: "fifo", path: "run/pipe", mode: 0o622, ...owned, uid: 9 });
  await add({ type: "directory", path: "tmp", mode: 0o1777, ...owned });
  const xattrs = { "user.note": base64("hi"), "security.capability": capability };
  await add({ ...file("bin/ping", 0o755), xattrs }, { bytes: Buffer.alloc(10_000, 1) });
  // Does not shrink, and ends within a block.
  await add({ ...file("bin/random"), xattrs }, { bytes: random(9_999) });
  await add({ ...file("etc/text"), xattrs }, { bytes: Buffer.alloc(1_000_000, "some text, ") });
  const long = { "user.long": base64("long".repeat(500)), "user.none": "", "trusted.x": base64("y") };
  await add({ ...file("etc/noted"), xattrs: long }, { bytes: Buffer.from("noted") });
  await add({
    type: "directory",
    path: "srv",
    mode: 0o2750,
    ...owned,
    gid: 33,
    xattrs: { "user.of": base64("folder") },
  });
  for (let index = 0; index < 400; index++) {
    await add({ ...file(`srv/a file with a name ${index}`), uid: index }, { bytes: random(index * 7) });
  }
  const runs = Array.from({ length: 20 }, (_, index): [number, number] => [index * 200_000 + 512, 700]);
  const stream = (async function* () {
    for (const [at] of runs) yield Buffer.alloc(700, at % 251);
  })();
  await add(file("var/sparse"), { size: 5_000_000, runs, stream });
}

/** Bytes that do not shrink, the same each time. */
export function random(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345 + length;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
