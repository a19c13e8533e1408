// Runs one command in a VM, for tests that kill the process or put it where there is little room.
// Arguments: CACHE SCRATCH SCRIPT [BYTES that stay free on the disk]. Says one line of JSON for each line of the command, and one at the end.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { resolvePackage } from "../../../src/core/debian/resolvePackage.ts";
import { Failure } from "../../../src/core/failure.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import { busyboxPackage, busyboxProgram } from "../../../src/core/sandbox/vm/helper/busyboxProgram.ts";
import { openVm } from "../../../src/core/sandbox/vm/openVm.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";

const [cache = "", scratch = "", script = "", free] = process.argv.slice(2);
const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
const host = openHost({ env: { ...process.env, WHITTLE_CACHE: cache } });
const { signal } = new AbortController();
const request = { arch: host.arch, signal };
const owner = { uid: 0, gid: 0, mtime: 0 };

const busybox = await busyboxProgram(
  host,
  await resolvePackage(host, { ...request, package: busyboxPackage }),
  request,
);
const below = createLayerBuilder({ folder: scratch, clock: 0 });
await below.add({ type: "file", path: "bin/busybox", mode: 0o755, ...owner }, { bytes: busybox });
await below.add({ type: "symlink", path: "bin/sh", mode: 0o777, target: "busybox", ...owner });
const tree = stackLayers([await below.finish(signal)]);
const vm = await openVm(host, { signal, reason: "the test wants it" });
try {
  const outcome = await vm.run(
    {
      ...{ system: "tree", tree, command: ["/bin/busybox", "sh", "-euc", script], signal, clock: 7 },
      scratch: () => mkdtemp(join(scratch, "work-")),
      onLine: line => say({ line }),
      ...(free === undefined ? {} : { room: { disk: Number(free), memory: 0 } }),
    },
    createLayerBuilder({ folder: scratch, clock: 7 }),
  );
  say({ outcome });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say({ code: error.code, message: error.message });
}
