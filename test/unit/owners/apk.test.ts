import { expect, it } from "vitest";
import { filesLayer } from "../tree/layers.ts";
import { ownersIn, without } from "./ownersIn.ts";

// https://wiki.alpinelinux.org/wiki/Apk_spec#Installed_Database_V2
const installed = `C:Q1hd0n3YuvBXqRkhnFXMQnqYxWVbc=
P:musl
V:1.2.5-r9
A:x86_64
S:407278
I:667648
T:the musl c library (libc) implementation
U:https://musl.libc.org/
L:MIT
o:musl
D:so:libc.musl-x86_64.so.1
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1xGSsYR4uSDlBWrhfMKqxwF6ZQnc=
R:libc.musl-x86_64.so.1
a:0:0:777

C:Q1another=
P:alpine-baselayout
V:3.6.8-r1
A:x86_64
L:GPL-2.0-only
F:
R:.hidden
F:etc
R:motd
F:tmp
M:0:0:1777

P:.virtual
V:20260101.000000
A:noarch
`;

const base = {
  "lib/ld-musl-x86_64.so.1": "musl",
  "lib/libc.musl-x86_64.so.1": "-> ld-musl-x86_64.so.1",
  ".hidden": "x",
  "etc/motd": "hello",
  "etc/made": "by a script",
  "tmp/": "",
  "lib/apk/db/installed": installed,
};
const ofBase = {
  ".hidden": "alpine-baselayout",
  "etc/motd": "alpine-baselayout",
  "lib/ld-musl-x86_64.so.1": "musl",
  "lib/libc.musl-x86_64.so.1": "musl",
  tmp: "alpine-baselayout",
};

it("reads apk's database", async () => {
  const { packages, of } = await ownersIn([await filesLayer(base)]);
  expect(packages).toEqual([
    ".virtual 20260101.000000 noarch",
    "alpine-baselayout 3.6.8-r1 x86_64",
    "musl 1.2.5-r9 x86_64",
  ]);
  expect(of).toMatchObject(ofBase);
  expect(of).not.toHaveProperty("etc/made");
});

it("still knows after a stage removed the database", async () => {
  const layers = [await filesLayer(base), await without("lib/apk")];
  expect((await ownersIn(layers)).of).toMatchObject(ofBase);
});

it("takes the newer of the two places that the database can have", async () => {
  const moved = await filesLayer({
    "usr/lib/apk/db/installed": installed.replaceAll("1.2.5-r9", "1.2.6-r0"),
  });
  const layers = [await filesLayer(base), moved, await without("lib/apk")];
  expect((await ownersIn(layers)).packages).toContain("musl 1.2.6-r0 x86_64");
});
