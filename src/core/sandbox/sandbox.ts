import type { LayerWriter } from "../tree/layer.ts";
import type { Tree } from "../tree/tree.ts";
import type { HostRoom } from "./hostRoom.ts";

/** How commands are kept apart from the host: by the kernel's namespaces, or by a small virtual machine. */
export type SandboxKind = "namespaces" | "vm";

/** A file or folder of the host that commands may read. They never write to it; inside, root owns it. */
export interface SandboxMount {
  /** Absolute path on the host. */
  readonly from: string;
  /** Absolute path inside. */
  readonly to: string;
}

/** One command to run in a sandbox. */
export interface SandboxTask {
  /**
   * `tree`: the tree is `/`. `tools`: `/` has programs that are not the image's (the host's own in namespaces, those
   * of the named Debian packages in a VM), and the tree lies at `/target`. What covers the tree meanwhile: see
   * surroundings.ts.
   */
  readonly system: "tree" | { readonly tools: readonly string[] };
  readonly tree: Tree;
  /** Program and arguments; the program is looked up along PATH inside. */
  readonly command: readonly string[];
  /** Added to a fixed, small environment (PATH, HOME, LC_ALL, TZ, SOURCE_DATE_EPOCH). */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default `/`. */
  readonly cwd?: string | undefined;
  /** A name or number of the system inside, perhaps with `:GROUP`. Default root. */
  readonly user?: string | undefined;
  /** Standard input; default empty. */
  readonly stdin?: string | undefined;
  /** Default false: no network at all. */
  readonly network?: boolean | undefined;
  readonly mounts?: readonly SandboxMount[] | undefined;
  readonly onLine?: ((line: string, from: "stdout" | "stderr") => void) | undefined;
  /** Something that the layer cannot hold was left out: a socket, an access control list. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Ended after this many seconds. */
  readonly timeoutSeconds?: number | undefined;
  /** What stays free of this computer's disk and memory; default: see roomToKeep(). */
  readonly room?: HostRoom | undefined;
  readonly signal: AbortSignal;
  /** A new empty folder, removed with the work. */
  scratch(): Promise<string>;
  /** The fixed clock, seconds since 1970: what the command changed gets this time. */
  readonly clock: number;
}

/** How a command ended. */
export interface SandboxOutcome {
  /** 128 + N for a signal N. */
  readonly exitCode: number;
  readonly timedOut: boolean;
}

/** Runs commands apart from the host, with the same result in each kind. */
export interface Sandbox {
  readonly kind: SandboxKind;
  /** A sentence for people: why this kind. */
  readonly reason: string;
  /**
   * Runs a command in a copy of the tree. When it ends with exit code 0, what it changed in the tree goes into
   * `changes`: only that, with true owners, modes, attributes, hard links and holes.
   * @throws Failure when the command could not be run or its changes not be read; the signal's reason when aborted,
   * within 2 s, with nothing left running.
   */
  run(task: SandboxTask, changes: LayerWriter): Promise<SandboxOutcome>;
}
