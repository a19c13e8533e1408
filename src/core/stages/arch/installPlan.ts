import { copyFile, link, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FetchedPackage } from "../../pacman/fetchPackages.ts";
import type { Keyring } from "../../pacman/keyring.ts";
import type { Repository } from "../../pacman/repository.ts";
import type { SandboxMount } from "../../sandbox/sandbox.ts";
import type { StageContext } from "../stage.ts";
import type { BootstrapPacman } from "./bootstrap.ts";
import { type InstallPlan, inside, installScript, pacmanConfig } from "./installScript.ts";

/** What the script is to do with packages that are here. */
export function planOf(
  fetched: readonly FetchedPackage[],
  repositories: readonly Repository[],
  keyring: Keyring | undefined,
  bootstrap: BootstrapPacman | undefined,
): InstallPlan {
  const levelOf = ({ repository }: FetchedPackage) =>
    repositories.find(each => each.name === repository)?.signatures ?? "required";
  const signed = keyring ? fetched.filter(each => each.signaturePath !== undefined) : [];
  const withLevel = (level: string) => signed.filter(each => levelOf(each) === level).map(each => each.file);
  return {
    pacman: bootstrap ? ownProgram(bootstrap) : ["pacman"],
    packages: fetched.map(each => each.file),
    required: withLevel("required"),
    optional: withLevel("optional"),
    keys: keyring?.keys.map((_, index) => `keys-${index}`) ?? [],
    allTrusted: keyring?.allTrusted ?? false,
  };
}

function ownProgram({ loader, program }: BootstrapPacman): string[] {
  const folder = inside.bootstrap;
  const libraries = ["usr/lib", "usr/lib64", "lib", "lib64"].map(name => `${folder}/${name}`);
  return [`${folder}/${loader}`, "--library-path", libraries.join(":"), `${folder}/${program}`];
}

/** Lays out what the script reads. */
export async function prepareInstall(
  plan: InstallPlan,
  fetched: readonly FetchedPackage[],
  keyring: Keyring | undefined,
  bootstrap: BootstrapPacman | undefined,
  context: StageContext,
): Promise<SandboxMount[]> {
  const folder = await context.scratch();
  const [work, packages] = [join(folder, "work"), join(folder, "packages")];
  await mkdir(work);
  await mkdir(packages);
  const levels = { required: "Required", optional: "Optional TrustAll", install: "Never" };
  for (const [name, level] of Object.entries(levels))
    await writeFile(join(work, `${name}.conf`), pacmanConfig(level, context.arch));
  await writeFile(join(work, "install.sh"), installScript(plan));
  await writeFile(join(work, "trusted"), linesOf(keyring?.trusted));
  await writeFile(join(work, "revoked"), linesOf(keyring?.revoked));
  for (const [index, path] of (keyring?.keys ?? []).entries())
    await copyFile(path, join(work, plan.keys[index] ?? ""));
  for (const { path, file, signaturePath } of fetched) {
    await place(path, join(packages, file));
    if (signaturePath !== undefined) await place(signaturePath, join(packages, `${file}.sig`));
  }
  return [
    { from: work, to: inside.work },
    { from: packages, to: inside.packages },
    ...(bootstrap ? [{ from: bootstrap.folder, to: inside.bootstrap }] : []),
  ];
}

function linesOf(lines: readonly string[] | undefined): string {
  return (lines ?? []).map(line => `${line}\n`).join("");
}

async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EXDEV" && error.code !== "EPERM" && error.code !== "EMLINK") throw error;
    return copyFile(from, to);
  });
}
