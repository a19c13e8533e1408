import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ListSnapshot } from "../../../debian/aptArea.ts";
import type { Json } from "../../../stages/stage.ts";

/** What was found out earlier from the same package lists; undefined when nothing was. */
export function recall(lists: ListSnapshot, question: Json): unknown {
  try {
    return JSON.parse(readFileSync(memoOf(lists, question), "utf8")) as unknown;
  } catch {
    return undefined;
  }
}

/** Keeps an answer for as long as these package lists are kept. */
export function remember(lists: ListSnapshot, question: Json, answer: Json): void {
  const path = memoOf(lists, question);
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    mkdirSync(join(lists.folder, "resolved"), { recursive: true });
    writeFileSync(fresh, JSON.stringify(answer));
    renameSync(fresh, path);
  } catch {
    // Without a memory it is only slower.
    rmSync(fresh, { force: true });
  }
}

function memoOf(lists: ListSnapshot, question: Json): string {
  const id = createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 24);
  return join(lists.folder, "resolved", `vm-${id}.json`);
}
