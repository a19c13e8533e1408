import { expect, it } from "vitest";
import { filesLayer } from "../tree/layers.ts";
import { ownersIn, without } from "./ownersIn.ts";

const stanza = (name: string, version: string, state = "installed", arch = "amd64"): string =>
  `Package: ${name}\nStatus: install ok ${state}\nPriority: required\nArchitecture: ${arch}\n` +
  `Version: ${version}\nDescription: ${name}\n more words\n Version: 99\n`;

const dpkg = {
  "var/lib/dpkg/status": `${stanza("coreutils", "9.1-1")}\n${stanza("dash", "0.5.12-2")}\n${stanza("libc6", "2.36-9")}\n`,
  "var/lib/dpkg/info/coreutils.list":
    "/.\n/bin\n/bin/ls\n/bin/cat\n/usr\n/usr/share/doc/coreutils/copyright\n",
  "var/lib/dpkg/info/dash.list": "/.\n/bin\n/bin/sh\n/bin/dash\n/etc\n/usr\n",
  "var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib\n/lib/libc.so.6\n/etc\n/etc/ld.so.conf.d\n",
};

const base = {
  bin: "-> usr/bin",
  lib: "-> usr/lib",
  "usr/bin/ls": "ls",
  "usr/bin/cat": "cat",
  "usr/bin/dash": "dash",
  "usr/bin/sh": "-> dash",
  "usr/lib/libc.so.6": "libc",
  "usr/share/doc/coreutils/copyright": "text",
  "etc/ld.so.conf.d/": "",
  "etc/made-by-a-script": "x",
  ...dpkg,
};

const ofBase = {
  "etc/ld.so.conf.d": "libc6",
  "usr/bin/cat": "coreutils",
  "usr/bin/dash": "dash",
  "usr/bin/ls": "coreutils",
  "usr/bin/sh": "dash",
  "usr/lib/libc.so.6": "libc6",
  "usr/share/doc/coreutils/copyright": "coreutils",
};

it("reads dpkg's lists, through the links of a merged /usr", async () => {
  const found = await ownersIn([await filesLayer(base)]);
  expect(found.packages).toEqual(["coreutils 9.1-1 amd64", "dash 0.5.12-2 amd64", "libc6 2.36-9 amd64"]);
  expect(found.of).toEqual(ofBase);
});

it("still knows whose a file is after a stage removed the database, and after another removed /bin", async () => {
  const layers = [await filesLayer(base), await without("var/lib/dpkg"), await without("bin", "lib")];
  expect((await ownersIn(layers)).of).toEqual(ofBase);
});

it("takes the newest database, and the newest list of each package", async () => {
  const upgrade = await filesLayer({
    "var/lib/dpkg/status": `${stanza("dash", "0.5.13-1")}\n${stanza("libc6", "2.36-9")}\n`,
    "var/lib/dpkg/info/dash.list": "/bin/dash\n/etc\n",
    "usr/bin/dash": "newer",
  });
  const { packages, of } = await ownersIn([await filesLayer(base), upgrade]);
  expect(packages).toEqual(["dash 0.5.13-1 amd64", "libc6 2.36-9 amd64"]);
  expect(of).toEqual({
    "etc/ld.so.conf.d": "libc6",
    "usr/bin/dash": "dash",
    "usr/lib/libc.so.6": "libc6",
  });
});

it("does not name a package of which nothing is left, nor one that was only configured once", async () => {
  const status = {
    "var/lib/dpkg/status": `${dpkg["var/lib/dpkg/status"]}\n${stanza("ed", "1", "config-files")}`,
  };
  const layers = [
    await filesLayer({ ...base, ...status, "var/lib/dpkg/info/ed.list": "/etc/made-by-a-script\n" }),
    await without("usr/bin/dash", "usr/bin/sh"),
  ];
  const { packages, of } = await ownersIn(layers);
  expect(packages).toEqual(["coreutils 9.1-1 amd64", "libc6 2.36-9 amd64"]);
  expect(of).not.toHaveProperty("etc/made-by-a-script");
});

it("names a package that only depends on others, and one whose list is lost", async () => {
  const status = `${stanza("all-of-it", "1")}\n${stanza("listless", "2", "installed", "all")}`;
  const { packages } = await ownersIn([
    await filesLayer({ "var/lib/dpkg/status": status, "var/lib/dpkg/info/all-of-it.list": "/.\n" }),
  ]);
  expect(packages).toEqual(["all-of-it 1 amd64", "listless 2 all"]);
});

it("follows diversions: the file that was put aside belongs to the package that lists its old name", async () => {
  const { of } = await ownersIn([
    await filesLayer({
      ...base,
      "usr/bin/ls.original": "older",
      "var/lib/dpkg/diversions": "/bin/ls\n/bin/ls.original\ndash\n",
      "var/lib/dpkg/info/dash.list": "/bin/sh\n/bin/dash\n/bin/ls\n",
    }),
  ]);
  expect(of).toMatchObject({ "usr/bin/ls": "dash", "usr/bin/ls.original": "coreutils" });
});

it("reads the single files of images without dpkg", async () => {
  const found = await ownersIn([
    await filesLayer({
      "etc/ssl/certs.pem": "certs",
      "var/lib/dpkg/status.d/ca-certificates": "Package: ca-certificates\nVersion: 2023\nArchitecture: all\n",
      "var/lib/dpkg/status.d/ca-certificates.md5sums":
        "d41d8cd98f00b204e9800998ecf8427e  etc/ssl/certs.pem\n",
    }),
  ]);
  expect(found).toEqual({
    packages: ["ca-certificates 2023 all"],
    of: { "etc/ssl/certs.pem": "ca-certificates" },
  });
});

it("tells apart two packages of one name", async () => {
  const { packages, of } = await ownersIn([
    await filesLayer({
      "usr/lib/a/libc": "64",
      "usr/lib/b/libc": "32",
      "var/lib/dpkg/status": `${stanza("libc6", "2.36-9")}\n${stanza("libc6", "2.36-9", "installed", "i386")}`,
      "var/lib/dpkg/info/libc6:amd64.list": "/usr/lib/a/libc\n",
      "var/lib/dpkg/info/libc6:i386.list": "/usr/lib/b/libc\n",
    }),
  ]);
  expect(packages).toEqual(["libc6:amd64 2.36-9 amd64", "libc6:i386 2.36-9 i386"]);
  expect(of).toMatchObject({ "usr/lib/a/libc": "libc6:amd64", "usr/lib/b/libc": "libc6:i386" });
});

it("survives a database of nonsense", async () => {
  const { packages } = await ownersIn([
    await filesLayer({
      "var/lib/dpkg/status": "\n\nPackage:\nno colon\n:\n\0\n\nPackage: a\nVersion: 1\n",
      "var/lib/dpkg/diversions": "/one\n",
      "var/lib/dpkg/status.d": "a file",
      "var/lib/pacman/local/x/desc": "%NAME%\n%NAME%\n",
      "lib/apk/db/installed": "P:\n\nR:x\nF:\n",
    }),
  ]);
  expect(packages).toEqual([]);
});
