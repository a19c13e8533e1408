/** Every id that package.json and the code share; test/unit/vscode/ids.test.ts holds them together. */
export const commands = {
  build: "whittle.build",
  cancelBuild: "whittle.cancelBuild",
  boot: "whittle.boot",
  bootOutput: "whittle.bootOutput",
  bootByBios: "whittle.bootByBios",
  bootByUefi: "whittle.bootByUefi",
  bootImage: "whittle.bootImage",
  sizes: "whittle.sizes",
  lockVersions: "whittle.lockVersions",
  updateVersions: "whittle.updateVersions",
  newRecipe: "whittle.newRecipe",
  openRecipe: "whittle.openRecipe",
  refresh: "whittle.refresh",
  revealOutput: "whittle.revealOutput",
  copyOutputPath: "whittle.copyOutputPath",
  copyChecksum: "whittle.copyChecksum",
  pushToRegistry: "whittle.pushToRegistry",
  inspectImage: "whittle.inspectImage",
  showLog: "whittle.showLog",
  doctor: "whittle.doctor",
  installTools: "whittle.installTools",
  showConsole: "whittle.showConsole",
  stopMachine: "whittle.stopMachine",
  pauseMachine: "whittle.pauseMachine",
  resumeMachine: "whittle.resumeMachine",
  resetMachine: "whittle.resetMachine",
  pressPowerButton: "whittle.pressPowerButton",
  openConsoleLog: "whittle.openConsoleLog",
  forgetMachine: "whittle.forgetMachine",
} as const;

export const views = {
  recipes: "whittle.recipes",
  machines: "whittle.machines",
  console: "whittle.console",
} as const;

export const panels = { sizes: "whittle.sizesPanel" } as const;

/** Context keys that `when` clauses read. */
export const contexts = {
  /** True once the workspace was searched for recipes. */
  searched: "whittle.searched",
  hasRecipes: "whittle.hasRecipes",
  /** True while any recipe is built. */
  building: "whittle.building",
  /** True while any machine runs or is paused. */
  hasMachines: "whittle.hasMachines",
} as const;

/** `viewItem` values; a state is appended after a dot. */
export const items = {
  recipe: "whittle.recipe",
  recipeBuilding: "whittle.recipe.building",
  /** An output; what can be done with it is appended, each after a dot, in this order. */
  output: "whittle.output",
  outputWithAll: "whittle.output.built.boot.firmware.inspect.push",
  /** A file of an output, the same way. */
  file: "whittle.file",
  fileWithAll: "whittle.file.built.inspect",
  machine: "whittle.machine",
  machinePaused: "whittle.machine.paused",
  machineEnded: "whittle.machine.ended",
} as const;

/** Custom editors: one opens by itself, one when asked, for names that other files have, too. */
export const editors = { image: "whittle.imageInspector", rawImage: "whittle.rawImageInspector" } as const;

export const settings = {
  section: "whittle",
  cacheDir: "cacheDir",
  tools: "tools",
  sandbox: "sandbox",
  accelerator: "accelerator",
  imageMemory: "imageMemory",
} as const;

export const walkthrough = "whittle.start";

/** Glob of recipe files. */
export const recipeGlob = "**/*.whittle.yaml";
