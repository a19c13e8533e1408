import { expect, it } from "vitest";
import type { StagePackage } from "../../../src/core/stages/stage.ts";
import { filesLayer } from "../tree/layers.ts";
import { ownersIn } from "./ownersIn.ts";

const deb = (name: string, version = "1"): StagePackage => ({ name, version, type: "deb" });

it("gives a stage's layer to the package that the stage names", async () => {
  const kernel = await filesLayer({ "boot/vmlinuz": "kernel", "etc/hosts": "hosts" });
  const files = await filesLayer({ "etc/hosts": "mine" });
  const { packages, of } = await ownersIn(
    [kernel, files],
    [[{ name: "linux", version: "6.12", type: "source" }]],
  );
  expect(packages).toEqual(["linux 6.12"]);
  expect(of).toEqual({ "boot/vmlinuz": "linux" });
});

it("gives each path to the package whose name has most in common with it", async () => {
  const names = [
    "linux-image-cloud-amd64",
    "linux-image-6.1.0-37-cloud-amd64",
    "linux-modules-6.8.0-31-generic",
  ];
  const layer = await filesLayer({
    "boot/vmlinuz-6.1.0-37-cloud-amd64": "kernel",
    "usr/lib/modules/6.1.0-37-cloud-amd64/a.ko": "module",
    "usr/lib/modules/6.8.0-31-generic/a.ko": "module",
    "usr/share/doc/linux-image-cloud-amd64/copyright": "text",
    "etc/other": "x",
  });
  const { of } = await ownersIn([layer], [names.map(name => deb(name))]);
  expect(of).toEqual({
    "boot/vmlinuz-6.1.0-37-cloud-amd64": "linux-image-6.1.0-37-cloud-amd64",
    "etc/other": "linux-image-cloud-amd64",
    "usr/lib/modules/6.1.0-37-cloud-amd64/a.ko": "linux-image-6.1.0-37-cloud-amd64",
    "usr/lib/modules/6.8.0-31-generic/a.ko": "linux-modules-6.8.0-31-generic",
    "usr/share/doc/linux-image-cloud-amd64/copyright": "linux-image-cloud-amd64",
  });
});

it("believes the stage more than a database below it", async () => {
  const base = await filesLayer({
    "usr/bin/busybox": "old",
    "var/lib/dpkg/status":
      "Package: busybox\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n",
    "var/lib/dpkg/info/busybox.list": "/usr/bin/busybox\n",
  });
  const top = await filesLayer({ "usr/bin/busybox": "new" });
  const { of } = await ownersIn([base, top], [[], [deb("busybox-static")]]);
  expect(of).toEqual({ "usr/bin/busybox": "busybox-static" });
});
