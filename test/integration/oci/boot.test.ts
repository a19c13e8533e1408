import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadKinds } from "../../../src/core/build/kinds.ts";
import { planBuild } from "../../../src/core/build/planBuild.ts";
import { runBuild } from "../../../src/core/build/runBuild.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { initramfs } from "../../../src/core/outputs/initramfs.ts";
import { recipeOf } from "../../fixtures/build/recipe.ts";
import { block, tarOf } from "../../unit/tar/tarBytes.ts";
import { bootOnce } from "../outputs/bootOnce.ts";
import { busyboxBytes } from "../outputs/cloudKernel.ts";
import { sharedCache } from "../outputs/outputBench.ts";
import { type LocalRegistry, startRegistry } from "./localRegistry.ts";
import { type OciBench, openOciBench } from "./ociBench.ts";
import { writeLayout } from "./testImages.ts";

let bench: OciBench;
let registry: LocalRegistry;

beforeAll(async () => {
  bench = await openOciBench();
  registry = await startRegistry(bench.folder);
  const busybox = await busyboxBytes(openHost({ cacheDir: sharedCache }));
  const folder = (name: string) => block({ name: `${name}/`, flag: "5", mode: 0o755 });
  const base = tarOf(
    ...["bin", "etc", "proc"].map(folder),
    block({ name: "bin/busybox", mode: 0o755, body: busybox }),
    block({ name: "bin/sh", flag: "1", link: "bin/busybox" }),
    block({ name: "etc/old", body: "old" }),
    block({ name: "etc/su", mode: 0o4755, uid: 7, gid: 70_000, body: "x" }),
  );
  const upper = tarOf(folder("etc"), block({ name: "etc/.wh.old" }), block({ name: "etc/new", body: "new" }));
  const layout = await writeLayout(join(bench.folder, "layout"), {
    box: { layers: [{ tar: base }, { tar: upper }] },
  });
  await registry.push(layout, "box", "test/box:1.0");
});
afterAll(async () => {
  await registry.stop();
  await bench.close();
});

const init = `#!/bin/sh
b=/bin/busybox
$b mount -t proc proc /proc
$b echo "ready:" /etc/* "$($b stat -c '%u:%g %a' /etc/su) $($b stat -c %h /bin/sh)"
$b poweroff -f
`;

it("an image from a registry becomes an image that boots", async () => {
  const stages = [
    ["oci", { image: `${registry.host}/test/box:1.0` }],
    ["kernel", { package: "linux-image-cloud-amd64", modules: "none" }],
    ["files", [{ path: "/init", content: init, mode: "0755" }]],
  ] as const;
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: sharedCache } });
  const outDir = join(bench.folder, "out");
  await mkdir(outDir);
  const signal = new AbortController().signal;
  const kinds = await loadKinds();
  const recipe = recipeOf(bench.recipes, stages, [["initramfs", { compress: "gzip" }]]);
  const plan = await planBuild(recipe, host, signal, { kinds });
  const { outputs } = await runBuild(plan, host, { signal, kinds, outDir });
  const produced = outputs.map(each => ({ ...each, role: each.kind === "initramfs" ? "image" : each.kind }));
  const media = initramfs.boot?.({ compress: "gzip" }, produced as never);
  if (!media) throw new Error("It cannot be booted.");
  expect(await bootOnce(host, media)).toContain("ready: /etc/new /etc/su 7:70000 4755 2");
});
