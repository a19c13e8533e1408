/** Codicon ids by kind, as the registries say; a plain one until they are loaded. */
export class KindIcons {
  readonly #stages = new Map<string, string>();
  readonly #outputs = new Map<string, string>();
  #isAsked = false;

  /** Loads the registries, which are too heavy for starting up. True when this call made icons known. */
  async load(): Promise<boolean> {
    if (this.#isAsked) return false;
    this.#isAsked = true;
    const [{ stageKinds }, { outputKinds }] = await Promise.all([
      import("../../core/stages/index.ts"),
      import("../../core/outputs/index.ts"),
    ]);
    for (const { kind, icon } of stageKinds) this.#stages.set(kind, icon);
    for (const { kind, icon } of outputKinds) this.#outputs.set(kind, icon);
    return true;
  }

  stage(kind: string): string {
    return this.#stages.get(kind) ?? "layers";
  }

  output(kind: string): string {
    return this.#outputs.get(kind) ?? "file-binary";
  }
}
