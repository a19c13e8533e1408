import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, median } from "./figures.ts";
import { cli } from "./workplace.ts";

const rounds = 5;
const suite = "bookworm";
const sources = [
  `deb http://deb.debian.org/debian ${suite} main`,
  `deb http://deb.debian.org/debian ${suite}-updates main`,
  `deb http://deb.debian.org/debian-security ${suite}-security main`,
];

interface Spent {
  /** Seconds on the clock. */
  readonly elapsed: number;
  /** Seconds of processor time, of the program and all it started. */
  readonly cpu: number;
}

/**
 * A Debian base into a tar, everything fetched anew, in turn with plain mmdebstrap from the same mirrors. The clock counts;
 * where other programs keep the machine busy, the processor time says more.
 */
export async function debianBase(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, variant, packages] of [
    ["Debian minbase", "minbase", []],
    ["Debian minbase with systemd", "minbase", ["systemd-sysv", "udev", "dbus"]],
  ] as const) {
    const ours: Spent[] = [];
    const plain: Spent[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(build(variant, packages));
      plain.push(mmdebstrap(variant, packages));
    }
    const of = (spent: readonly Spent[], key: keyof Spent) => median(spent.map(each => each[key]));
    for (const [key, what] of [
      ["elapsed", "time"],
      ["cpu", "processor time"],
    ] as const) {
      const [own, other] = [of(ours, key), of(plain, key)];
      const ratio = median(ours.map((each, index) => each[key] / (plain[index]?.[key] ?? each[key])));
      figures.push({
        name: `${name}, cold, to a tar: ${what}`,
        value: `${own.toFixed(1)} s, mmdebstrap ${other.toFixed(1)} s, ratio ${ratio.toFixed(2)}`,
        promise: "ratio at most 1.15",
      });
    }
  }
  return figures;
}

function build(variant: string, packages: readonly string[]): Spent {
  return inFolder(folder => {
    const debian = JSON.stringify({ suite, variant, packages, mirrors: sources });
    writeFileSync(
      join(folder, "base.whittle.yaml"),
      `name: base\nstages:\n  - debian: ${debian}\noutputs:\n  - tar: {}\n`,
    );
    const env = { ...process.env, WHITTLE_CACHE: join(folder, "cache") };
    return spentOn(process.execPath, [cli, "build", folder], env);
  });
}

function mmdebstrap(variant: string, packages: readonly string[]): Spent {
  return inFolder(folder => {
    // Its own root of a user namespace has to get through to the folder for temporary files.
    const temp = join(folder, "temp");
    mkdirSync(temp, { mode: 0o755 });
    const include = packages.length > 0 ? [`--include=${packages.join(",")}`] : [];
    const args = [
      "--mode=unshare",
      `--variant=${variant}`,
      ...include,
      suite,
      join(folder, "base.tar"),
      ...sources,
    ];
    return spentOn("mmdebstrap", args, { ...process.env, TMPDIR: temp, SOURCE_DATE_EPOCH: "0" });
  });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "whittle-bench-"));
  try {
    spawnSync("chmod", ["755", folder]);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shell's `times` tells the processor time of all that was waited for, at any depth. */
function spentOn(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Spent {
  const began = process.hrtime.bigint();
  const script = '"$@" >&2 || exit 1; times';
  const done = spawnSync("bash", ["-c", script, "bash", program, ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const elapsed = Number(process.hrtime.bigint() - began) / 1e9;
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${done.stderr}`);
  const children = done.stdout.trim().split("\n").at(-1) ?? "";
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => {
    return sum + 60 * Number(minutes) + Number(seconds);
  }, 0);
  return { elapsed, cpu };
}
