import type { Failure } from "../../failure.ts";
import type { ArchParameters } from "../arch.ts";
import type { Place } from "../stage.ts";
import { exitCodes, inside } from "./installScript.ts";

/** Says why the script ended with a code that is not 0. @param lines the last ones it said. */
export function installFailure(
  exitCode: number,
  lines: readonly string[],
  given: ArchParameters,
  place: Place,
): Failure {
  const at = given.keyring === undefined ? [] : ["keyring"];
  const first = lines.findIndex(line => /^(?:error|gpg): /.test(line));
  const said = (first < 0 ? lines.slice(-8) : lines.slice(first, first + 8))
    .filter(line => !/^Errors occurred|^loading packages\.\.\.$/.test(line))
    .map(line => line.replaceAll(`${inside.packages}/`, ""))
    .join("\n");
  if (exitCode === exitCodes.keys) {
    return place.fail("keyring-unreadable", `gpg cannot use the keyring: ${said}`, {
      advice: "Name a file with public keys (gpg --export KEY > mine.gpg), or a folder of such files.",
      at,
    });
  }
  if (exitCode === exitCodes.signatures) {
    return place.fail("signature-bad", `Packages are not signed as they must be: ${said}`, {
      advice:
        "Nothing was installed. A key that is unknown or expired: the keyring is older than the packages (take a newer " +
        "archlinux-keyring and name its folder in `keyring`), or the packages are signed by somebody else (add that key). " +
        "An invalid signature: choose another mirror.",
      at,
    });
  }
  return place.fail("pacman-failed", `pacman cannot install the packages: ${said}`, {
    advice: "The log of the build has all that pacman said.",
  });
}
