import { formatBytes } from "../../shared/bytes.ts";
import type { UkiReport } from "./inspectUki.ts";

/** A report on a unified kernel image for people: a paragraph for each section. */
export function ukiText({ path, bytes, signed, sections }: UkiReport): string {
  const head = `${path}\n${formatBytes(bytes)}, ${signed ? "signed" : "not signed"}\n`;
  const parts = sections.map(({ name, size, sha256, text }) => {
    const lines = [`${name}:`, `  size: ${formatBytes(size)} (${size} bytes)`, `  sha256: ${sha256}`];
    if (text !== undefined) lines.push("  text:", ...text.split("\n").map(line => `    ${line}`));
    return `${lines.join("\n")}\n`;
  });
  return `${head}\n${parts.join("\n")}`;
}
