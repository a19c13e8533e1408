import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import { hasHeader, hostProgram } from "./hostPrograms.ts";

/** Something that a build takes from the system it runs on. */
export interface Needed {
  /** Debian's and Ubuntu's name. */
  readonly package: string;
  /** The program or header that shows that it is there. */
  readonly program?: string | undefined;
  readonly header?: string | undefined;
}

/** What of it the host lacks. */
export function missingOnHost(needed: readonly Needed[], host: Arch): Needed[] {
  return needed.filter(({ program, header }) =>
    header === undefined ? !hostProgram(program ?? "") : !hasHeader(header, host),
  );
}

/**
 * A Failure `build-tools-missing` that names them all, so that nobody has to install them one by one.
 * @param what is to be built.
 */
export function toolsMissing(what: string, missing: readonly Needed[]): Failure {
  const names = missing.map(each => (each.program ?? each.header ?? each.package).replace(/^.*\//, ""));
  const packages = [...new Set(missing.map(each => each.package))].sort();
  const verb = names.length === 1 ? "is" : "are";
  return new Failure(
    "build-tools-missing",
    `To build ${what}, ${joinAnd(names)} ${verb} missing on this system.`,
    {
      advice: `Install them with: sudo apt-get install ${packages.join(" ")}`,
    },
  );
}

function joinAnd(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
