/** What mmdebstrap's lines say about how far it is and what went wrong. */
export class InstallProgress {
  readonly #unpacked = new Set<string>();
  readonly #configured = new Set<string>();
  readonly #errors: string[] = [];
  #failed: string | undefined;

  /** How many steps are done; each package has two: unpacked, set up. */
  get done(): number {
    return this.#unpacked.size + this.#configured.size;
  }

  /** The package whose installation failed, and what was said of it. */
  get problem(): { readonly package: string | undefined; readonly why: string } {
    const why = this.#errors.filter(each => !/^(?:mmdebstrap failed|setup failed|.* failed$)/.test(each));
    return { package: this.#failed, why: (why.length > 0 ? why : this.#errors).slice(-4).join(" ") };
  }

  /** @returns whether the line is worth a log. */
  take(line: string): boolean {
    const unpacked = /^Unpacking (\S+?)(?::\S+)? \(/.exec(line)?.[1];
    if (unpacked) this.#unpacked.add(unpacked);
    const configured = /^Setting up (\S+?)(?::\S+)? \(/.exec(line)?.[1];
    if (configured) this.#configured.add(configured);
    const failed = /^dpkg: error processing (?:package|archive) (\S+?)(?::\S+)? \(/.exec(line)?.[1];
    this.#failed ??= failed?.replace(/^.*\//, "").replace(/_.*/, "");
    const error =
      /^E: (.*)$/.exec(line)?.[1] ?? /^ ((?:installed|new|old) .*returned error.*)$/.exec(line)?.[1];
    if (error) this.#errors.push(error);
    return !noise.test(line);
  }
}

// mmdebstrap mounts nothing here, and the order of the first packages cannot be right, of which dpkg speaks at length.
const noise = new RegExp(
  [
    "^\\s*$",
    "^\\(Reading database",
    "^W: (?:skipping|cannot) (?:bind-mounting|mount)",
    "^/usr/bin/dpkg --status-fd",
    "^Chrooting into ",
    "^dpkg: (?:warning: ignoring pre-dependency problem|regarding .* containing .*)",
    "^ \\S+ pre-depends on ",
    "^  \\S+ is (?:unpacked, but has never been configured|not installed)",
  ].join("|"),
);
