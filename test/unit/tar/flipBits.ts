import { sign } from "./tarBytes.ts";

/** Numbers from 0 to 1 that look random and are the same in every run. */
function* pseudoRandom(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/**
 * Copies of `bytes` with one to three bits flipped. Every other one has the checksums of its tar headers put right
 * again, so that the fields themselves get to be judged.
 */
export function* flippedBits(bytes: Uint8Array, rounds: number, seed: number): Generator<Buffer> {
  const random = pseudoRandom(seed);
  const below = (limit: number): number => Math.floor(random.next().value * limit);
  for (let round = 0; round < rounds; round++) {
    const hurt = Buffer.from(bytes);
    for (let flips = 1 + below(3); flips > 0; flips--) {
      const at = below(hurt.length);
      hurt[at] = (hurt[at] ?? 0) ^ (1 << below(8));
    }
    if (round % 2 === 0) signAll(hurt);
    yield hurt;
  }
}

function signAll(bytes: Buffer): void {
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    if (bytes.toString("latin1", at + 257, at + 262) === "ustar") sign(bytes.subarray(at, at + 512));
  }
}
