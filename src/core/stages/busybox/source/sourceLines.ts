/**
 * Turns a file of apt's that names mirrors into one that names the same mirrors for the sources of their packages.
 * @param name of the file: one-line style, or stanzas in a `.sources` file.
 */
export function sourceLines(name: string, text: string): string {
  if (name.endsWith(".sources")) {
    const stanzas = text
      .trimEnd()
      .split(/\n(?:[ \t]*\n)+/)
      .filter(stanza => /^Types:.*\bdeb/m.test(stanza));
    const sources = stanzas.map(stanza => stanza.replace(/^Types:.*$/m, "Types: deb-src"));
    return `${[...new Set(sources)].join("\n\n")}\n`;
  }
  const lines = text.split("\n").filter(line => /^\s*deb(?:-src)?\s/.test(line));
  const sources = lines.map(line => line.trim().replace(/^deb(?:-src)?/, "deb-src"));
  return [...new Set(sources)].map(line => `${line}\n`).join("");
}
