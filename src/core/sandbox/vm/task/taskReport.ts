import { Failure } from "../../../failure.ts";
import { outOfMemory } from "../guest/guestFailures.ts";

const enoughBytes = 1024 * 1024;
const enoughFiles = 8;
/** What /task/inside and /task/launch end with when they could not start the command. */
const ownCodes: ReadonlySet<number> = new Set([125, 126, 127]);
const ownWords = /(?:^|\n)whittle: ([^\n]*)\n$/;
const noSpace = /No space left on device|ENOSPC|Disk quota exceeded/i;

/** Gathers what the guest says about a task. */
export class TaskReport {
  exitCode: number | undefined;
  #captured: { readonly code: number; readonly said: string } | undefined;
  #killed = 0;
  #isFull = false;
  #settle: (code: number) => void = () => {};
  /** The exit code, once the command has ended. */
  readonly ended = new Promise<number>(resolve => {
    this.#settle = resolve;
  });

  take(word: string, rest: string): void {
    const numbers = rest.split(/\s+/).map(Number);
    const [first = 0] = numbers;
    if (word === "killed") this.#killed = first;
    else if (word === "captured") this.#captured = { code: first, said: rest.slice(rest.indexOf(" ") + 1) };
    else if (word === "room") this.#isFull = isFull(numbers);
    else if (word === "exit") {
      this.exitCode = first;
      this.#settle(first);
    }
  }

  /**
   * Why the task has no result, where that is not for the command itself to say.
   * @param said the last lines of its output.
   */
  failure(said: string): Failure | undefined {
    // Whatever the command made of it: with more memory its result would be another.
    if (this.#killed > 0) return outOfMemory("its kernel ended a program of the command for want of it");
    const broken =
      this.exitCode !== undefined && ownCodes.has(this.exitCode) ? ownWords.exec(said)?.[1] : undefined;
    if (broken !== undefined) {
      return new Failure("sandbox-failed", `The command cannot be started in the sandbox: ${broken}`, {
        advice: "Look whether the program and the folder it starts in are in the tree.",
      });
    }
    const lost = this.#captured !== undefined && this.#captured.code !== 0 ? this.#captured.said : undefined;
    if (this.exitCode === 0 && lost === undefined) return undefined;
    const words = lost ?? said;
    if (this.#isFull || noSpace.test(words))
      return diskFull(words.trimEnd().split("\n").slice(-6).join("\n"));
    if (lost !== undefined) {
      return new Failure("capture-broken", `The changes that a command made cannot be read: ${lost}`, {
        advice: "Build again. If it stays so, report it with what the build said.",
      });
    }
    return undefined;
  }
}

/** For each disk: free blocks, bytes of a block, free files. */
function isFull(numbers: readonly number[]): boolean {
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [blocks = 0, bytes = 0, files = 0] = numbers.slice(at, at + 3);
    if (blocks * bytes < enoughBytes || files < enoughFiles) return true;
  }
  return false;
}

function diskFull(said: string): Failure {
  return new Failure(
    "vm-disk-full",
    `The disk of the helper VM is full, so that the command failed.\n${said}`,
    {
      advice:
        "The VM has as much room as the host's disk has free below the cache folder: free some there, or have the command remove what it no longer needs.",
    },
  );
}
