import { Failure } from "../failure.ts";

/** What is wrong with the bytes of an archive, before anybody knows which entry was read last. */
export class Damage extends Error {
  override readonly name = "Damage";
}

/** Remembers how far reading came, so that a report of damage can say it. */
export class GoodSoFar {
  #last: string | undefined;

  /** `name` was read to its last byte. */
  passed(name: string): void {
    this.#last = name;
  }

  /** Turns Damage into Failure `archive-damaged` that names the last whole entry; other errors stay as they are. */
  explain(error: unknown): unknown {
    if (!(error instanceof Damage)) return error;
    const where =
      this.#last === undefined
        ? "No entry could be read before that."
        : `The last entry read whole is ${JSON.stringify(this.#last)}.`;
    return new Failure("archive-damaged", `The archive is damaged or cut short: ${error.message}. ${where}`, {
      advice: "Fetch or make the archive anew.",
      cause: error.cause,
    });
  }
}
