import { resolve } from "node:path";
import { type Keyring, readKeyring, systemKeyring } from "../../pacman/keyring.ts";
import { isLocal } from "../../pacman/repository.ts";
import type { ArchParameters } from "../arch.ts";
import { atParameter } from "../atParameter.ts";
import type { Place } from "../stage.ts";
import type { PlacedRepository } from "./repositories.ts";

/**
 * The keys that vouch for packages; undefined only when no repository must have signatures.
 * @throws Failure `keyring-missing` where signatures are required and there are no keys; `keyring-unreadable`.
 */
export async function keyringFor(
  given: ArchParameters,
  repositories: readonly PlacedRepository[],
  place: Place,
  findSystemKeyring: () => Promise<Keyring | undefined> = systemKeyring,
): Promise<Keyring | undefined> {
  const { keyring } = given;
  if (repositories.every(each => each.signatures === "never")) return undefined;
  if (keyring !== undefined)
    return atParameter(place, ["keyring"], () => readKeyring(resolve(place.baseDir, keyring)));
  const found = await findSystemKeyring();
  const strict = repositories.find(each => each.signatures === "required");
  if (found || !strict) return found;
  const where = strict.servers.find(each => !isLocal(each)) ?? strict.servers[0] ?? "";
  throw place.fail(
    "keyring-missing",
    `The packages of ${strict.name} come from ${where} and must be signed, but there are no keys to check that with.`,
    {
      advice:
        "Install Arch's keys (Debian, Ubuntu: sudo apt-get install archlinux-keyring), or name a keyring in `keyring`. " +
        "Only if you trust the server and the way to it, give the repository `siglevel: never`.",
      at: strict.at,
    },
  );
}
