import type { LooseList, LooseMap, LooseValue } from "./looseTree.ts";
import type { Path, Place } from "./place.ts";

/** What can be typed inside the `{ … }` or `[ … ]` that holds `offset`; undefined when none does. */
export function flowPlaces(root: LooseMap, offset: number, indent: number): readonly Place[] | undefined {
  const found = innermost(root, [], offset);
  if (!found) return undefined;
  const { container, path } = found;
  const base = { flow: true, behindKey: false, column: container.column, indent, gap: "" } as const;
  const here = { start: offset, end: offset };
  return container.type === "map"
    ? inMap(container, path, offset, { ...base, here })
    : inList(container, path, offset, { ...base, here });
}

type Base = Pick<Place, "flow" | "behindKey" | "column" | "indent" | "gap"> & {
  readonly here: Place["replace"];
};

function inMap(map: LooseMap, path: Path, offset: number, { here, ...base }: Base): readonly Place[] {
  const others = (start: number) =>
    map.entries.filter(each => each.keySpan.start !== start).map(each => each.key);
  const onKey = map.entries.find(({ keySpan }) => keySpan.start <= offset && offset <= keySpan.end);
  if (onKey) {
    const hasColon = onKey.colon !== undefined;
    const present = others(onKey.keySpan.start);
    return [{ ...base, slot: "key", path, replace: onKey.keySpan, present, hasColon }];
  }
  const index = map.entries.findLastIndex(({ colon }) => colon !== undefined && colon <= offset);
  const entry = map.entries[index];
  const next = map.entries[index + 1];
  const isNextKey = next !== undefined && next.keySpan.start <= offset;
  if (entry && !isNextKey && !separated(entry.end, offset, map)) {
    const { value } = entry;
    const valuePath = [...path, entry.key];
    if (value === undefined || value.start > offset) {
      const gap = entry.colon === offset ? " " : "";
      return [{ ...base, gap, slot: "value", path: valuePath, replace: here, present: [], hasColon: false }];
    }
    if (value.type === "text" && offset <= value.end) {
      return [{ ...base, slot: "value", path: valuePath, replace: value, present: [], hasColon: false }];
    }
    return [];
  }
  return [{ ...base, slot: "key", path, replace: here, present: others(-1), hasColon: false }];
}

function inList(list: LooseList, path: Path, offset: number, { here, ...base }: Base): readonly Place[] {
  const index = list.items.findIndex(item => item.start <= offset && offset <= item.end);
  const item = list.items[index];
  if (item?.value?.type === "text") {
    return [
      { ...base, slot: "value", path: [...path, index], replace: item.value, present: [], hasColon: false },
    ];
  }
  const after = list.items.findLast(each => each.end <= offset);
  if (after && !separated(after.end, offset, list)) return [];
  return [
    {
      ...base,
      slot: "value",
      path: [...path, list.items.length],
      replace: here,
      present: [],
      hasColon: false,
    },
  ];
}

/** Whether a comma stands between the end of an entry and the cursor. */
function separated(end: number, offset: number, container: LooseMap | LooseList): boolean {
  return container.commas.some(comma => end <= comma && comma < offset);
}

function innermost(
  value: LooseValue | undefined,
  path: Path,
  offset: number,
): { container: LooseMap | LooseList; path: Path } | undefined {
  if (!value || value.type === "text") return undefined;
  const children =
    value.type === "map"
      ? value.entries.map(entry => ({ value: entry.value, step: entry.key }))
      : value.items.map((item, step) => ({ value: item.value, step }));
  for (const child of children) {
    const found = innermost(child.value, [...path, child.step], offset);
    if (found) return found;
  }
  const isInside = value.start < offset && (value.closed ? offset < value.end : offset <= value.end);
  return value.flow && isInside ? { container: value, path } : undefined;
}
