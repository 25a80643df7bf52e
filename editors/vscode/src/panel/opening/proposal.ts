/** Where a block of code from an answer belongs in a document: what it takes the place of. Pure; line ends are `\n`. */
import { blocksAlike, indentOf } from "./blocks.ts";

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
  const lines = document.split("\n");
  const starts = offsetsOf(lines);
  return alike.map(({ from, to, lines: by }) => {
    const text = indented(by.join("\n"), indentOf(lines[from] ?? ""));
    return { start: starts[from] ?? 0, end: (starts[to] ?? document.length + 1) - 1, text };
  });
}

export function replaced(document: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text } of replacements) {
    pieces.push(document.slice(at, start), text);
    at = end;
  }
  return pieces.join("") + document.slice(at);
}

/** Whole lines stay whole lines. */
function inPlaceOf({ start, end }: Span, document: string, block: string): Replacement {
  const before = document.slice(lineStart(document, start), start);
  const lineEnd = document[end - 1] === "\n" ? "\n" : "";
  if (before.trim()) return { start, end, text: block + lineEnd };
  const margin = before + indentOf(document.slice(start, end));
  return { start, end, text: withoutMargin(indented(block, margin), before.length) + lineEnd };
}

/** Where each line begins. */
function offsetsOf(lines: readonly string[]): number[] {
  let offset = 0;
  return lines.map((line) => {
    const start = offset;
    offset += line.length + 1;
    return start;
  });
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

/** So much of its indentation stands there already. */
function withoutMargin(block: string, length: number): string {
  return block.slice(Math.min(length, indentOf(block).length));
}

/** Further in by what its first line lacks. */
function indented(block: string, margin: string): string {
  const own = indentOf(block);
  return margin.startsWith(own) ? block.replace(/^(?=[^\n])/gm, margin.slice(own.length)) : block;
}
