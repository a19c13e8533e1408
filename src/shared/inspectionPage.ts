/** An inspected image as people see it: the command line prints it, the inspector draws it. */
export interface InspectionPage {
  /** What kind of image it is: `Unified kernel image`. */
  readonly title: string;
  /** Absolute. */
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** What a person wants to know first. */
  readonly facts: readonly Fact[];
  /** How the bytes of the image are shared out; adds up to `total`. */
  readonly map?: SizeMap | undefined;
  readonly groups: readonly PartGroup[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Text of a machine's: a command line, a digest. */
  readonly isCode?: boolean | undefined;
}

export interface SizeMap {
  /** What is shared out: `The file`, `The disk`. */
  readonly title: string;
  readonly total: number;
  readonly segments: readonly Segment[];
}

export interface Segment {
  readonly name: string;
  readonly bytes: number;
  /** Nothing of the image's own lies here. */
  readonly isRest?: boolean | undefined;
}

export interface PartGroup {
  readonly title: string;
  /** One sentence; where there is more to say than the parts do. */
  readonly note?: string | undefined;
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** What it is for, in a few words. */
  readonly about?: string | undefined;
  readonly bytes?: number | undefined;
  readonly facts?: readonly Fact[] | undefined;
  /** Its content, where that is text. */
  readonly text?: string | undefined;
}
