/** LSP's text edits, applied to a text. Pure. */
import type { Range } from "sessiond-protocol";

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** All in positions of the text as it is, apart from each other, in any order. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((end) => end.index + end[0].length)];
  const offset = ({ line, character }: Range["start"]): number => {
    const start = starts[line] ?? text.length;
    return Math.min(start + character, starts[line + 1] ?? text.length);
  };
  return edits
    .map(({ range, newText }) => ({ start: offset(range.start), end: offset(range.end), newText }))
    .sort((one, other) => other.start - one.start)
    .reduce((all, { start, end, newText }) => all.slice(0, start) + newText + all.slice(end), text);
}
