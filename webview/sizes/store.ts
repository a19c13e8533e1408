import type { Unsubscribe } from "../../src/shared/protocol/channel.ts";
import type { BuiltSizes, SizesState } from "../../src/shared/protocol/sizes.ts";
import { loadState, storeState } from "../common/host.ts";
import { type Matches, matchTree } from "./model/matches.ts";
import { buildSizeTree, type SizeNode, type SizeTree } from "./model/sizeTree.ts";
import { type StageRow, stageRows } from "./model/stageRows.ts";

/** What a person chose to see; kept while the panel is hidden and when the window reloads. */
export interface ViewChoice {
  /** What the host finds the panel's subject by when the window was reloaded. */
  readonly source: string;
  readonly folder: string;
  readonly selected: string;
  readonly query: string;
  /** Name of the one stage shown; "" = all. */
  readonly stage: string;
  /** Leave out what the filter does not let through, instead of dimming it. */
  readonly onlyMatches: boolean;
  readonly view: "treemap" | "table";
}

const firstChoice: ViewChoice = {
  source: "",
  folder: "/",
  selected: "",
  query: "",
  stage: "",
  onlyMatches: false,
  view: "treemap",
};

/** A build that is shown, worked out. */
export interface ShownBuild {
  readonly built: BuiltSizes;
  readonly tree: SizeTree;
  readonly rows: readonly StageRow[];
  readonly folder: SizeNode;
  readonly selected: SizeNode | undefined;
  /** The one stage shown. */
  readonly stage: StageRow | undefined;
  readonly matches: Matches | undefined;
}

/** `data`: a new state from the host; `choice`: the person chose; `selection`: only what is selected changed. */
export type Change = "data" | "choice" | "selection";

/** The state of the page; everything else shows it and calls its methods. */
export class Store {
  state: SizesState = { recipe: "", phase: "loading" };
  choice: ViewChoice = loadState(firstChoice);
  shown: ShownBuild | undefined;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #history: string[] = [];

  onChange(listener: (change: Change) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a state from the host. What was chosen stays, as far as it still exists. */
  receive(state: SizesState): void {
    this.state = state;
    this.choice = { ...this.choice, source: state.source ?? this.choice.source };
    storeState(this.choice);
    const { built } = state;
    if (built) {
      const tree = buildSizeTree(built.entries, built.stages.length);
      this.shown = this.#resolve({ built, tree, rows: stageRows(built, tree) });
    } else {
      this.shown = undefined;
    }
    this.#tell("data");
  }

  /** Zooms into a folder (of a file: into the folder that holds it). */
  open(node: SizeNode, selected?: SizeNode): void {
    const folder = node.children ? node : node.parent;
    if (!folder || folder.path === this.choice.folder) return;
    this.#history.push(this.choice.folder);
    this.choose({ folder: folder.path, selected: selected?.path ?? "" });
  }

  /** Zooms out, past folders that hold nothing but one folder, and selects where it came from. */
  openParent(): void {
    const from = this.shown?.folder;
    let to = from?.parent;
    while (to?.parent && to.children?.filter(child => child.bytes > 0).length === 1) to = to.parent;
    if (!from || !to) return;
    const above = to;
    this.open(
      to,
      above.children?.find(child => from.path === child.path || from.path.startsWith(`${child.path}/`)),
    );
  }

  /** Goes back to the folder that was shown before. */
  back(): void {
    const folder = this.#history.pop();
    if (folder !== undefined) this.choose({ folder, selected: "" });
  }

  get canGoBack(): boolean {
    return this.#history.length > 0;
  }

  select(node: SizeNode | undefined): void {
    if (node?.path === this.shown?.selected?.path) return;
    this.#take({ ...this.choice, selected: node?.path ?? "" });
    this.#tell("selection");
  }

  /** Zooms to the folder of `path` and selects it; false when the image does not have it. */
  reveal(path: string): boolean {
    const node = this.shown?.tree.find(path);
    if (!node) return false;
    const folder = node.parent ?? node;
    if (folder.path !== this.choice.folder) this.#history.push(this.choice.folder);
    this.choose({ folder: folder.path, selected: node.path });
    return true;
  }

  choose(change: Partial<ViewChoice>): void {
    this.#take({ ...this.choice, ...change });
    this.#tell("choice");
  }

  #take(choice: ViewChoice): void {
    const before = this.choice;
    this.choice = choice;
    storeState(choice);
    if (!this.shown) return;
    const isSameFilter = before.query === choice.query && before.stage === choice.stage;
    this.shown = this.#resolve(this.shown, isSameFilter ? this.shown : undefined);
  }

  #resolve(
    { built, tree, rows }: Pick<ShownBuild, "built" | "tree" | "rows">,
    kept?: Pick<ShownBuild, "matches">,
  ): ShownBuild {
    const { folder, selected, query, stage: stageName } = this.choice;
    const stage = rows.find(row => row.name === stageName);
    const node = folder === "/" ? tree.root : tree.find(folder);
    return {
      built,
      tree,
      rows,
      folder: node?.children ? node : tree.root,
      selected: selected === "" ? undefined : tree.find(selected),
      stage,
      matches: kept ? kept.matches : matchTree(tree, { query, stage: stage?.stage }),
    };
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
