import { describe, expect, it } from "vitest";
import { Failure } from "../../../src/core/failure.ts";
import type { Host } from "../../../src/core/host/host.ts";
import { openToolbox } from "../../../src/core/host/toolbox.ts";
import { registryFailure } from "../../../src/core/stages/oci/registryFailure.ts";
import { loginFiles } from "../../../src/core/stages/oci/skopeo.ts";

const host: Host = {
  arch: "x86_64",
  cacheDir: "/nowhere",
  jobs: 1,
  tools: openToolbox({}),
  env: { HOME: "/home/ann", XDG_RUNTIME_DIR: "/run/user/1000" },
};
const asking = { host, signal: new AbortController().signal };
const reference = { registry: "example.org:404", repository: "tls/timeout", tag: "429" };

async function said(words: string, named = reference): Promise<Failure> {
  const line = `time="2026-01-01T00:00:00Z" level=fatal msg=${JSON.stringify(words)}`;
  const failure = new Failure("tool-failed", `skopeo ended with exit code 1: ${line}`);
  const told = await registryFailure(failure, named, asking);
  if (told instanceof Failure) return told;
  throw told;
}

const start = 'Error parsing image name "docker://example.org:404/tls/timeout:429": ';
const reading = `${start}reading manifest 429 in example.org:404/tls/timeout: `;

describe("what skopeo says about a registry", () => {
  it("is understood when the repository's name is a letter of its words", async () => {
    const named = { registry: "localhost:5000", repository: "a", tag: "1" };
    const words = "reading manifest 1 in localhost:5000/a: unauthorized: authentication required";
    expect(await said(words, named)).toMatchObject({ code: "oci-unauthorized" });
  });

  it.each([
    ["oci-unauthorized", `${reading}unauthorized: authentication required`],
    ["oci-unauthorized", `${reading}requested access to the resource is denied`],
    ["oci-unauthorized", `${start}unable to retrieve auth token: invalid username/password: unauthorized`],
    ["oci-unknown", `${reading}manifest unknown: manifest unknown`],
    ["oci-unknown", `${reading}name unknown: repository name not known to registry`],
    ["oci-unreachable", `${reading}toomanyrequests: You have reached your pull rate limit`],
    [
      "oci-unreachable",
      `${start}pinging container registry example.org:404: Get "https://example.org:404/v2/": dial tcp: lookup example.org: no such host`,
    ],
    [
      "oci-unreachable",
      `${start}pinging container registry example.org:404: Get "https://example.org:404/v2/": dial tcp 10.0.0.1:443: i/o timeout`,
    ],
    [
      "oci-unreachable",
      `${start}pinging container registry example.org:404: received unexpected HTTP status: 503 Service Unavailable`,
    ],
    ["oci-unreachable", "writing blob: happened during read: unexpected EOF"],
    [
      "oci-untrusted",
      `${start}pinging container registry example.org:404: Get "https://example.org:404/v2/": x509: certificate signed by unknown authority`,
    ],
    [
      "oci-untrusted",
      `${start}pinging container registry example.org:404: Get "https://example.org:404/v2/": http: server gave HTTP response to HTTPS client`,
    ],
    [
      "oci-damaged",
      "writing blob: happened during read: Digest did not match, expected sha256:aa, got sha256:bb",
    ],
    [
      "oci-damaged",
      "reading blob sha256:aa: Error fetching blob: invalid status code from registry 404 (Not Found)",
    ],
    [
      "oci-failed",
      "Source image rejected: Running image docker://example.org:404/tls/timeout:429 is rejected by policy.",
    ],
  ])("is a failure %s: %s", async (code, words) => {
    expect((await said(words)).code).toBe(code);
  });

  it("is told by its last part", async () => {
    const { message } = await said(
      `${start}pinging container registry example.org:404: Get "https://example.org:404/v2/": dial tcp: lookup example.org: no such host`,
    );
    expect(message).toBe(
      "The registry example.org:404 cannot be reached: dial tcp: lookup example.org: no such host.",
    );
  });

  it("is passed on when it is no word of skopeo's", async () => {
    const missing = new Failure("tool-missing", "skopeo is needed.");
    expect(await registryFailure(missing, reference, asking)).toBe(missing);
  });
});

it("logins are looked for where docker, podman and skopeo keep them", () => {
  expect(loginFiles(host)).toEqual([
    "/run/user/1000/containers/auth.json",
    "/home/ann/.config/containers/auth.json",
    "/home/ann/.docker/config.json",
  ]);
  const env = { ...host.env, DOCKER_CONFIG: "/d" };
  expect(loginFiles({ ...host, env })).toEqual(["/d/config.json"]);
  expect(loginFiles({ ...host, env: { ...env, REGISTRY_AUTH_FILE: "/a.json" } })).toEqual(["/a.json"]);
});
