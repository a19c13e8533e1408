import { formatBytes } from "../../../shared/bytes.ts";
import type { Fact, InspectionPage, Part, SizeMap } from "../../../shared/inspectionPage.ts";

const barLength = 40;
// A list of files is cut on a terminal; --json has all of it.
const mostParts = 40;

/** An inspected image as plain text, without anything of the image's that a terminal would obey. */
export function pageText(page: InspectionPage, sha256?: string): string {
  const digest: Fact[] = sha256 === undefined ? [] : [{ name: "sha256", value: sha256 }];
  const head = [
    line(page.path),
    line(`${page.title}, ${exact(page.bytes)}`),
    "",
    ...facts([...page.facts, ...digest], ""),
  ];
  const map = page.map ? ["", ...mapLines(page.map)] : [];
  const groups = page.groups.flatMap(({ title, note, parts }) => {
    const shown = parts.slice(0, mostParts);
    const more = parts.length - shown.length;
    const width = Math.max(0, ...shown.map(each => each.name.length));
    return [
      "",
      `${line(title)}:`,
      ...(note ? [`  ${line(note)}`] : []),
      ...shown.flatMap(each => partLines(each, width)),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  return `${[...head, ...map, ...groups].join("\n")}\n`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

function plain(text: string): string {
  return text.replace(control, "\ufffd");
}

function line(text: string): string {
  return plain(text.replaceAll("\n", " "));
}

function exact(bytes: number): string {
  return `${formatBytes(bytes)} (${bytes} bytes)`;
}

function facts(all: readonly Fact[], indent: string): string[] {
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  return all.map(({ name, value }) => `${indent}${`${line(name)}:`.padEnd(width + 2)}${line(value)}`);
}

function mapLines({ title, total, segments }: SizeMap): string[] {
  const width = Math.max(...segments.map(({ name }) => name.length));
  return [
    `${title}, ${formatBytes(total)}:`,
    ...segments.map(({ name, bytes, isRest }) => {
      const share = bytes / total;
      const bar = (isRest ? "·" : "█").repeat(Math.round(share * barLength));
      const percent = `${(share * 100).toFixed(1)} %`.padStart(7);
      return `  ${line(name).padEnd(width)}  ${formatBytes(bytes).padStart(10)}  ${percent}  ${bar}`.trimEnd();
    }),
  ];
}

function partLines({ name, about, bytes, facts: own = [], text }: Part, width: number): string[] {
  const size = bytes === undefined ? "" : formatBytes(bytes);
  const head = `  ${line(name).padEnd(Math.min(width, 60))}  ${size.padStart(10)}  ${line(about ?? "")}`;
  const content = text === undefined ? [] : text.split("\n").map(each => `    | ${plain(each)}`);
  return [head.trimEnd(), ...facts(own, "    "), ...content];
}
