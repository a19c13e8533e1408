import { ComponentType } from "@cyclonedx/cyclonedx-library/Enums";
import {
  Bom,
  Component,
  ComponentRepository,
  LicenseRepository,
  Metadata,
  Property,
  PropertyRepository,
  Tools,
} from "@cyclonedx/cyclonedx-library/Models";
import { JSON as Json, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import type { ManifestPackage } from "../imageManifest.ts";
import type { Distribution } from "../packages/distribution.ts";
import { licensesFor } from "./licenses.ts";
import { purlOf } from "./purl.ts";

export interface BillInput {
  readonly recipe: { readonly name: string; readonly version: string | undefined; readonly arch: string };
  readonly packages: readonly ManifestPackage[];
  readonly distribution: Distribution | undefined;
  /** Names the bill: the same for the same image. */
  readonly uuid: string;
  /** Seconds since 1970. */
  readonly clock: number;
  /** Version of Whittle. */
  readonly tool: string;
}

/** A CycloneDX 1.6 bill of materials as JSON; the same image gives the same text. */
export function billOfMaterials({ recipe, packages, distribution, uuid, clock, tool }: BillInput): string {
  const image = new Component(ComponentType.OperatingSystem, recipe.name, {
    bomRef: "image",
    ...(recipe.version === undefined ? {} : { version: recipe.version }),
    properties: new PropertyRepository([new Property("whittle:arch", recipe.arch)]),
  });
  const components = new Map(
    packages.map(each => [refOf(each, distribution), componentOf(each, distribution)] as const),
  );
  for (const { bomRef } of components.values()) image.dependencies.add(bomRef);
  const whittle = new Component(ComponentType.Application, "whittle", { version: tool });
  const bom = new Bom({
    serialNumber: `urn:uuid:${uuid}`,
    components: new ComponentRepository(components.values()),
    metadata: new Metadata({
      timestamp: new Date(clock * 1000),
      component: image,
      tools: new Tools({ components: new ComponentRepository([whittle]) }),
    }),
  });
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf(each: ManifestPackage, distribution: Distribution | undefined): Component {
  const purl = purlOf({ ...each, arch: each.arch }, distribution);
  return new Component(ComponentType.Library, each.name, {
    bomRef: refOf(each, distribution),
    version: each.version,
    purl,
    licenses: new LicenseRepository(licensesFor(each.licenses ?? [])),
    properties: new PropertyRepository([new Property("whittle:bytes", String(each.bytes))]),
  });
}

function refOf(each: ManifestPackage, distribution: Distribution | undefined): string {
  return purlOf({ ...each, arch: each.arch }, distribution);
}
