/** What a build did; the last line of `whittle build --json` and what the views show of the last build. */
export interface BuildReport {
  readonly result: "build";
  /** Recipe name. */
  readonly recipe: string;
  /** Wall clock of the whole build. */
  readonly seconds: number;
  readonly stages: readonly StageReport[];
  readonly outputs: readonly OutputReport[];
  /** `manifest.json` beside the outputs: what the image is made of. */
  readonly manifest?: ManifestReport | undefined;
}

export interface ManifestReport {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface StageReport {
  readonly name: string;
  readonly kind: string;
  /** Cache key, sha256 in hex. */
  readonly key: string;
  readonly cached: boolean;
  /** Time this build spent on the stage; 0 when cached. */
  readonly seconds: number;
  /** Bytes of file content that the stage brought into the tree. */
  readonly addedBytes: number;
  /** Bytes of file content below the stage that it removed or replaced. */
  readonly removedBytes: number;
}

export interface OutputReport {
  /**
   * An output kind of the recipe, `packed` for an image that was compressed once it was there, or `kernel`, `initrd`
   * and `cmdline` (the kernel's command line as a text) for the files an output is booted with.
   */
  readonly kind: string;
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Size of the image that a packed one was made from; only there. */
  readonly unpackedBytes?: number | undefined;
  /** Absolute path of the file with its sha256, for `sha256sum -c`. */
  readonly checksum?: string | undefined;
  /** Words that booting needs because of what is in the file; only where there are any. */
  readonly cmdline?: readonly string[] | undefined;
}

/** What lies in a tree, which stage put it there and whose it is; the result of `whittle sizes --json`. */
export interface SizesReport {
  readonly result: "sizes";
  /** Sum of `bytes` over `entries`. */
  readonly totalBytes: number;
  /** Number of regular files (a file with several names counts once). */
  readonly files: number;
  /** Those that something in the tree belongs to, the biggest first. */
  readonly packages: readonly PackageSize[];
  readonly entries: readonly SizeEntry[];
}

/** A package by what of it is in the tree. */
export interface PackageSize {
  /** Its name; with more words where several packages of the tree have that name. */
  readonly label: string;
  readonly name: string;
  readonly version: string;
  /** In the words of its package manager. */
  readonly arch?: string | undefined;
  /** Where names and versions like these come from. */
  readonly type: "deb" | "alpm" | "apk" | "source";
  /** Sum of its files' bytes in the tree. */
  readonly bytes: number;
  /** Its regular files in the tree. */
  readonly files: number;
}

export interface SizeEntry {
  /** Absolute path in the image. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink" | "char" | "block" | "fifo";
  /** Apparent size of a file's content; a further hard link and everything that is no file has 0. */
  readonly bytes: number;
  /** Name of the stage whose layer holds the entry. */
  readonly stage: string;
  /** Label of the package that it belongs to; absent where no package does. */
  readonly package?: string;
}

export interface BootReport {
  readonly result: "boot";
  readonly ready: boolean;
  /** From QEMU's start to the `ready` match. */
  readonly seconds: number;
  readonly accelerator: string;
}

/** What a push did; the last line of `whittle push --json`. */
export interface PushReport {
  readonly result: "push";
  /** Recipe name. */
  readonly recipe: string;
  /** Name of the output. */
  readonly output: string;
  /** An image that container tools run, or files as they are (an OCI artifact). */
  readonly type: "image" | "artifact";
  /** By digest, so that it always means this one: `ghcr.io/ann/boots@sha256:…`. */
  readonly reference: string;
  /** Of the manifest: `sha256:…`. */
  readonly digest: string;
  readonly tags: readonly PushedTag[];
  /** What is stored for it in the registry; parts that were there already count as well. */
  readonly bytes: number;
  readonly seconds: number;
}

export interface PushedTag {
  /** With registry and repository: `ghcr.io/ann/boots:1.0`. */
  readonly reference: string;
  /** Digest that the tag stood for before; absent when it is new, or when the registry does not tell. */
  readonly before?: string | undefined;
}
