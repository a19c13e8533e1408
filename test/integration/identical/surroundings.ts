import { execFile } from "node:child_process";
import { chmod, cp, lchown, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BuildReport } from "../../../src/shared/report.ts";

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** How and where a recipe is built; `folder` holds the recipe, the cache and a home. */
export interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts the command behind it. */
  readonly prefix: readonly string[];
}

/** As whoever runs the tests, with every core. */
export function usual(folder: string): Surroundings {
  return {
    folder,
    env: { ...atHome(folder), LANG: "C", TZ: "UTC" },
    prefix: ["sh", "-c", 'umask 022; exec "$@"', "sh"],
  };
}

/**
 * Another user, one core, another host name, and everything in the environment and the home that tools heed. Root
 * becomes an ordinary user; whoever is none sees root's number.
 */
export async function other(folder: string): Promise<Surroundings> {
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, ".mtoolsrc"), "mtools_lower_case=1\nMTOOLS_SKIP_CHECK=1\n");
  await writeFile(join(home, ".xorrisorc"), "-volid OTHER\n-padding 10m\n");
  await writeFile(join(home, "mke2fs.conf"), "[defaults]\n\tblocksize = 1024\n\tinode_size = 128\n");
  const env = {
    ...atHome(folder),
    ...{
      LANG: "de_DE.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
      TZ: "Pacific/Auckland",
      USER: "somebody",
      LOGNAME: "somebody",
    },
    ...{
      XZ_OPT: "-9e",
      XZ_DEFAULTS: "-0",
      ZSTD_CLEVEL: "1",
      ZSTD_NBTHREADS: "1",
      GZIP: "-1",
      TAR_OPTIONS: "--sort=none",
    },
    ...{
      MKE2FS_CONFIG: join(home, "mke2fs.conf"),
      MTOOLSRC: join(home, ".mtoolsrc"),
      E2FSPROGS_FAKE_TIME: "1234567890",
    },
    ...{ EMAIL: "somebody@example.org", HOSTNAME: "elsewhere" },
  };
  const asOther = isRoot
    ? ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"]
    : ["fakeroot"];
  const oneCore = ["taskset", "-c", await firstCore()];
  return {
    folder,
    env,
    prefix: [...(await otherHostName()), ...oneCore, ...asOther, "sh", "-c", 'umask 077; exec "$@"', "sh"],
  };
}

function atHome(folder: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: join(folder, "home"),
    WHITTLE_CACHE: join(folder, "cache"),
  };
}

/** One of the cores that this process may use. */
async function firstCore(): Promise<string> {
  const { stdout } = await run("taskset", ["-cp", String(process.pid)]);
  return /(\d+)[-,\d]*\s*$/.exec(stdout)?.[1] ?? "0";
}

/** Where the system lets us; it says so where not. */
async function otherHostName(): Promise<readonly string[]> {
  const unshare = ["unshare", "--uts", ...(isRoot ? [] : ["--map-root-user"])];
  const renamed = [...unshare, "sh", "-c", 'hostname elsewhere && exec "$@"', "sh"];
  const [program = "", ...args] = [...renamed, "true"];
  try {
    await run(program, args);
    return renamed;
  } catch (error) {
    process.stderr.write(`The host name stays the same in this test: ${String(error)}\n`);
    return [];
  }
}

/** Packages that another build has fetched, and the lists of what there is. */
export async function takePackages(from: string, to: string): Promise<void> {
  for (const name of ["downloads", "apt"]) {
    await cp(join(from, name), join(to, name), { recursive: true, force: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      },
    );
  }
}

/** Lets the other user have it. */
export async function giveAway(folder: string): Promise<void> {
  if (!isRoot) return;
  const names = await readdir(folder, { recursive: true });
  for (const path of [folder, ...names.map(name => join(folder, name))]) await lchown(path, nobody, nobody);
  await chmod(folder, 0o755);
}

/** Builds with the bundled command line, and checks what lies in the out folder against its checksums. */
export async function build(
  cli: string,
  recipe: string,
  { env, prefix }: Surroundings,
  extra: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<BuildReport> {
  const command = [...prefix, process.execPath, cli, "build", recipe, "--json", ...(extra.args ?? [])];
  const [program = "", ...args] = command;
  const options = { env: { ...env, ...extra.env }, maxBuffer: 2 ** 28 };
  const { stdout } = await run(program, args, options).catch(
    (error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${error.stderr}\n${error.stdout?.trimEnd().split("\n").at(-1)}`, { cause: error });
    },
  );
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as BuildReport;
}
