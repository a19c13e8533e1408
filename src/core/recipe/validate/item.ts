import { isMap, isScalar, type Node } from "yaml";
import type { Diagnostic } from "../../../shared/diagnostic.ts";
import { meant } from "../nearest.ts";
import type { KindFacts, SchemaNode } from "../schemaNode.ts";
import { validateMap } from "./map.ts";
import { type Subject, samePlace } from "./validate.ts";
import { describeFound } from "./wording.ts";

type Branch = SchemaNode & { readonly facts: KindFacts };

/** Checks an item of `stages` or `outputs`: exactly one kind key, then what the kind says. */
export function validateItem(branches: readonly Branch[], value: Subject): Diagnostic[] {
  const { source, node, span } = value;
  if (!isMap(node)) return [noMap(branches, value)];
  const pairs = source.pairs(node);
  const kinds = pairs.filter(pair => branches.some(({ facts }) => facts.kind === pair.name));
  const [kind, ...further] = kinds;
  const branch = branches.find(({ facts }) => facts.kind === kind?.name);
  const { what } = branches[0]?.facts ?? { what: "stage" };
  if (!kind || !branch) {
    const unknown = pairs.filter(pair => !isCommon(branches, pair.name));
    if (unknown.length === 0) return [source.problem("no-kind", span, noKind(what), listKinds(branches))];
    return unknown.map(pair =>
      source.problem(
        "unknown-kind",
        pair.key,
        unknownKind(what, pair.name),
        meant(pair.name, kindNames(branches)),
      ),
    );
  }
  const conflicts = further.map(pair =>
    source.problem(
      "two-kinds",
      pair.key,
      `This ${what} is a \`${kind.name}\` already; it cannot be a \`${pair.name}\` as well.`,
      `Begin a further ${what} with \`- ${pair.name}:\`.`,
    ),
  );
  const rest = validateMap(branch, node, { ...value, label: `a ${what} of kind \`${kind.name}\`` });
  const isNew = (each: Diagnostic) => !conflicts.some(conflict => samePlace(conflict, each));
  return [...conflicts, ...rest.filter(isNew)];
}

function kindNames(branches: readonly Branch[]): string[] {
  return branches.map(({ facts }) => facts.kind);
}

function isCommon(branches: readonly Branch[], key: string): boolean {
  return branches.every(branch => Object.hasOwn(branch.properties ?? {}, key));
}

function listKinds(branches: readonly Branch[]): string {
  return `Kinds: ${kindNames(branches).join(", ")}.`;
}

function noKind(what: string): string {
  return `This ${what} does not say its kind.`;
}

function unknownKind(what: string, name: string): string {
  return `There is no kind of ${what} called \`${name}\`.`;
}

function noMap(branches: readonly Branch[], { source, node, span }: Subject): Diagnostic {
  const { what } = branches[0]?.facts ?? { what: "stage" };
  const message = `Expected ${what === "output" ? "an output" : "a stage"} written as \`kind: …\`, but found ${describeFound(node)}.`;
  return source.problem("wrong-type", span, message, colonAdvice(branches, node) ?? listKinds(branches));
}

function colonAdvice(branches: readonly Branch[], node: Node | undefined): string | undefined {
  const word = isScalar(node) && typeof node.value === "string" ? node.value : undefined;
  if (word === undefined) return undefined;
  if (kindNames(branches).includes(word)) return `Write a colon and its parameters: \`${word}: …\`.`;
  return meant(word, kindNames(branches));
}
