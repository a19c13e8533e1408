import { resolve } from "node:path";
import { hostSuite } from "../../debian/sources/hostSources.ts";
import { resolveSystem, type SystemRequest } from "../../debian/system/resolveSystem.ts";
import type { DebianSystem } from "../../debian/system/systemPackage.ts";
import { Failure } from "../../failure.ts";
import { located } from "../atParameter.ts";
import type { DebianParameters } from "../debian.ts";
import type { ParameterPath, Place, ResolveContext } from "../stage.ts";

/**
 * The packages of the system that the parameters ask for.
 * @throws Failure as resolveSystem() does, and `package-unknown`, each on the parameter it is about.
 */
export async function findSystem(given: DebianParameters, context: ResolveContext): Promise<DebianSystem> {
  const { host, signal, fresh, log } = context;
  const request = { ...systemRequest(given, context), signal, fresh, log };
  let placed: unknown;
  try {
    return await resolveSystem(host, request, ({ wanted, failure }) => {
      placed = located(context, ["packages", given.packages?.indexOf(wanted) ?? 0], failure);
      return placed;
    });
  } catch (error) {
    throw error === placed
      ? error
      : located(context, error instanceof Failure ? placeOf(error, given) : [], error);
  }
}

/** The parameters with everything filled in that was left out. */
export function systemRequest(
  given: DebianParameters,
  place: Place,
): Omit<SystemRequest, "signal" | "fresh" | "log"> {
  const { suite, variant = "minbase", packages = [], components = ["main"], mirrors = [], keyring } = given;
  return {
    suite: suite ?? hostSuite("/etc/os-release")?.suite ?? "stable",
    variant,
    packages,
    components,
    mirrors,
    recommends: given.recommends ?? false,
    arch: place.arch,
    ...(keyring === undefined ? {} : { keyring: resolve(place.baseDir, keyring) }),
  };
}

/** The parameter that a failure of the mirrors or of apt is most likely about. */
function placeOf({ code, message }: Failure, given: DebianParameters): ParameterPath {
  if (/have the component/.test(message) && given.components) return ["components"];
  const order: Readonly<Record<string, readonly (keyof DebianParameters)[]>> = {
    "packages-untrusted": ["keyring", "mirrors", "suite"],
    "packages-unreachable": ["mirrors", "suite"],
    "packages-conflict": ["packages"],
    "suite-empty": ["suite", "mirrors"],
  };
  const key = order[code]?.find(each => given[each] !== undefined);
  return key === undefined ? [] : [key];
}
