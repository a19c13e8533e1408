/** What an ELF program needs to be run. */
export interface Elf {
  /** As `uname -m` says it, or `machine N` for one without a name here. */
  readonly machine: string;
  /** Program that loads it, e.g. `/lib64/ld-linux-x86-64.so.2`; undefined for a static one. */
  readonly interpreter: string | undefined;
  /** Names of the libraries that it is linked to. */
  readonly libraries: readonly string[];
}

const machines: Readonly<Record<number, string>> = {
  3: "i386",
  8: "mips",
  20: "ppc",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x86_64",
  183: "aarch64",
  243: "riscv64",
  258: "loongarch64",
};

const kinds = { executable: 2, shared: 3 };
const segments = { load: 1, dynamic: 2, interpreter: 3 };
const tags = { end: 0, needed: 1, strings: 5 };

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads the header of an ELF program; undefined for everything else, damaged ones included. */
export function readElf(file: Buffer): Elf | undefined {
  try {
    if (file.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
    const words = wordsOf(file, file[4] === 2, file[5] !== 2);
    const kind = words.half(16);
    if (kind !== kinds.executable && kind !== kinds.shared) return undefined;
    const found = segmentsOf(words);
    const loader = found.find(each => each.type === segments.interpreter);
    const number = words.half(18);
    return {
      machine: machines[number] ?? `machine ${number}`,
      interpreter: loader && textAt(file, loader.offset),
      libraries: librariesOf(file, words, found),
    };
  } catch (error) {
    // An offset that points out of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Reads numbers in the file's own width and byte order. */
interface Words {
  readonly wide: boolean;
  half(at: number): number;
  word(at: number): number;
  /** An address or offset: 8 bytes in a 64-bit file, else 4. */
  address(at: number): number;
}

function wordsOf(file: Buffer, wide: boolean, little: boolean): Words {
  const half = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const word = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const long = (at: number) => Number(little ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  return { wide, half, word, address: wide ? long : word };
}

function segmentsOf({ wide, half, word, address }: Words): Segment[] {
  const table = address(wide ? 32 : 28);
  const step = half(wide ? 54 : 42);
  const count = half(wide ? 56 : 44);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * step;
    return {
      type: word(at),
      offset: address(at + (wide ? 8 : 4)),
      address: address(at + (wide ? 16 : 8)),
      size: address(at + (wide ? 32 : 16)),
    };
  });
}

function librariesOf(file: Buffer, words: Words, all: readonly Segment[]): string[] {
  const dynamic = all.find(each => each.type === segments.dynamic);
  if (!dynamic) return [];
  const step = words.wide ? 8 : 4;
  const needed: number[] = [];
  let strings: number | undefined;
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 2 * step) {
    const tag = words.address(at);
    const value = words.address(at + step);
    if (tag === tags.end) break;
    if (tag === tags.needed) needed.push(value);
    if (tag === tags.strings) strings = offsetOf(value, all);
  }
  const table = strings;
  return table === undefined ? [] : needed.map(offset => textAt(file, table + offset));
}

function offsetOf(address: number, all: readonly Segment[]): number | undefined {
  const holds = (each: Segment) => address >= each.address && address < each.address + each.size;
  const segment = all.find(each => each.type === segments.load && holds(each));
  return segment && address - segment.address + segment.offset;
}

function textAt(file: Buffer, offset: number): string {
  const end = file.indexOf(0, offset);
  return file.toString("utf8", offset, end < 0 ? file.length : end);
}
