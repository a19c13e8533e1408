import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initramfs } from "../../../src/core/outputs/initramfs.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import { bootOnce } from "../outputs/bootOnce.ts";
import { addKernel, type CloudKernel, removeKernel, unpackCloudKernel } from "../outputs/cloudKernel.ts";
import { type Bench, makeOutput, openBench } from "../outputs/outputBench.ts";
import { type LocalRepository, openRepository } from "../pacman/localRepository.ts";
import { type ArchBench, openArchBench } from "./archBench.ts";
import { app, busyboxPackage } from "./packages.ts";

let repository: LocalRepository;
let arch: ArchBench;
let outputs: Bench;
let kernel: CloudKernel;

beforeAll(async () => {
  repository = await openRepository("test");
  arch = await openArchBench();
  outputs = await openBench();
  const { host } = outputs.context(await outputs.tree());
  kernel = await unpackCloudKernel(host, join(outputs.folder, "kernel"));
});
afterAll(async () => {
  await removeKernel(kernel);
  await rm(outputs.folder, { recursive: true, force: true });
  await arch.close();
  await repository.close();
});

const init = `#!/bin/sh
echo "says: $(cat /usr/share/app/scriptlet) and $(busybox tail -n 1 /usr/share/app/hook)"
echo "owner: $(busybox stat -c %u:%g /usr/share/app/scriptlet)"
echo "packages: $(busybox ls /var/lib/pacman/local | busybox tr '\\n' ' ')"
busybox poweroff -f
`;

describe("an image of Arch packages", () => {
  it("boots, with what its scripts and hooks made", async () => {
    const system = { name: "system", depends: ["app"], files: { "sbin/init:755": init } };
    await repository.publish([system, app, await busyboxPackage()]);
    const parameters = {
      packages: ["system"],
      repositories: [{ name: "test", servers: [repository.fileUrl] }],
    };
    const { layer } = await arch.install(parameters);
    const { entries } = await outputs.tree(add => addKernel(add, kernel, /virtio/));
    const [below] = new Set(entries.map(each => each.layer));
    if (!below) throw new Error("The kernel has no layer.");
    const context = outputs.context(stackLayers([below, layer]));
    const { files } = await makeOutput(initramfs, {}, context);
    const media = initramfs.boot?.({}, files);
    if (!media) throw new Error("It cannot be booted.");
    const console = await bootOnce(context.host, media);
    expect(console).toContain("says: ran for 1:2.0-3 and usr/share/app/data");
    expect(console).toContain("owner: 12:34");
    expect(console).toContain("packages: ALPM_DB_VERSION app-1:2.0-3 busybox-1.0-1 system-1.0-1");
  });
});
