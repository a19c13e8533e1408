/** What a person chose to see; kept while the panel is hidden and when the window reloads. */
export interface ViewChoice {
  /** What the host finds the panel's subject by when the window was reloaded. */
  readonly source: string;
  /** What lies on top: the folders of the image, or its packages. */
  readonly arrangement: "folders" | "packages";
  /** What the colours stand for. */
  readonly colours: "stage" | "package";
  /** Key of the open folder. */
  readonly folder: string;
  /** Key of what is selected; "" = nothing. */
  readonly selected: string;
  readonly query: string;
  /** Name of the one stage shown; "" = all. */
  readonly stage: string;
  /** Label of the one package shown; "" = all. */
  readonly package: string;
  /** Leave out what the filter does not let through, instead of dimming it. */
  readonly onlyMatches: boolean;
  readonly view: "treemap" | "table";
}

export const firstChoice: ViewChoice = {
  source: "",
  arrangement: "folders",
  colours: "stage",
  folder: "/",
  selected: "",
  query: "",
  stage: "",
  package: "",
  onlyMatches: false,
  view: "treemap",
};
