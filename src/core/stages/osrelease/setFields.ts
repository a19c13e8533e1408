import type { Tree } from "../../tree/tree.ts";
import type { OsReleaseParameters } from "../osrelease.ts";
import { quoted, readAssignments, setAssignments } from "../settings/assignments.ts";
import { putText, storedText, type TreeText, textAt } from "../settings/treeText.ts";
import type { Json, StageContext } from "../stage.ts";
import { evaluateFields } from "./evaluateFields.ts";
import type { TemplateFacts } from "./templateFacts.ts";

const home = "usr/lib/os-release";

/**
 * Sets the fields in the file that /etc/os-release leads to; a tree without one gets it, and the link.
 * @throws Failure `osrelease-template`, `osrelease-value`.
 */
export async function setFields(
  given: OsReleaseParameters,
  resolved: Json,
  context: StageContext,
): Promise<void> {
  const tree = await context.below();
  const file = await osReleaseOf(tree);
  const text = file.text === undefined ? undefined : Buffer.from(file.text, "latin1").toString();
  const fields = evaluateFields(given, resolved as TemplateFacts, readAssignments(text), context);
  const changes = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value === null ? null : storedText(quoted(value))]),
  );
  await putText(file, setAssignments(file.text, changes), context);
  for (const [key, value] of Object.entries(fields))
    context.log(value === null ? `without ${key}` : `${key}=${value}`);
  if (file.text !== undefined) return;
  const owned = { mode: 0o777, uid: 0, gid: 0, mtime: context.clock };
  await context.layer.add({ type: "symlink", path: "etc/os-release", target: `../${home}`, ...owned });
}

async function osReleaseOf(tree: Tree): Promise<TreeText> {
  const inEtc = await textAt(tree, "etc/os-release");
  return inEtc.text === undefined ? textAt(tree, home) : inEtc;
}
