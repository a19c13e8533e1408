/** Package sets, as mmdebstrap names them. */
export const variants = [
  "extract",
  "custom",
  "essential",
  "apt",
  "required",
  "minbase",
  "important",
  "standard",
] as const;

export type Variant = (typeof variants)[number];

/** What apt is asked to install, in mmdebstrap's two steps: what dpkg needs to work, then the rest. */
export interface AptSteps {
  /** Arguments of the first call on an empty system; none: nothing is installed first. */
  readonly first: readonly string[];
  readonly second: readonly string[];
}

export interface StepsWanted {
  readonly variant: Variant;
  readonly suite: string;
  /** Debian's name of the architecture. */
  readonly arch: string;
  /** `NAME` or `NAME=VERSION`. */
  readonly packages: readonly string[];
}

const priorities: Partial<Record<Variant, readonly string[]>> = {
  required: ["required"],
  minbase: ["required"],
  important: ["required", "important"],
  standard: ["required", "important", "standard"],
};

/** The calls that mmdebstrap 1.3 makes for a variant (its run_download and run_install). */
export function aptSteps({ variant, suite, arch, packages }: StepsWanted): AptSteps {
  if (variant === "extract" || variant === "custom") {
    return { first: packages.length > 0 ? ["install", ...packages] : [], second: [] };
  }
  const inSuite = (pattern: string) =>
    `?narrow(?or(?archive(^${suite}$),?codename(^${suite}$)),?architecture(${arch}),${pattern})`;
  const wanted = priorities[variant]?.map(each => `?priority(${each})`);
  const rest = wanted ? [inSuite(`?and(?or(${wanted.join(",")}),?not(?essential))`)] : [];
  // With this package a merged /usr is there from the start, and usrmerge, which would make it, is not needed.
  const merged = packages.filter(each => /^usr-is-merged(?:=|$)/.test(each));
  const first = variant === "apt" ? ["dist-upgrade"] : ["install", inSuite("?essential"), ...merged];
  const second = [...packages, ...rest];
  return { first, second: second.length > 0 ? ["install", ...second] : [] };
}

/** Whether apt itself counts as essential, as it always does but for mmdebstrap. */
export function aptIsEssential(variant: Variant): boolean {
  return variant === "apt";
}
