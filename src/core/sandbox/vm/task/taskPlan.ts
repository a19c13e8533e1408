import type { SandboxUser } from "../../sandboxUser.ts";
import type { Cover } from "../../surroundings.ts";

/** Everything that the guest's scripts are made from. Paths are absolute, as the command sees them. */
export interface TaskPlan {
  /** Whether the tree is `/` for the command, or lies in `/target` of the tools. */
  readonly treeIsRoot: boolean;
  /** Mounted over the tree (and the tools), outer ones first. */
  readonly covers: readonly Cover[];
  /** What lies on the mounts disk, in its order, and where it goes. */
  readonly mounts: readonly { readonly to: string; readonly isFolder: boolean }[];
  /** Where the list of name servers goes. */
  readonly resolver: string | undefined;
  /** To make in the tree before its state is noted, so that something can be mounted there: folder or file, path. */
  readonly made: readonly (readonly ["folder" | "file", string])[];
  /** Whether the tree itself has a /lost+found. */
  readonly keepsLostFound: boolean;
  readonly user: SandboxUser;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly network: boolean;
  /** Bytes that the command's processes may have in memory together. */
  readonly memory: number;
}
