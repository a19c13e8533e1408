import type { Place } from "../../stages/stage.ts";
import type { SquashfsParameters } from "../squashfs.ts";

interface Levels {
  readonly lowest: number;
  readonly highest: number;
  readonly usual: number;
}

const levels: Readonly<Record<string, Levels>> = {
  zstd: { lowest: 1, highest: 22, usual: 15 },
  xz: { lowest: 0, highest: 9, usual: 6 },
  gzip: { lowest: 1, highest: 9, usual: 9 },
};
const options = {
  zstd: "CONFIG_SQUASHFS_ZSTD",
  xz: "CONFIG_SQUASHFS_XZ",
  gzip: "CONFIG_SQUASHFS_ZLIB",
  lz4: "CONFIG_SQUASHFS_LZ4",
} as const;

export interface SquashfsCompressor {
  /** For tar2sqfs. */
  readonly args: readonly string[];
  /** What the kernel reads it with. */
  readonly option: string;
}

/** @throws Failure `bad-level`, at `level`, when the method has no such level. */
export function compressorOf(given: SquashfsParameters, place: Place): SquashfsCompressor {
  const method = given.compress ?? "zstd";
  const known = levels[method];
  const option = options[method];
  if (!known) {
    if (given.level === undefined) return { args: ["-c", method, "-X", "hc"], option };
    throw place.fail("bad-level", `${method} has no levels in a squashfs.`, {
      at: ["level"],
      advice: "Remove level, or choose another compress.",
    });
  }
  const level = given.level ?? known.usual;
  if (level < known.lowest || level > known.highest) {
    throw place.fail("bad-level", `${method} has no level ${level}.`, {
      at: ["level"],
      advice: `Write a level from ${known.lowest} to ${known.highest}.`,
    });
  }
  return { args: ["-c", method, "-X", `level=${level}`], option };
}
