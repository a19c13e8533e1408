import { Failure } from "../../failure.ts";
import type { Arch } from "../../host/host.ts";
import type { Descriptor, Platform } from "./manifest.ts";

/** Processor architectures as container images name them. */
const names: Readonly<Record<Arch, string>> = { x86_64: "amd64", aarch64: "arm64" };
/** What is taken first where an image comes for several generations of a processor: what runs on all of them. */
const variants: Readonly<Record<Arch, readonly (string | undefined)[]>> = {
  x86_64: [undefined, "v1"],
  aarch64: [undefined, "v8"],
};

/** `linux/amd64` */
export function wantedPlatform(arch: Arch): string {
  return `linux/${names[arch]}`;
}

/** The manifest for Linux on `arch`. @throws Failure `oci-platform-missing` that names those there are. */
export function choosePlatform(manifests: readonly Descriptor[], arch: Arch, image: string): Descriptor {
  const fitting = manifests.filter(each => each.platform && fits(each.platform, arch));
  const usual = fitting.find(each => variants[arch].includes(each.platform?.variant));
  // A list may leave the platform to the image's own configuration.
  const [silent, ...others] = manifests.filter(each => !each.platform);
  const chosen = usual ?? fitting[0] ?? (others.length === 0 ? silent : undefined);
  if (chosen) return chosen;
  throw missing(
    manifests.flatMap(each => each.platform ?? []),
    arch,
    image,
  );
}

/** Checks what an image's own configuration says; one that says nothing is believed. */
export function checkPlatform(platform: Platform, arch: Arch, image: string): void {
  const { os, architecture } = platform;
  if ((os === "" && architecture === "") || fits(platform, arch)) return;
  throw missing([platform], arch, image);
}

function fits({ os, architecture }: Platform, arch: Arch): boolean {
  return os === "linux" && (architecture === names[arch] || architecture === "");
}

function missing(platforms: readonly Platform[], arch: Arch, image: string): Failure {
  const there = [...new Set(platforms.map(platformText))].filter(each => !each.startsWith("unknown/")).sort();
  const list = there.length > 0 ? `It is there for ${there.join(", ")}.` : "It names no platform at all.";
  const message = `There is no ${image} for ${wantedPlatform(arch)}. ${list}`;
  return new Failure("oci-platform-missing", message, {
    advice: "Name another image, or set the recipe's `arch` to one of these.",
  });
}

function platformText({ os, architecture, variant }: Platform): string {
  return `${os || "unknown"}/${architecture || "unknown"}${variant === undefined ? "" : `/${variant}`}`;
}
