/** One archive and one suite of it that packages come from: a line of sources.list. */
export interface AptSource {
  /** As in `[signed-by=… arch=…]`, keys in lower case as one-line sources have them. */
  readonly options: Readonly<Record<string, string>>;
  readonly uri: string;
  /** A suite (`bookworm`), or an exact path that ends in `/`. */
  readonly suite: string;
  /** None for an exact path. */
  readonly components: readonly string[];
}

/** A line of sources.list as text, without its end. */
export function sourceLine({ options, uri, suite, components }: AptSource): string {
  const given = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return ["deb", ...(given.length > 0 ? [`[${given.join(" ")}]`] : []), uri, suite, ...components].join(" ");
}

/** Reads a line `deb [OPTIONS] URI SUITE COMPONENT…`; undefined for any other line. */
export function readSourceLine(line: string): AptSource | undefined {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?$/.exec(line);
  if (!match) return undefined;
  const [, options = "", uri = "", suite = "", components = ""] = match;
  const named = words(options).flatMap(each => {
    const at = each.indexOf("=");
    return at > 0 ? [[each.slice(0, at).toLowerCase(), each.slice(at + 1)] as const] : [];
  });
  return { options: Object.fromEntries(named), uri, suite, components: words(components) };
}

/** Reads a `.list` file. */
export function readSourceList(text: string): AptSource[] {
  return text.split("\n").flatMap(line => readSourceLine(line) ?? []);
}

// Fields of a deb822 stanza and what the one-line format calls them.
const optionNames: Readonly<Record<string, string>> = {
  architectures: "arch",
  "signed-by": "signed-by",
  trusted: "trusted",
  "check-valid-until": "check-valid-until",
  "check-date": "check-date",
  "allow-insecure": "allow-insecure",
  "allow-weak": "allow-weak",
  "by-hash": "by-hash",
};

/** Reads a deb822 `.sources` file: each URI and suite of a stanza becomes one source. Embedded keys are left out. */
export function readSourceStanzas(text: string): AptSource[] {
  return text.split(/\n[ \t]*\n/).flatMap(stanza => {
    const fields = fieldsOf(stanza);
    const types = words(fields.get("types") ?? "");
    if (!types.includes("deb") || /^(?:no|false|0)$/i.test(fields.get("enabled") ?? "yes")) return [];
    const options: Record<string, string> = {};
    for (const [field, name] of Object.entries(optionNames)) {
      const value = fields.get(field);
      if (value && !value.includes("BEGIN PGP")) options[name] = words(value).join(",");
    }
    const components = words(fields.get("components") ?? "");
    const uris = words(fields.get("uris") ?? "");
    const suites = words(fields.get("suites") ?? "");
    return uris.flatMap(uri => suites.map(suite => ({ options, uri, suite, components })));
  });
}

function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current = "";
  for (const line of stanza.split("\n")) {
    if (line.startsWith("#")) continue;
    const match = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line);
    if (match?.[1]) {
      current = match[1].toLowerCase();
      fields.set(current, (match[2] ?? "").trim());
    } else if (current !== "" && /^\s+\S/.test(line)) {
      fields.set(current, `${fields.get(current) ?? ""}\n${line.trim()}`.trim());
    }
  }
  return fields;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(each => each !== "");
}
