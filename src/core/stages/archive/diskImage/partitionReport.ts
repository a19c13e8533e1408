import { formatBytes } from "../../../../shared/bytes.ts";

/** A partition as the guest found it; number 0 stands for a disk without partitions. */
export interface Partition {
  readonly number: number;
  /** As blkid calls it: `ext4`, `vfat`, `LVM2_member`, `unknown`. */
  readonly type: string;
  readonly bytes: number;
  /** Why it was not mounted; undefined when it was, or was not tried. */
  readonly problem?: { readonly kind: "driver" | "damaged"; readonly said: string } | undefined;
  readonly looks?: "release" | "root" | "other" | undefined;
}

/** Gathers what the guest says about a disk image. */
export class PartitionReport {
  readonly #partitions = new Map<number, Partition>();
  chosen: number | undefined;
  tarCode: number | undefined;
  #subvolume: string | undefined;

  take(word: string, rest: string): void {
    const [first = "", second = "", third = "", ...more] = rest.split(" ");
    const number = Number(first);
    const known = this.#partitions.get(number);
    if (word === "part") this.#partitions.set(number, { number, type: second, bytes: Number(third) });
    else if (word === "chosen") this.chosen = number;
    else if (word === "tar") this.tarCode = number;
    else if (word === "subvolume") this.#subvolume = first;
    else if (known && word === "looks")
      this.#partitions.set(number, {
        ...known,
        looks: second === "release" || second === "root" ? second : "other",
      });
    else if (known && word === "unmounted") {
      const kind = third === "driver" ? "driver" : "damaged";
      this.#partitions.set(number, { ...known, problem: { kind, said: more.join(" ").trim() } });
    }
  }

  get partitions(): readonly Partition[] {
    return [...this.#partitions.values()].sort((a, b) => a.number - b.number);
  }

  /** A line for the log: which partition is taken, and why. */
  choice(asked: number | undefined): string {
    const found = this.#partitions.get(this.chosen ?? 0);
    const sub = this.#subvolume === undefined ? "" : `, subvolume ${this.#subvolume}`;
    const what = `${describe(found)}${sub}`;
    if (asked !== undefined || found?.number === 0) return `Reading ${what}`;
    const others = this.partitions.filter(each => each.looks !== undefined && each.number !== found?.number);
    const why = {
      release: "it has /etc/os-release",
      root: "it looks like a system's root",
      other: "it holds the most",
    };
    const rest = others.length > 0 ? `; left out: ${others.map(describe).join(", ")}` : "";
    return `Reading ${what}: ${why[found?.looks ?? "other"]}${rest}`;
  }
}

/** `partition 2 (ext4, 3.00 GiB)`. */
export function describe(partition: Partition | undefined): string {
  if (!partition) return "nothing";
  const facts = `${partition.type}, ${formatBytes(partition.bytes)}`;
  return partition.number === 0 ? `the whole disk (${facts})` : `partition ${partition.number} (${facts})`;
}
