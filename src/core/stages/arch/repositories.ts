import { expandServer, isLocal, type Repository } from "../../pacman/repository.ts";
import type { ArchParameters } from "../arch.ts";
import type { ParameterPath, Place } from "../stage.ts";

/** A repository and the parameter that says where it lies. */
export interface PlacedRepository extends Repository {
  readonly at: ParameterPath;
}

const arch = [
  "https://geo.mirror.pkgbuild.com/$repo/os/$arch",
  "https://mirror.rackspace.com/archlinux/$repo/os/$arch",
];

/**
 * The repositories that the parameters mean, with the addresses of their folders.
 * @throws Failure `key-conflict`, `arch-no-mirror`.
 */
export function repositoriesOf(given: ArchParameters, place: Place): PlacedRepository[] {
  if (given.snapshot !== undefined && given.mirrors) {
    throw place.fail(
      "key-conflict",
      "`snapshot` and `mirrors` exclude each other: both say where packages come from.",
      {
        advice: "Remove one of them.",
        at: ["snapshot"],
      },
    );
  }
  return (given.repositories ?? ["core", "extra"]).map((each, index) => {
    const { name, servers, siglevel } =
      typeof each === "string" ? { name: each, servers: undefined, siglevel: undefined } : each;
    const { templates, at } = servers
      ? { templates: servers, at: ["repositories", index, "servers"] }
      : mirrorsOf(given, place);
    const expanded = templates.map(template => expandServer(template, name, place.arch, place.baseDir));
    const signatures = siglevel ?? (expanded.every(isLocal) ? "optional" : "required");
    return { name, servers: expanded, signatures, at };
  });
}

function mirrorsOf(
  { mirrors, snapshot }: ArchParameters,
  place: Place,
): { templates: readonly string[]; at: ParameterPath } {
  if (mirrors) return { templates: mirrors, at: ["mirrors"] };
  if (place.arch !== "x86_64") {
    throw place.fail("arch-no-mirror", `Arch Linux is made for x86_64, not for ${place.arch}.`, {
      advice: `Name a mirror that has ${place.arch} in \`mirrors\`, and its keys in \`keyring\`, as Arch Linux ARM's.`,
      at: snapshot === undefined ? [] : ["snapshot"],
    });
  }
  if (snapshot === undefined) return { templates: arch, at: [] };
  const folder = `https://archive.archlinux.org/repos/${snapshot.replaceAll("-", "/")}`;
  return { templates: [`${folder}/$repo/os/$arch`], at: ["snapshot"] };
}
