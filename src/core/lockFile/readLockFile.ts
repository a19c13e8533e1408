import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { SourceRange } from "../../shared/diagnostic.ts";
import { Failure } from "../failure.ts";
import type { Arch } from "../host/host.ts";
import type { Json } from "../stages/stage.ts";
import { type LockFile, lockFilePath, lockFormat, type Pin, type Pins } from "./lockFile.ts";

/**
 * Reads the lock file beside a recipe; undefined when there is none.
 * @throws Failure `lock-invalid` at its place, e.g. after a merge that left its marks.
 */
export async function readLockFile(recipeFile: string): Promise<LockFile | undefined> {
  const path = lockFilePath(recipeFile);
  if (!existsSync(path)) return undefined;
  const text = await readFile(path, "utf8");
  const mark = /^(<<<<<<<|=======|>>>>>>>)/m.exec(text);
  if (mark) throw invalid(path, text, mark.index, "It holds the marks of a merge that was not finished.");
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text, { maxAliasCount: 0 } as object);
  const [error] = document.errors;
  if (error) throw invalid(path, text, error.pos[0], error.message.split("\n", 1)[0] ?? "");
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (!isMap(value) || value["format"] !== lockFormat) {
    throw invalid(path, text, 0, `It is not a lock file of format ${lockFormat}.`);
  }
  const pins = (key: string): Pins => pinsOf(path, text, value[key]);
  return { path, stages: pins("stages"), outputs: pins("outputs") };
}

function pinsOf(path: string, text: string, value: unknown): Pins {
  const found = new Map<string, Map<Arch, Pin>>();
  for (const [name, arches] of Object.entries(isMap(value) ? value : {})) {
    const pins = new Map<Arch, Pin>();
    for (const [arch, pin] of Object.entries(isMap(arches) ? arches : {})) {
      if (!isPin(pin)) throw invalid(path, text, text.indexOf(name), `What it says of ${name} is not whole.`);
      pins.set(arch as Arch, pin);
    }
    found.set(name, pins);
  }
  return found;
}

function invalid(path: string, text: string, offset: number, why: string): Failure {
  const before = text.slice(0, Math.max(0, offset)).split("\n");
  const position = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const range: SourceRange = { file: path, start: position, end: position };
  return new Failure("lock-invalid", `The lock file cannot be read. ${why}`, {
    range,
    advice: "Take the file from version control again, or remove it and run: whittle lock RECIPE.",
  });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPin(value: unknown): value is Pin {
  return (
    isMap(value) &&
    typeof value["kind"] === "string" &&
    typeof value["asked"] === "string" &&
    isJson(value["resolved"])
  );
}

function isJson(value: unknown): value is Json {
  if (value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (isMap(value)) return Object.values(value).every(isJson);
  return ["string", "number", "boolean"].includes(typeof value);
}
