import type { OutputContext } from "../output.ts";

/** A name with its tag, as `docker load` wants it: `ghcr.io/ann/boots:1.0`. */
export interface ImageName {
  readonly name: string;
  readonly tag: string;
  /** With its registry: `docker.io/library/boots`. */
  readonly full: string;
}

/** @param given the parameter; by default the recipe's name and version, in the letters that such names may have */
export function imageName(given: string | undefined, recipe: OutputContext["recipe"]): ImageName {
  const text = given ?? ownName(recipe);
  const colon = text.indexOf(":", text.lastIndexOf("/") + 1);
  const name = colon < 0 ? text : text.slice(0, colon);
  const tag = colon < 0 ? "latest" : text.slice(colon + 1);
  return { name, tag, full: `${registryOf(name)}${name}` };
}

function ownName({ name, version }: OutputContext["recipe"]): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  const tag = version
    ?.replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .slice(0, 128);
  return `${plain || "image"}:${tag || "latest"}`;
}

function registryOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  if (rest.length === 0) return "docker.io/library/";
  return /[.:]|^localhost$/.test(first) ? "" : "docker.io/";
}
