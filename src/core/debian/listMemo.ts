import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../stages/stage.ts";
import type { ListSnapshot } from "./aptArea.ts";

/** What was once found out about a question in these lists, which never change; undefined when nothing was. */
export function recall(lists: ListSnapshot, question: Json): Json | undefined {
  try {
    return JSON.parse(readFileSync(memoOf(lists, question), "utf8")) as Json;
  } catch {
    return undefined;
  }
}

/** Keeps an answer for as long as these lists are kept; questions begin with a word for what they ask. */
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
  const name = createHash("sha256").update(JSON.stringify(question)).digest("hex");
  return join(lists.folder, "resolved", `${name}.json`);
}
