import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, median } from "./figures.ts";
import { cli, secondsOf } from "./workplace.ts";

const rounds = 5;
const suite = "bookworm";
const sources = [
  `deb http://deb.debian.org/debian ${suite} main`,
  `deb http://deb.debian.org/debian ${suite}-updates main`,
  `deb http://deb.debian.org/debian-security ${suite}-security main`,
];
const systems = [
  ["Debian minbase", []],
  ["Debian minbase with systemd", ["systemd-sysv", "udev", "dbus"]],
] as const;

/**
 * A Debian base into a tar, everything fetched anew, in turn with plain mmdebstrap from the same mirrors. Other work on
 * the machine sways these figures more than anything else, so its load is told with them.
 */
export async function debianBase(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, packages] of systems) {
    const ours: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(build(packages));
      plain.push(mmdebstrap(packages));
    }
    const ratio = median(ours.map((each, index) => each / (plain[index] ?? each)));
    const least = Math.min(...ours) / Math.min(...plain);
    figures.push({
      name: `${name}, cold, to a tar (load ${loadavg()[0]?.toFixed(1)})`,
      value: `${median(ours).toFixed(1)} s, mmdebstrap ${median(plain).toFixed(1)} s`,
      promise: "none; network included",
    });
    figures.push({
      name: "… ratio, median of rounds and of the best times",
      value: `${ratio.toFixed(2)} and ${least.toFixed(2)}`,
      promise: "at most 1.15",
    });
  }
  return figures;
}

function build(packages: readonly string[]): number {
  return inFolder(folder => {
    const debian = JSON.stringify({ suite, packages, mirrors: sources });
    writeFileSync(
      join(folder, "base.whittle.yaml"),
      `name: base\nstages:\n  - debian: ${debian}\noutputs:\n  - tar: {}\n`,
    );
    const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
    return secondsOf(process.execPath, [cli, "build", folder], env);
  });
}

function mmdebstrap(packages: readonly string[]): number {
  return inFolder(folder => {
    // Its root of a user namespace has to get through to the folder for temporary files.
    const temp = join(folder, "temp");
    mkdirSync(temp);
    chmodSync(folder, 0o755);
    chmodSync(temp, 0o1777);
    const include = packages.length > 0 ? [`--include=${packages.join(",")}`] : [];
    const target = join(folder, "base.tar");
    const args = ["--mode=unshare", "--variant=minbase", ...include, suite, target, ...sources];
    return secondsOf("mmdebstrap", args, { ...process.env, TMPDIR: temp, SOURCE_DATE_EPOCH: "0" });
  });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
