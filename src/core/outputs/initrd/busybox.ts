import { fetchPackage } from "../../debian/fetchPackage.ts";
import { packageMembers } from "../../debian/packageMembers.ts";
import { resolvePackage } from "../../debian/resolvePackage.ts";
import { Failure } from "../../failure.ts";
import { readTreeFile } from "../../tree/readFile.ts";
import type { OutputContext } from "../output.ts";
import { isStaticProgram, missingApplets } from "./staticProgram.ts";

/** A BusyBox for the initrd. */
export interface Busybox {
  /** Names its bytes, for the cache. */
  readonly key: string;
  read(): Promise<Buffer>;
}

const packageName = "busybox-static";
const usualPlaces = [
  "bin/busybox",
  "sbin/busybox",
  "usr/bin/busybox",
  "usr/sbin/busybox",
  "usr/lib/initcpio/busybox",
];

/** The tree's own, when it runs without libraries and has those applets; else Debian's. */
export async function findBusybox(context: OutputContext, applets: readonly string[]): Promise<Busybox> {
  return (await fromTree(context, applets)) ?? (await fromDebian(context));
}

async function fromTree(
  { tree, arch }: OutputContext,
  applets: readonly string[],
): Promise<Busybox | undefined> {
  for (const place of usualPlaces) {
    const file = tree.resolve(place);
    if (file?.type !== "file") continue;
    const bytes = await readTreeFile(file);
    if (!isStaticProgram(bytes, arch) || missingApplets(bytes, applets).length > 0) continue;
    return { key: `${file.layer.digest}:${file.offset}`, read: async () => bytes };
  }
  return undefined;
}

async function fromDebian({ host, arch, signal, log }: OutputContext): Promise<Busybox> {
  const found = await resolvePackage(host, { package: packageName, arch, signal, log });
  return {
    key: `${packageName} ${found.sha256}`,
    async read() {
      log(`The initrd takes its BusyBox from Debian's ${packageName} ${found.version}.`);
      const path = await fetchPackage(host, found, { arch, signal, log });
      for await (const { name, content } of packageMembers(host, path, signal)) {
        if (/^(?:\.\/)?(?:usr\/)?bin\/busybox$/.test(name)) return await gather(content);
      }
      throw new Failure("package-damaged", `The package ${packageName} ${found.version} has no bin/busybox.`);
    },
  };
}

async function gather(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}
