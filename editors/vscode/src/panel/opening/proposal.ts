/** Where a block of code from an answer belongs in a document: what the document would become. Pure. */

/** Offsets in UTF-16 units; the same twice where nothing is selected. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** In place of the selection; else of the lines between those that are like the block's first and last; else at the cursor. */
export function proposed(document: string, code: string, selection: Span): string {
  const { start, end } = selection.end > selection.start ? selection : (likeness(document, code) ?? selection);
  return document.slice(0, start) + indented(code, document, start) + document.slice(end);
}

function likeness(document: string, code: string): Span | undefined {
  const wanted = code
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const [first] = wanted;
  const last = wanted.at(-1);
  if (wanted.length < 2 || first === undefined || last === undefined) return undefined;
  const lines = document.split("\n");
  const from = lines.findIndex((line) => line.trim() === first);
  const length = lines.slice(from + 1).findIndex((line) => line.trim() === last);
  if (from < 0 || length < 0 || length > wanted.length * 3 + 20) return undefined;
  const offset = (line: number): number => lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
  const to = from + 1 + length;
  const firstIndent = indentOf(lines[from] ?? "");
  return { start: offset(from) + firstIndent.length, end: offset(to) + (lines[to] ?? "").length };
}

/** A block that stands at the margin gets the indentation of the line that it is put into. */
function indented(code: string, document: string, start: number): string {
  const block = code.replace(/\n$/, "");
  const before = document.slice(document.lastIndexOf("\n", start - 1) + 1, start);
  if (before.trim() || !/^\S/.test(block)) return block;
  return block.replace(/\n(?=[^\n])/g, `\n${before}`);
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)?.[0] ?? "";
}
