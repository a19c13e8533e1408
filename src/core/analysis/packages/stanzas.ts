/** The parts of a text that blank lines separate. */
export function stanzasOf(text: string): string[] {
  return text.split(/\n[ \t]*\n\s*/).filter(stanza => stanza.trim() !== "");
}

/** The first line of each wanted field (`Name: value`) of a stanza; names are compared without case. */
export function fieldsOf<K extends string>(stanza: string, wanted: readonly K[]): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  const known: ReadonlySet<string> = new Set(wanted);
  for (const line of stanza.split("\n")) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (!known.has(name)) continue;
    const value = line.slice(colon + 1).trim();
    if (value !== "") found[name as K] ??= value;
  }
  return found;
}
