import { linesOf, textOf } from "./treeText.ts";

/**
 * Sets or (null) removes assignments, `KEY=value`, in a text of such lines. A key's last line keeps its place and loses
 * its doubles; new keys follow at the end, sorted. Everything else stays as it is.
 * @param changes values as they go behind the `=`, quoted where the file wants it
 */
export function setAssignments(
  text: string | undefined,
  changes: Readonly<Record<string, string | null>>,
): string {
  const lines = linesOf(text);
  const keys = lines.map(line => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=/.exec(line)?.[1]);
  const edited = lines.flatMap((line, at) => {
    const key = keys[at];
    if (key === undefined || !Object.hasOwn(changes, key)) return [line];
    const value = changes[key] ?? null;
    return value === null || keys.lastIndexOf(key) !== at ? [] : [`${key}=${value}`];
  });
  const added = Object.keys(changes)
    .filter(key => changes[key] !== null && !keys.includes(key))
    .sort()
    .map(key => `${key}=${changes[key]}`);
  const result = [...edited, ...added];
  // Not touched at all, a text keeps even its missing last line break.
  return text !== undefined && result.join("\n") === lines.join("\n") ? text : textOf(result);
}

/** A value as a shell and os-release(5) read it: plain where that is safe, else between double quotes. */
export function quoted(value: string): string {
  return /^[A-Za-z0-9._-]+$/.test(value) ? value : `"${value.replace(/[\\"$`]/g, "\\$&")}"`;
}

/** The values of all assignments, without their quotes. */
export function readAssignments(text: string | undefined): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [, key, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, unquoted(value.trim()));
  }
  return values;
}

function unquoted(value: string): string {
  const mark = value[0];
  if (value.length < 2 || (mark !== '"' && mark !== "'") || !value.endsWith(mark)) return value;
  const inner = value.slice(1, -1);
  return mark === '"' ? inner.replace(/\\([\\"$`])/g, "$1") : inner;
}
