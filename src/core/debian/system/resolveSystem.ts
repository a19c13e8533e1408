import type { Failure } from "../../failure.ts";
import type { Host } from "../../host/host.ts";
import { currentLists } from "../aptArea.ts";
import { recall } from "../listMemo.ts";
import { sourceLine } from "../sources/aptSource.ts";
import { type SuiteRequest, suiteArea } from "../sources/suiteArea.ts";
import type { DebianSystem } from "./systemPackage.ts";
import type { Variant } from "./variants.ts";

export interface SystemRequest extends SuiteRequest {
  readonly variant: Variant;
  readonly packages: readonly string[];
  readonly recommends: boolean;
  readonly signal: AbortSignal;
  /** Ask the mirrors for new package lists first. */
  readonly fresh: boolean;
  readonly log?: ((line: string) => void) | undefined;
}

/** A package that was asked for does not exist; `wanted` is how it was written. */
export interface UnknownPackage {
  readonly wanted: string;
  readonly failure: Failure;
}

/**
 * Finds all packages of a system, each with its version, digest and place. The answer is remembered together with the
 * package lists it comes from, so asking again costs a few small reads.
 * @param unknown turns a package that does not exist into what is thrown.
 * @throws Failure `packages-unreachable`, `packages-untrusted`, `packages-conflict`, `suite-empty`, `apt-failed`, `apt-missing`.
 */
export async function resolveSystem(
  host: Host,
  request: SystemRequest,
  unknown: (found: UnknownPackage) => unknown,
): Promise<DebianSystem> {
  const { area, sources } = suiteArea(host, request);
  const { suite, variant, packages, recommends, fresh } = request;
  const lines = sources.map(sourceLine);
  const question = ["system", suite, variant, packages, recommends, lines];
  const lists = currentLists(area);
  const known = lists && !fresh ? recall(lists, question) : undefined;
  if (known !== undefined) return known as DebianSystem;
  const { chooseSystem } = await import("./chooseSystem.ts");
  return chooseSystem(host, { ...request, area, lines, question }, lists, unknown);
}
