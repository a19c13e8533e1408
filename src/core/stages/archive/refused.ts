import { Failure } from "../../failure.ts";

/** Failure `archive-refused` that names the entry as the archive spells it. */
export function refused(member: { readonly name: string }, why: string): Failure {
  const shown = member.name.length > 300 ? `${member.name.slice(0, 300)}…` : member.name;
  return new Failure("archive-refused", `The archive's entry ${JSON.stringify(shown)} is refused: ${why}.`, {
    advice: "Nothing of the archive was used. Make it anew without this entry.",
  });
}
