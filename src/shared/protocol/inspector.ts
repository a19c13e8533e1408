import type { Fact, InspectionPage, Part, PartGroup, Segment, SizeMap } from "../inspectionPage.ts";
import type { Direction } from "./channel.ts";
import {
  type Guard,
  isBoolean,
  isCount,
  isListOf,
  isNothing,
  isOneOf,
  isOptional,
  isShape,
  isString,
} from "./guards.ts";

/** Everything that the image inspector shows. */
export interface InspectorState {
  /** Name of the file. */
  readonly file: string;
  /** The image; absent while it is read, and when it cannot be. */
  readonly page?: InspectionPage | undefined;
  readonly problem?: { readonly message: string; readonly advice?: string | undefined } | undefined;
  /** What a machine can be started from it with; [] when nothing can, or nothing may (trust). */
  readonly firmware: readonly ("bios" | "uefi")[];
}

const isFact: Guard<Fact> = isShape<Fact>({ name: isString, value: isString, isCode: isOptional(isBoolean) });

const isPart: Guard<Part> = isShape<Part>({
  name: isString,
  about: isOptional(isString),
  bytes: isOptional(isCount),
  facts: isOptional(isListOf(isFact)),
  text: isOptional(isString),
});

const isMap: Guard<SizeMap> = isShape<SizeMap>({
  title: isString,
  total: isCount,
  segments: isListOf(isShape<Segment>({ name: isString, bytes: isCount, isRest: isOptional(isBoolean) })),
});

const isPage: Guard<InspectionPage> = isShape<InspectionPage>({
  title: isString,
  path: isString,
  bytes: isCount,
  facts: isListOf(isFact),
  map: isOptional(isMap),
  groups: isListOf(
    isShape<PartGroup>({ title: isString, note: isOptional(isString), parts: isListOf(isPart) }),
  ),
});

export const isInspectorState: Guard<InspectorState> = isShape<InspectorState>({
  file: isString,
  page: isOptional(isPage),
  problem: isOptional(
    isShape<NonNullable<InspectorState["problem"]>>({ message: isString, advice: isOptional(isString) }),
  ),
  firmware: isListOf(isOneOf("bios", "uefi")),
});

/** Host to webview. */
export const inspectorToWebview = {
  events: {
    /** Takes the place of all that was known. */
    state: isInspectorState,
    /** sha256 of the whole file, which takes longer than the rest; hex. */
    sha256: isString,
  },
  requests: {},
} satisfies Direction;

/** Webview to host. */
export const inspectorToHost = {
  events: {
    /** Put this text on the clipboard. */
    copy: isShape<{ readonly text: string }>({ text: isString }),
    /** Start a machine from the image. */
    boot: isShape<{ readonly firmware: "bios" | "uefi" }>({ firmware: isOneOf("bios", "uefi") }),
    /** Show the file in the file manager. */
    reveal: isNothing,
    /** Show the file in another editor. */
    openWith: isNothing,
  },
  requests: {
    /** Asked once by every freshly loaded webview: it listens now. */
    state: { params: isNothing, result: isInspectorState },
  },
} satisfies Direction;
