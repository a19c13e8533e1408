import { Failure } from "../../failure.ts";

/** A Failure for a folder or archive without any module. */
export function noModules(path: string): Failure {
  return new Failure("modules-missing", `There are no kernel modules in ${path}.`, {
    advice:
      "Name the folder lib/modules/VERSION, as `make modules_install INSTALL_MOD_PATH=…` leaves it, or a tar of it.",
  });
}

/**
 * A Failure for modules that do not belong to the kernel.
 * @param release what was looked for; undefined when it was any, but only one.
 * @param found the releases there are.
 */
export function otherRelease(path: string, release: string | undefined, found: readonly string[]): Failure {
  const releases = [...found].sort().join(", ");
  const message =
    release === undefined
      ? `${path} holds modules of several kernels (${releases}), and the kernel does not say which are its own.`
      : `The kernel is ${release}, but ${path} holds modules of ${releases}.`;
  return new Failure("modules-other-release", message, {
    advice: "Give the modules that were built together with this kernel.",
  });
}
