import { Failure } from "../../failure.ts";

/** A path that is there after the command. */
export interface PresentPath {
  /** One letter, as `find -printf %y` gives it: f d l p s c b. */
  readonly type: string;
  /** For a file with several names: the number that all of them share. */
  readonly inode: string | undefined;
}

/** What the capture script prints before the tar. */
export interface CaptureHead {
  /** When the command began: whole seconds since 1970, by the clock that made the files' times. */
  readonly began: number;
  /** By path; names that are not UTF-8 are not among them. */
  readonly present: ReadonlyMap<string, PresentPath>;
  /** The tar, from where the head ends. */
  readonly rest: AsyncIterable<Uint8Array>;
}

const headPattern = /^whittle-capture 1 (\d+)(?:\.\d*)?$/;
const recordPattern = /^(\w) (\d+) (\d+) (.+)$/s;

/** @throws Failure `capture-broken` when the stream ends early or is no capture. */
export async function readCaptureHead(stream: AsyncIterable<Uint8Array>): Promise<CaptureHead> {
  const source = stream[Symbol.asyncIterator]();
  const present = new Map<string, PresentPath>();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let began: number | undefined;
  let left: Buffer = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await source.next();
    if (done === true) throw broken("it ends in the list of paths");
    const bytes = left.length > 0 ? Buffer.concat([left, value]) : Buffer.from(value);
    let at = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
      if (end === at && began !== undefined) {
        return { began, present, rest: continued(bytes.subarray(end + 1), source) };
      }
      const record = text(bytes.subarray(at, end), decoder);
      at = end + 1;
      if (began === undefined) began = beginning(record);
      else if (record !== undefined) note(record, present);
    }
    left = bytes.subarray(at);
  }
}

function beginning(record: string | undefined): number {
  const seconds = headPattern.exec(record ?? "")?.[1];
  if (seconds === undefined) throw broken("it does not begin like one");
  return Number(seconds);
}

function note(record: string, present: Map<string, PresentPath>): void {
  const [, type, links, inode, path] = recordPattern.exec(record) ?? [];
  if (type === undefined || path === undefined) throw broken(`it lists ${JSON.stringify(record)}`);
  present.set(path, { type, inode: type === "f" && links !== "1" ? inode : undefined });
}

/** Undefined for a name that is not UTF-8: no layer has it, and a new one is found in the tar. */
function text(bytes: Uint8Array, decoder: { decode(bytes: Uint8Array): string }): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

async function* continued(
  first: Uint8Array,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (first.length > 0) yield first;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

function broken(how: string): Failure {
  return new Failure("capture-broken", `The changes that a command made cannot be read: ${how}.`, {
    advice: "Build again. If it stays so, report it with what the build said.",
  });
}
