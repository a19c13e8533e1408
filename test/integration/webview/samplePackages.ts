import { packEntries } from "../../../src/shared/protocol/entryColumns.ts";
import type { PackageSizes, SizesState } from "../../../src/shared/protocol/sizes.ts";
import type { SizeEntry } from "../../../src/shared/report.ts";

/** Real names for the biggest, which are looked at; the others only have to be many. */
const first = ["linux-image-6.1.0-37-cloud-amd64", "libc6", "systemd", "coreutils", "bash", "util-linux"];
const count = 300;
const stages = ["debian", "caches/made", "remove docs"];

/** An image of 300 Debian packages, of three files each, and two files that no package owns. */
export function debianImage(): SizesState {
  const labels = Array.from({ length: count }, (_, at) => first[at] ?? `libsmall${at}`);
  const owned = labels.flatMap((label, at): SizeEntry[] => {
    const bytes = Math.round(9_000_000 / (at + 1));
    const file = (path: string, share: number): SizeEntry => {
      return { path, type: "file", bytes: Math.round(bytes * share), stage: "debian", package: label };
    };
    return [
      file(`/usr/bin/${label}`, 0.6),
      file(`/usr/lib/x86_64-linux-gnu/${label}.so.1`, 0.3),
      file(`/usr/share/doc/${label}/copyright`, 0.1),
    ];
  });
  const unowned: SizeEntry[] = [
    { path: "/var/cache/debconf/templates.dat", type: "file", bytes: 456_085, stage: "debian" },
    { path: "/var/cache/made", type: "file", bytes: 120_000, stage: "caches/made" },
  ];
  const entries = [...owned, ...unowned].sort((a, b) => (a.path < b.path ? -1 : 1));
  const sum = (list: readonly SizeEntry[]): number => list.reduce((bytes, each) => bytes + each.bytes, 0);
  const packages = labels.map((label, at): PackageSizes => {
    const bytes = sum(owned.slice(at * 3, at * 3 + 3));
    return { label, version: `1.${at}-2`, type: "deb", bytes, files: 3 };
  });
  return {
    recipe: "server",
    phase: "ready",
    built: {
      builtAt: Date.now(),
      totalBytes: sum(entries),
      files: entries.length,
      stages: stages.map(name => ({
        ...{ name, kind: name === "debian" ? "debian" : "run" },
        addedBytes: sum(entries.filter(entry => entry.stage === name)),
        ...{ removedBytes: 0, seconds: 1, cached: false },
      })),
      packages,
      outputs: [],
      entries: packEntries(entries, stages, labels),
    },
  };
}
