/** Where a block of code from an answer belongs in a document: what it takes the place of. Pure; line ends are `\n`. */
import { type Block, blocksAlike, indentOf } from "./blocks.ts";

/** Offsets in UTF-16 units; the same twice where nothing is selected. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Replacement extends Span {
  readonly text: string;
}

/** In place of the selection; else of the blocks that begin as those of the code do; else on lines of its own at the cursor. */
export function proposed(document: string, code: string, selection: Span): Replacement[] {
  const block = code.replace(/\n+$/, "");
  if (selection.end > selection.start) return [inPlaceOf(selection, document, block)];
  const cursorLine = document.slice(0, selection.start).split("\n").length - 1;
  const alike = blocksAlike(block.split("\n"), document.split("\n"), cursorLine);
  if (alike.length === 0) return [atCursor(document, block, selection.start)];
  return alike.map((each) => inPlaceOfLines(each, document));
}

export function replaced(document: string, replacements: readonly Replacement[]): string {
  return replacements.reduceRight(
    (text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end),
    document,
  );
}

/** Whole lines stay whole lines. */
function inPlaceOf({ start, end }: Span, document: string, block: string): Replacement {
  const before = document.slice(lineStart(document, start), start);
  const lineEnd = document[end - 1] === "\n" ? "\n" : "";
  if (before.trim()) return { start, end, text: block + lineEnd };
  const margin = before + indentOf(document.slice(start, end));
  return { start, end, text: indented(block, margin).slice(before.length) + lineEnd };
}

function inPlaceOfLines({ from, to, lines }: Block, document: string): Replacement {
  const all = document.split("\n");
  const offset = (line: number): number => all.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  return { start: offset(from), end: offset(to) - 1, text: indented(lines.join("\n"), indentOf(all[from] ?? "")) };
}

function atCursor(document: string, block: string, cursor: number): Replacement {
  const start = lineStart(document, cursor);
  const next = document.indexOf("\n", cursor);
  const end = next < 0 ? document.length : next;
  const line = document.slice(start, end);
  const text = indented(block, indentOf(line));
  return line.trim() ? { start: end, end, text: `\n${text}` } : { start, end, text };
}

function lineStart(document: string, offset: number): number {
  return offset === 0 ? 0 : document.lastIndexOf("\n", offset - 1) + 1;
}

/** Further in by what its first line lacks. */
function indented(block: string, margin: string): string {
  const own = indentOf(block);
  return margin.startsWith(own) ? block.replace(/^(?=[^\n])/gm, margin.slice(own.length)) : block;
}
