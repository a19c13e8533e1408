import { Failure } from "../../failure.ts";
import { resolvePackages } from "../../pacman/resolvePackages.ts";
import type { ArchParameters } from "../arch.ts";
import { located } from "../atParameter.ts";
import type { Json, ParameterPath, ResolveContext } from "../stage.ts";
import { type PlacedRepository, repositoriesOf } from "./repositories.ts";
import { keyringFor } from "./signatures.ts";

/** Packages of a system that names none. */
export const usualPackages: readonly string[] = ["base"];

/**
 * Every package of the system with its version, address and digest (PinnedPackage), sorted by name.
 * @throws Failure, placed on the element of the recipe that is to blame.
 */
export async function resolveArch(given: ArchParameters, context: ResolveContext): Promise<Json> {
  const repositories = repositoriesOf(given, context);
  await keyringFor(given, repositories, context);
  const { arch, host, signal, fresh, log } = context;
  const packages = given.packages ?? usualPackages;
  try {
    return await resolvePackages(host, { arch, repositories, packages, fresh, signal, log });
  } catch (error) {
    signal.throwIfAborted();
    throw located(context, placeOf(error, given, repositories), error);
  }
}

function placeOf(
  error: unknown,
  given: ArchParameters,
  repositories: readonly PlacedRepository[],
): ParameterPath {
  if (!(error instanceof Failure)) return [];
  if ("wanted" in error && typeof error.wanted === "number" && given.packages)
    return ["packages", error.wanted];
  if ("repository" in error) return repositories.find(each => each.name === error.repository)?.at ?? [];
  return [];
}
