import type { Unsubscribe } from "../../src/shared/protocol/channel.ts";
import type { SizesState } from "../../src/shared/protocol/sizes.ts";
import { loadState, storeState } from "../common/host.ts";
import type { SizeNode } from "./model/sizeTree.ts";
import { type BuiltImage, builtImage, type ShownBuild, shownBuild } from "./shownBuild.ts";
import { firstChoice, type ViewChoice } from "./viewChoice.ts";

export type { ShownBuild } from "./shownBuild.ts";

/** `data`: a new state from the host; `choice`: the person chose; `selection`: only what is selected changed. */
export type Change = "data" | "choice" | "selection";

/** The state of the page; everything else shows it and calls its methods. */
export class Store {
  state: SizesState = { recipe: "", phase: "loading" };
  choice: ViewChoice = loadState(firstChoice);
  shown: ShownBuild | undefined;
  readonly #listeners = new Set<(change: Change) => void>();
  #image: BuiltImage | undefined;
  #history: string[] = [];

  onChange(listener: (change: Change) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes a state from the host. What was chosen stays, as far as it still exists. */
  receive(state: SizesState): void {
    this.state = state;
    this.choice = { ...this.choice, source: state.source ?? this.choice.source };
    storeState(this.choice);
    this.#image = state.built && builtImage(state.built);
    this.shown = this.#image && shownBuild(this.#image, this.choice, undefined);
    this.#tell("data");
  }

  /** Zooms into a folder (of a file: into the folder that holds it). */
  open(node: SizeNode, selected?: SizeNode): void {
    const folder = node.children ? node : node.parent;
    if (!folder || folder.key === this.choice.folder) return;
    this.#history.push(this.choice.folder);
    this.choose({ folder: folder.key, selected: selected?.key ?? "" });
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
      above.children?.find(child => from.key === child.key || from.key.startsWith(`${child.key}/`)),
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
    if (node?.key === this.shown?.selected?.key) return;
    this.#take({ ...this.choice, selected: node?.key ?? "" });
    this.#tell("selection");
  }

  /** Zooms to the folder of `path` and selects it; false when the image does not have it. */
  reveal(path: string): boolean {
    const arrangement = this.shown?.tree.at(path) ? this.shown.arrangement : "folders";
    const tree = this.#image?.tree(arrangement);
    const node = tree?.at(path);
    if (!node) return false;
    const folder = node.parent ?? node;
    if (folder.key !== this.choice.folder) this.#history.push(this.choice.folder);
    this.choose({ arrangement, folder: folder.key, selected: node.key });
    return true;
  }

  /** Puts folders or packages on top; what was selected stays selected. */
  arrange(arrangement: ViewChoice["arrangement"]): void {
    const { shown } = this;
    if (!shown || arrangement === shown.arrangement) return;
    const tree = this.#image?.tree(arrangement);
    const selected = shown.selected?.path ? tree?.at(shown.selected.path) : undefined;
    const folder = selected?.parent?.key ?? "/";
    this.#history = [];
    // By package, the colours of packages say more; the way back does not undo a choice of colours.
    const colours = arrangement === "packages" ? ({ colours: "package", stage: "" } as const) : {};
    this.choose({ ...colours, arrangement, folder, selected: selected?.key ?? "" });
  }

  choose(change: Partial<ViewChoice>): void {
    this.#take({ ...this.choice, ...change });
    this.#tell("choice");
  }

  #take(choice: ViewChoice): void {
    this.choice = choice;
    storeState(choice);
    if (this.#image) this.shown = shownBuild(this.#image, choice, this.shown);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
