import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, median } from "./figures.ts";
import { cli, inWorkplace, secondsOf } from "./workplace.ts";

/** From the edit of one file in `files` to a bootable image, as a whole process; initramfs alone and with the disk. */
export async function editOneFile(): Promise<Figure[]> {
  return inWorkplace(async ({ recipe, env }) => {
    const figures: Figure[] = [];
    for (const [name, options] of [
      ["initramfs (zstd)", []],
      ["initramfs and compressed qcow2 disk", ["--with", "disk"]],
    ] as const) {
      secondsOf(process.execPath, [cli, "build", recipe, ...options], env);
      const times: number[] = [];
      for (let round = 0; round < 7; round++) {
        appendFileSync(join(recipe, "files", "start"), `# edit ${name} ${round}\n`);
        times.push(secondsOf(process.execPath, [cli, "build", recipe, ...options], env));
      }
      figures.push({
        name: `edit one file → ${name}`,
        value: `${median(times).toFixed(2)} s`,
        promise: "within 1 s",
      });
    }
    return figures;
  });
}
