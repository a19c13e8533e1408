import { readFileSync, statfsSync } from "node:fs";
import { formatBytes } from "../../shared/bytes.ts";
import { Failure } from "../failure.ts";
import { descendantsOf, residentBytes } from "./processTree.ts";

/** What of the host a command may not use up; in bytes. */
export interface HostRoom {
  /** Stays free on the disk that holds the folder. */
  readonly disk: number;
  /** Stays free of memory and swap. */
  readonly memory: number;
  /** A command with less is not why memory runs out. Default: a quarter of it. */
  readonly part?: number | undefined;
}

const MiB = 1024 * 1024;
const lookEveryMs = 200;

const between = (least: number, wanted: number, most: number): number =>
  Math.min(most, Math.max(least, wanted));

/**
 * What stays free: a fiftieth, 256 MiB to 2 GiB on disk and 64 to 512 MiB of memory; never more than half of what is free
 * now, so that a command may begin on a host that has little left.
 */
export function roomToKeep(folder: string): HostRoom {
  const { blocks, bavail, bsize } = statfsSync(folder);
  const { total, free } = memory();
  return {
    disk: Math.min(between(256 * MiB, (blocks * bsize) / 50, 2048 * MiB), (bavail * bsize) / 2),
    memory: Math.min(between(64 * MiB, total / 50, 512 * MiB), free / 2),
  };
}

/** Looks after the host while a command runs. */
export interface RoomWatch {
  /** Why the command had to be ended. */
  readonly failure: Failure | undefined;
  stop(): void;
}

/**
 * Looks five times a second whether the host keeps its room, and calls `end` when it does not.
 * @param folder where the command writes.
 * @param first the host's number of the process that all of the command's come from; undefined while there is none.
 */
export function watchRoom(
  folder: string,
  room: HostRoom,
  first: () => number | undefined,
  end: () => void,
): RoomWatch {
  const shared = memory().shared;
  let failure: Failure | undefined;
  const timer = setInterval(() => {
    failure = diskProblem(folder, room.disk) ?? memoryProblem(first(), room, shared);
    if (!failure) return;
    clearInterval(timer);
    end();
  }, lookEveryMs);
  return {
    get failure() {
      return failure;
    },
    stop: () => clearInterval(timer),
  };
}

function diskProblem(folder: string, room: number): Failure | undefined {
  const free = freeBytes(folder);
  if (free === undefined || free >= room) return undefined;
  return new Failure(
    "sandbox-disk-space",
    `The command was ended before it filled this computer's disk: ${formatBytes(free)} are free in ${folder}, and ` +
      `${formatBytes(room)} shall stay so.`,
    {
      advice:
        "Look what it writes so much of. If it needs the space, free some: whittle cache prune --max 5G, or put the cache on " +
        "another disk with WHITTLE_CACHE.",
    },
  );
}

/** Undefined where the disk does not say, such as a network disk that has gone away. */
function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function memoryProblem(first: number | undefined, room: HostRoom, sharedBefore: number): Failure | undefined {
  const { free, total, shared } = memory();
  if (free >= room.memory || first === undefined) return undefined;
  const own = descendantsOf(first).reduce((sum, pid) => sum + residentBytes(pid), 0);
  const used = own + Math.max(0, shared - sharedBefore);
  if (used < (room.part ?? total / 4)) return undefined;
  return new Failure(
    "sandbox-memory",
    `The command was ended before it used up this computer's memory: it had about ${formatBytes(used)}, and only ` +
      `${formatBytes(free)} were left.`,
    {
      advice:
        "Run fewer jobs at once in it, close other programs, or write less to /tmp and /run, which are in memory.",
    },
  );
}

/** Bytes. Swap counts as memory. Off Linux nothing is known, and nothing runs short. */
function memory(): { readonly total: number; readonly free: number; readonly shared: number } {
  let text = "";
  try {
    text = readFileSync("/proc/meminfo", "latin1");
  } catch {
    return { total: 0, free: Number.POSITIVE_INFINITY, shared: 0 };
  }
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}: *(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  return {
    total: bytes("MemTotal"),
    free: bytes("MemAvailable") + bytes("SwapFree"),
    shared: bytes("Shmem"),
  };
}

/** The host's memory, in bytes; undefined where it is not known. */
export function hostMemory(): number | undefined {
  return memory().total || undefined;
}
