import type { KernelModule, ModuleIndex } from "./moduleIndex.ts";

/** What it takes to have some modules loaded. */
export interface ModuleClosure {
  /** In the order to load them. What is built in is not among them. */
  readonly modules: readonly KernelModule[];
  /** Names asked for, or depended on, that the kernel has neither built in nor as a module. */
  readonly missing: readonly string[];
}

/**
 * Everything that `names` need: dependencies, and, where they exist, what softdep lines ask for. Each module comes
 * after all it depends on; the same index and names give the same order.
 */
export function moduleClosure(index: ModuleIndex, names: readonly string[]): ModuleClosure {
  const modules: KernelModule[] = [];
  const missing = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string, required: boolean): void => {
    if (index.builtin?.has(name)) return;
    const module = index.modules.get(name);
    if (!module) {
      const answers = (index.aliases.get(name) ?? []).filter(each => index.modules.has(each));
      for (const each of answers) visit(each, false);
      if (required && answers.length === 0) missing.add(name);
      return;
    }
    if (seen.has(name)) return;
    seen.add(name);
    const softdep = index.softdeps.get(name);
    for (const each of softdep?.pre ?? []) visit(each, false);
    for (const each of module.depends) visit(each, true);
    modules.push(module);
    for (const each of softdep?.post ?? []) visit(each, false);
  };
  for (const name of names) visit(name, true);
  return { modules, missing: [...missing] };
}
