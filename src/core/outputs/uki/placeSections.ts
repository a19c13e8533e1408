import { readFile, stat } from "node:fs/promises";
import { peImage } from "../../machine/peSections.ts";

/**
 * Arguments for objcopy that put each file into a section of its own behind those of the stub, in the order given
 * and at whole pages.
 * @param stub path of an EFI program
 * @param files path of each section's content, by the section's name
 */
export async function placeSections(
  stub: string,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { imageBase, alignment, end } = peImage(await readFile(stub));
  const align = (at: number): number => Math.ceil(at / alignment) * alignment;
  const args: string[] = [];
  let at = align(end);
  for (const [name, path] of Object.entries(files)) {
    args.push("--add-section", `${name}=${path}`);
    args.push("--set-section-flags", `${name}=data,readonly`);
    args.push("--change-section-vma", `${name}=0x${(imageBase + BigInt(at)).toString(16)}`);
    at = align(at + (await stat(path)).size);
  }
  return args;
}
