import type { Distribution } from "../packages/distribution.ts";
import type { PackageIdentity } from "../packages/installedPackage.ts";

/** Whose packages they are when the image does not say. */
const usual = { deb: "debian", alpm: "arch", apk: "alpine" } as const;

/**
 * A package's URL, as scanners look it up: `pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12`.
 * @see https://github.com/package-url/purl-spec
 */
export function purlOf(
  { type, name, version, arch }: PackageIdentity,
  distribution: Distribution | undefined,
): string {
  if (type === "source") return `pkg:generic/${encoded(name)}@${encoded(version)}`;
  const namespace = distribution?.id ?? usual[type];
  const distro =
    distribution && (distribution.version ? `${distribution.id}-${distribution.version}` : distribution.id);
  const qualifiers = Object.entries({ arch, distro }).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${encoded(value)}`,
  );
  const query = qualifiers.length === 0 ? "" : `?${qualifiers.join("&")}`;
  const path = [namespace, name].map(part => encoded(part.toLowerCase())).join("/");
  return `pkg:${type}/${path}@${encoded(version)}${query}`;
}

/** All but letters, digits and `.-_~:` as `%XX` of their UTF-8 bytes. */
function encoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%3A", ":")
    .replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
