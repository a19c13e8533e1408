import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { SizesReport } from "../../../src/shared/report.ts";
import { bundleCommandLine } from "../cli/bundle.ts";

/** A folder with the command line, a cache of its own, and the root folder of a small system. */
export interface OwnersWorkplace {
  readonly folder: string;
  readonly root: string;
  /** Runs a program that thinks it is root; its output. */
  asRoot(program: string, ...args: string[]): string;
  run(program: string, ...args: string[]): string;
  whittle(...args: string[]): string;
  /** What `--json` gives in its last line. */
  result(...args: string[]): unknown;
  /** A recipe of the root folder, and more stages in YAML's flow style. */
  recipe(name: string, ...more: string[]): string;
  remove(): Promise<void>;
}

export async function makeWorkplace(): Promise<OwnersWorkplace> {
  const bundle = await bundleCommandLine();
  const folder = mkdtempSync(join(tmpdir(), "whittle-owners-"));
  const root = join(folder, "root");
  mkdirSync(root);
  const env = {
    ...process.env,
    ...{ WHITTLE_CACHE: join(folder, "cache"), LC_ALL: "C" },
    // dpkg asks for programs that are in no ordinary user's path.
    PATH: `${process.env["PATH"]}:/usr/sbin:/sbin`,
  };
  const run = (program: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8", env });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${status}\n${stdout}${stderr}`);
    return stdout;
  };
  const whittle = (...args: string[]): string => run(process.execPath, bundle.cli, ...args);
  return {
    folder,
    root,
    run,
    asRoot: (program, ...args) => run("unshare", "--map-root-user", program, ...args),
    whittle,
    result: (...args) =>
      JSON.parse(
        whittle(...args, "--json")
          .trim()
          .split("\n")
          .at(-1) ?? "",
      ),
    recipe(name, ...more) {
      run("tar", "--owner=0", "--group=0", "-cf", "root.tar", "-C", root, ".");
      const stages = ["archive: { source: root.tar }", ...more].map(stage => `  - ${stage}\n`).join("");
      const text = `name: ${name}\narch: x86_64\nversion: "3"\nstages:\n${stages}outputs:\n  - tar: {}\n`;
      writeFileSync(join(folder, `${name}.whittle.yaml`), text);
      return `${name}.whittle.yaml`;
    },
    async remove() {
      await bundle.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Where a path of the image leads when the links above its last name are followed. */
export function realPath(root: string, path: string): string {
  return join(realpathSync(join(root, dirname(path))), basename(path)).slice(root.length);
}

export function ownersOf(report: SizesReport): Map<string, string | undefined> {
  return new Map(report.entries.map(each => [each.path, each.package]));
}
