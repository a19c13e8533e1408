import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "./figures.ts";
import { cli, inWorkplace, secondsOf } from "./workplace.ts";

/** The compressed disk of examples/boots, and one of the same files and size made by hand with mke2fs and qemu-img. */
export async function qcow2Size(): Promise<Figure[]> {
  return inWorkplace(async ({ recipe, folder, env }) => {
    secondsOf(process.execPath, [cli, "build", recipe, "--with", "disk"], env);
    const out = join(recipe, "out", "boots");
    const name = readdirSync(out).find(each => each.endsWith(".qcow2"));
    if (name === undefined) throw new Error("There is no qcow2.");
    const ours = join(out, name);
    const raw = join(folder, "ours.raw");
    execFileSync("qemu-img", ["convert", "-O", "raw", ours, raw]);
    const files = join(folder, "files");
    mkdirSync(files);
    execFileSync("/usr/sbin/debugfs", ["-R", `rdump / ${files}`, raw], { stdio: "ignore" });
    rmSync(join(files, "lost+found"), { recursive: true, force: true });
    const byHand = join(folder, "hand.raw");
    execFileSync("truncate", ["-s", String(statSync(raw).size), byHand]);
    execFileSync("/usr/sbin/mke2fs", ["-q", "-F", "-t", "ext4", "-m", "0", "-d", files, byHand]);
    const packed = join(folder, "hand.qcow2");
    execFileSync("qemu-img", ["convert", "-c", "-O", "qcow2", byHand, packed]);
    const sizes = [statSync(ours).size, statSync(packed).size] as const;
    return [
      {
        name: "compressed qcow2 : qemu-img convert -c of one by hand",
        value: `${sizes[0]} : ${sizes[1]} = ${(sizes[0] / sizes[1]).toFixed(3)}`,
        promise: "at most 1.02",
      },
    ];
  });
}
