/** An image in a registry, every part of its name spelled out. */
export interface ImageReference {
  /** Host, with a port where one was given; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly repository: string;
  /** What is asked for by tag. Absent when a digest says it. */
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

const host =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const repositoryPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** True for the digests that are used here. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && digestForm.test(text);
}

/**
 * Reads an image's name as docker does: without a registry it is Docker Hub's, there without a folder it is one of
 * the official images, and without tag and digest it is `latest`.
 * @returns the reference, or what is wrong with the name as half a sentence.
 */
export function parseReference(text: string): ImageReference | string {
  const [named = "", digest, ...more] = text.split("@");
  if (more.length > 0) return "it has more than one @";
  if (digest !== undefined && !isDigest(digest))
    return "what follows the @ is no digest (sha256: and 64 hexadecimal digits in lower case)";
  const slash = named.indexOf("/");
  const colon = named.indexOf(":", named.lastIndexOf("/") + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !tagForm.test(tag)) return `${JSON.stringify(tag)} is no tag`;
  const first = slash < 0 ? "" : named.slice(0, slash);
  const hasHost = /[.:[]/.test(first) || first === "localhost" || /[A-Z]/.test(first);
  const registry = hasHost && first !== "index.docker.io" ? first : "docker.io";
  if (!host.test(registry)) return `${JSON.stringify(registry)} is no host`;
  const rest = hasHost ? path.slice(slash + 1) : path;
  const repository = registry === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  const wrong = repository.split("/").find(part => !repositoryPart.test(part));
  if (wrong !== undefined) {
    return /[A-Z]/.test(wrong)
      ? `${JSON.stringify(wrong)} has capital letters, which no image's name has`
      : `${JSON.stringify(wrong)} cannot be part of a name`;
  }
  if (repository.length > 255) return "it is longer than 255 letters";
  if (digest !== undefined) return { registry, repository, digest };
  return { registry, repository, tag: tag ?? "latest" };
}

/** The name in full: `docker.io/library/alpine:3.22`. */
export function referenceText({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag ?? "latest"}` : `@${digest}`}`;
}

/** True for a registry on this machine, which may speak plain http, as for docker. */
export function isLoopbackRegistry({ registry }: ImageReference): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(registry);
}
