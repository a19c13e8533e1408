import type { TarMember } from "../../tree/tarReadMember.ts";

interface Group {
  /** The name that came with the bytes. */
  holder: string | undefined;
  /** Names that came before it. */
  waiting: TarMember[];
}

/**
 * Brings a cpio's hard links into the order of a tar: bytes first, further names after. newc stores the bytes with
 * the last name (the others are empty), odc with each of them.
 */
export class LinkGroups {
  readonly #groups = new Map<string, Group>();

  /** What can be handed on now that `member`, a file with several names, was read. */
  place(inode: string, member: TarMember): TarMember[] {
    const group = this.#groups.get(inode) ?? { holder: undefined, waiting: [] };
    this.#groups.set(inode, group);
    if (group.holder !== undefined) return [linkTo(group.holder, member)];
    if (member.size === 0) {
      group.waiting.push(member);
      return [];
    }
    group.holder = member.name;
    const further = group.waiting.map(each => linkTo(member.name, each));
    group.waiting = [];
    return [member, ...further];
  }

  /** The files that are still waiting at the end: they are empty. */
  withoutBytes(): TarMember[] {
    return [...this.#groups.values()].flatMap(({ waiting: [first, ...further] }) =>
      first ? [{ ...first, content: noBytes() }, ...further.map(each => linkTo(first.name, each))] : [],
    );
  }
}

function linkTo(holder: string, member: TarMember): TarMember {
  return { ...member, type: "hardlink", link: holder, size: 0 };
}

async function* noBytes(): AsyncGenerator<Uint8Array> {}
