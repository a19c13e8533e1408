import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTempFolder } from "../../../src/core/build/tempFolder.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openHost } from "../../../src/core/host/openHost.ts";
import type { Sandbox, SandboxOutcome, SandboxTask } from "../../../src/core/sandbox/sandbox.ts";
import { fetchTogether } from "../../../src/core/sandbox/vm/helper/fetchTogether.ts";
import { packageClosure } from "../../../src/core/sandbox/vm/helper/packageClosure.ts";
import { addTools } from "../../../src/core/sandbox/vm/helper/toolsTree.ts";
import { openVm, type VmOptions } from "../../../src/core/sandbox/vm/openVm.ts";
import type { Layer } from "../../../src/core/tree/layer.ts";
import { createLayerBuilder } from "../../../src/core/tree/layerBuilder.ts";
import { stackLayers } from "../../../src/core/tree/stack.ts";
import type { Tree } from "../../../src/core/tree/tree.ts";

export const never = new AbortController().signal;

/** What a command did, and what it said. */
export interface Done {
  readonly outcome: SandboxOutcome;
  readonly layer: Layer;
  readonly stdout: string;
  readonly stderr: string;
  readonly warnings: readonly string[];
}

/** Runs commands in a system of Debian packages, in a VM or another sandbox; all it makes lies in one folder. */
export interface VmBench {
  readonly folder: string;
  readonly host: Host;
  readonly tree: Tree;
  vm(options?: Partial<VmOptions>): Promise<Sandbox>;
  run(sandbox: Sandbox, script: string, more?: Partial<SandboxTask>): Promise<Done>;
  close(): Promise<void>;
}

const clock = 1_600_000_000;

export async function openVmBench(packages: readonly string[]): Promise<VmBench> {
  const folder = await mkdtemp(join(tmpdir(), "whittle-vm-"));
  const host = openHost({ env: { ...process.env, WHITTLE_CACHE: join(folder, "cache") } });
  const tree = await debianTree(host, folder, packages);
  return {
    folder,
    host,
    tree,
    vm: options => openVm(host, { signal: never, reason: "the test wants it", ...options }),
    async run(sandbox, script, more = {}) {
      const work = await mkdtemp(join(folder, "run-"));
      const builder = createLayerBuilder({ folder: work, clock });
      const heard = { stdout: "", stderr: "" };
      const warnings: string[] = [];
      const task: SandboxTask = {
        ...{ system: "tree", tree, command: ["/bin/sh", "-euc", script], signal: never, clock },
        scratch: () => mkdtemp(join(work, "scratch-")),
        onLine: (line, from) => {
          heard[from] += `${line}\n`;
        },
        onWarning: message => warnings.push(message),
        ...more,
      };
      const outcome = await sandbox.run(task, builder);
      return { outcome, layer: await builder.finish(never), ...heard, warnings };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function debianTree(host: Host, folder: string, names: readonly string[]): Promise<Tree> {
  const request = { arch: host.arch, signal: never };
  const packages = await packageClosure(host, { ...request, names });
  const temp = makeTempFolder(join(folder, "tree"));
  const debs = await fetchTogether(host, { ...request, packages, temp });
  const layer = createLayerBuilder({ folder: temp.path, clock: 0 });
  await addTools(host, debs, layer, never);
  const users = "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/usr/sbin:/bin/sh\n";
  const groups = "root:x:0:\ndaemon:x:1:\nadm:x:4:daemon\n";
  const base = { type: "file", mode: 0o644, uid: 0, gid: 0, mtime: 0 } as const;
  await layer.add({ ...base, path: "etc/passwd" }, { bytes: Buffer.from(users) });
  await layer.add({ ...base, path: "etc/group" }, { bytes: Buffer.from(groups) });
  return stackLayers([await layer.finish(never)]);
}

/** One line for each entry: all that a layer says about it. */
export function described(layer: Layer): string[] {
  return [
    ...layer.index.whiteouts.map(path => `gone ${path}`),
    ...layer.index.entries.map(entry => {
      const { type, path, mode, uid, gid, mtime, xattrs } = entry;
      const rest = {
        ...(entry.type === "file" ? { size: entry.size, runs: entry.runs, link: entry.hardLink } : {}),
        ...(entry.type === "symlink" ? { target: entry.target } : {}),
        ...(xattrs ? { xattrs } : {}),
      };
      return `${type} ${path} ${mode.toString(8)} ${uid}:${gid} ${mtime} ${JSON.stringify(rest)}`;
    }),
  ];
}
