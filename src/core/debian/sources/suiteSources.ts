import { existsSync } from "node:fs";
import { type AptSource, readSourceLine } from "./aptSource.ts";

export type Vendor = "debian" | "ubuntu";

const ubuntuSuites = new Set(
  (
    "trusty xenial bionic focal jammy kinetic lunar mantic noble oracular plucky questing resolute " +
    "devel rolling"
  ).split(" "),
);
// Suites of Debian that have packages in -updates and -security beside them.
const withSecurity = new Set(
  "oldoldstable oldstable stable testing bullseye bookworm trixie forky duke".split(" "),
);

/** Whose suite this is; a name that nobody is known by counts as Debian's. */
export function vendorOf(suite: string): Vendor {
  return ubuntuSuites.has(suite.replace(/-.*/, "")) ? "ubuntu" : "debian";
}

export interface SourcesWanted {
  readonly suite: string;
  readonly components: readonly string[];
  /** URLs or whole `deb …` lines; empty: those of the host for this suite, else the vendor's own. */
  readonly mirrors: readonly string[];
  /** Debian's name of the architecture. */
  readonly arch: string;
  readonly hostSources: readonly AptSource[];
}

/** The sources that a system of this suite is made from, without keys. */
export function suiteSources({ suite, components, mirrors, arch, hostSources }: SourcesWanted): AptSource[] {
  if (mirrors.length > 0) {
    return mirrors.map(
      mirror => readSourceLine(mirror) ?? { options: {}, uri: mirror, suite, components: [...components] },
    );
  }
  const ofHost = hostSources.filter(each => isOf(each, suite, arch));
  const hasSuite = ofHost.some(each => each.suite === suite);
  const sources = hasSuite ? ofHost : vendorSources(suite, arch);
  return distinct(sources.map(({ options, uri, suite: of }) => ({ options, uri, suite: of, components })));
}

/** Third parties use the vendor's names of suites too; what sets them apart is whose key they are signed with. */
function isOf(source: AptSource, suite: string, arch: string): boolean {
  const names = [suite, `${suite}-updates`, `${suite}-security`, `${suite}/updates`];
  const architectures = source.options["arch"];
  const key = source.options["signed-by"];
  return (
    names.includes(source.suite) &&
    source.components.includes("main") &&
    (architectures === undefined || architectures.split(",").includes(arch)) &&
    (key === undefined || /(?:^|\/)(?:debian|ubuntu)-archive-[^/]*$/.test(key)) &&
    source.options["trusted"] !== "yes"
  );
}

function vendorSources(suite: string, arch: string): AptSource[] {
  const of = (uri: string, name: string): AptSource => ({ options: {}, uri, suite: name, components: [] });
  if (vendorOf(suite) === "ubuntu") {
    const ports = arch !== "amd64" && arch !== "i386";
    const [archive, security] = ports
      ? ["http://ports.ubuntu.com/ubuntu-ports", "http://ports.ubuntu.com/ubuntu-ports"]
      : ["http://archive.ubuntu.com/ubuntu", "http://security.ubuntu.com/ubuntu"];
    return [of(archive, suite), of(archive, `${suite}-updates`), of(security, `${suite}-security`)];
  }
  const main = of("http://deb.debian.org/debian", suite);
  if (!withSecurity.has(suite)) return [main];
  const updates = of("http://deb.debian.org/debian", `${suite}-updates`);
  return [main, updates, of("http://deb.debian.org/debian-security", `${suite}-security`)];
}

const ended = new Set("potato woody sarge etch lenny squeeze wheezy jessie stretch buster".split(" "));

/** The keyrings that this system has for a suite, absolute paths. Old keys are trusted for old suites alone. */
export function keyringsFor(suite: string): string[] {
  const name = ended.has(suite) ? "archive-removed-keys" : "archive-keyring";
  const paths = [".gpg", ".pgp"].map(ending => `/usr/share/keyrings/${vendorOf(suite)}-${name}${ending}`);
  return paths.filter(path => existsSync(path)).slice(0, 1);
}

function distinct(sources: readonly AptSource[]): AptSource[] {
  const seen = new Map(sources.map(each => [JSON.stringify([each.uri, each.suite]), each]));
  return [...seen.values()];
}
