/** Short names of Debian's copyright files that SPDX calls otherwise. */
const debianNames: Readonly<Record<string, string>> = {
  expat: "MIT",
  "bsd-2-clause": "BSD-2-Clause",
  "bsd-3-clause": "BSD-3-Clause",
  "bsd-4-clause": "BSD-4-Clause",
  zlib: "Zlib",
  isc: "ISC",
  artistic: "Artistic-1.0-Perl",
  psf: "PSF-2.0",
};

/** `GPL-2`, `GPL-2+`, `LGPL-2.1+`, `GFDL-1.3`: family, version, and whether a later one may be chosen. */
const gnuName = /^(A?GPL|LGPL|GFDL)-?v?(\d+(?:\.\d+)?)(\+)?$/i;

/** Debian's short name in the words of SPDX, or the name as it is. */
export function spdxName(name: string): string {
  const [, family = "", version = "", orLater] = gnuName.exec(name) ?? [];
  if (family === "") return debianNames[name.toLowerCase()] ?? name;
  const full = version.includes(".") ? version : `${version}.0`;
  return `${family.toUpperCase()}-${full}-${orLater ? "or-later" : "only"}`;
}

/**
 * A licence text as an SPDX expression (`GPL-2+ or Artistic` → `GPL-2.0-or-later OR Artistic-1.0-Perl`), or undefined
 * when a part of it is nothing that SPDX knows.
 */
export function spdxExpression(text: string, isKnown: (id: string) => boolean): string | undefined {
  const words = text
    .replace(/[()]/g, " $& ")
    .split(/\s+/)
    .filter(word => word !== "");
  const parts: string[] = [];
  let isId = true;
  let depth = 0;
  for (const word of words) {
    if (word === "(" && isId) depth++;
    else if (word === ")" && !isId && depth > 0) depth--;
    else if (isId) {
      const id = spdxName(word);
      if (!isKnown(id)) return undefined;
      isId = false;
      parts.push(id);
      continue;
    } else if (/^(?:and|or)$/i.test(word)) {
      isId = true;
      parts.push(word.toUpperCase());
      continue;
    } else return undefined;
    parts.push(word);
  }
  if (isId || depth > 0) return undefined;
  return parts.join(" ").replaceAll("( ", "(").replaceAll(" )", ")");
}
