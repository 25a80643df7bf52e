/** What has become of the lines of a text: which are still there, and what stands in place of the others. Pure. */
import { diffArrays } from "diff";

export type Change = { readonly kept: number } | { readonly dropped: number; readonly added: readonly string[] };

/** Above so many differences the middle counts as changed as a whole. */
const most = 3_000;

/** In the order of both texts. What both begin and end with is never looked at again, so that typing in a long file is cheap. */
export function changes(old: readonly string[], fresh: readonly string[]): Change[] {
  const start = equalStart(old, fresh);
  const end = equalEnd(old, fresh, Math.min(old.length, fresh.length) - start);
  const middle = compared(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end));
  return apart([...keeping(start), ...middle, ...keeping(end)], old, fresh);
}

/** Lines without their ends: which of them a file has does not matter here. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

function compared(old: string[], fresh: string[]): Change[] {
  if (old.length === 0 && fresh.length === 0) return [];
  const found = diffArrays(old, fresh, { maxEditLength: most }) ?? [
    { value: old, removed: true, added: false },
    { value: fresh, removed: false, added: true },
  ];
  const result: Change[] = [];
  let dropped = 0;
  let added: string[] = [];
  const close = (): void => {
    if (dropped || added.length) result.push({ dropped, added });
    [dropped, added] = [0, []];
  };
  for (const each of found) {
    if (each.removed) dropped += each.value.length;
    else if (each.added) added.push(...each.value);
    else {
      close();
      result.push({ kept: each.value.length });
    }
  }
  close();
  return result;
}

/**
 * Lines that were replaced, and a block behind them that has come or gone, are two changes where what follows the block begins
 * as the block does: these lines then stand between both.
 */
function apart(found: readonly Change[], old: readonly string[], fresh: readonly string[]): Change[] {
  let [lost, here, between] = [0, 0, 0];
  return found.flatMap((change, index): Change[] => {
    if ("kept" in change) {
      const left = change.kept - between;
      [lost, here, between] = [lost + change.kept, here + change.kept, 0];
      return keeping(left);
    }
    const { dropped, added } = change;
    const next = found[index + 1];
    const replaced = Math.min(dropped, added.length);
    const block = Math.max(dropped, added.length) - replaced;
    const [side, from] = dropped > replaced ? [old, lost + replaced] : [fresh, here + replaced];
    const most = replaced > 0 && next && "kept" in next ? Math.min(block, next.kept) : 0;
    while (between < most && side[from + between] === side[from + block + between]) between += 1;
    [lost, here] = [lost + dropped, here + added.length];
    if (between === 0) return [change];
    const moved = dropped > replaced ? [] : side.slice(from + between, from + between + block);
    return [
      { dropped: replaced, added: added.slice(0, replaced) },
      { kept: between },
      { dropped: dropped - replaced, added: moved },
    ];
  });
}

function keeping(count: number): Change[] {
  return count ? [{ kept: count }] : [];
}

function equalStart(one: readonly string[], other: readonly string[]): number {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one[count] === other[count]) count += 1;
  return count;
}

function equalEnd(one: readonly string[], other: readonly string[], most: number): number {
  let count = 0;
  while (count < most && one[one.length - 1 - count] === other[other.length - 1 - count]) count += 1;
  return count;
}
