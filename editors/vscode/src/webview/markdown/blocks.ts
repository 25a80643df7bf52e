/**
 * Where a growing Markdown text can be cut: what is finished, and what may still change with the next word. Pure.
 *
 * A text is read in steps of a bounded size, so that neither a long message nor a long block costs a long frame.
 */
import { Lexer, type Token } from "marked";

export type Block =
  /** Tokens of one or more whole blocks. */
  | { readonly kind: "tokens"; readonly tokens: readonly Token[] }
  /** A piece of a paragraph that is too long to be drawn at once; the next one goes on with it. */
  | { readonly kind: "piece"; readonly text: string };

export interface Step {
  /** What can be drawn for good. */
  readonly finished: readonly Block[];
  /** How many characters of the source that is. */
  readonly length: number;
  /** What stands behind it, for now; a table's rows are the first ones only. */
  readonly tail: readonly Token[];
}

/** How much of the source is read in one step, where that is enough for a block. */
const windowSize = 1024;
/** A paragraph that is longer is drawn in pieces. */
const pieceSize = 8 * 1024;
/** A list or a quote that is longer is cut, and goes on as another one. */
const blockLimit = 8 * 1024;

/** Reads on from the beginning of a block; `last`: nothing comes behind `source`. */
export function step(source: string, last: boolean): Step {
  let size = windowSize;
  for (;;) {
    const whole = source.length <= size;
    const text = whole ? source : source.slice(0, lineEnd(source, size));
    const tokens = Lexer.lex(text);
    if (whole && last) return { finished: asBlocks(tokens), length: source.length, tail: [] };
    const open = lastBlock(tokens);
    const finished = tokens.slice(0, open);
    const length = finished.reduce((sum, token) => sum + token.raw.length, 0);
    if (length > 0 || staysOpen(tokens[open], whole && text.length < pieceSize))
      return { finished: asBlocks(finished), length, tail: tokens.slice(open) };
    if (isParagraph(tokens[open]) && size >= pieceSize) return pieceOf(source);
    if (size >= blockLimit) return { finished: asBlocks(tokens), length: text.length, tail: [] };
    if (whole) return { finished: [], length: 0, tail: tokens };
    size *= 2;
  }
}

export interface Fence {
  readonly language: string;
  /** Where the code begins. */
  readonly start: number;
  /** What ends it: a line of at least as many of the same. */
  readonly mark: string;
}

/** A block of code at the beginning of the source; lists and quotes with code in them are for the lexer. */
export function fenceAt(source: string): Fence | undefined {
  const [line, mark, info = ""] = /^(`{3,}|~{3,})([^\n`]*)\n/.exec(source) ?? [];
  if (line === undefined || mark === undefined) return undefined;
  return { language: info.trim().split(/\s/)[0] ?? "", start: line.length, mark };
}

/** Where the code ends, and what is behind it; looks from an offset that is before the end. */
export function fenceEnd(source: string, { mark }: Fence, from: number): { code: number; after: number } | undefined {
  const end = new RegExp(`^ {0,3}${mark.startsWith("~") ? "~" : "`"}{${mark.length},}[ \\t]*(\\n|$)`, "gm");
  end.lastIndex = source.lastIndexOf("\n", Math.max(from - 1, 0)) + 1;
  const found = end.exec(source);
  // Without its line end more may come, and it is no end then.
  return found && (found[1] || found[0].length)
    ? { code: found.index, after: found.index + found[0].length }
    : undefined;
}

/** Whether a text must be read as a whole to be read right: a reference may stand anywhere. */
export function hasReferences(source: string): boolean {
  return /^ {0,3}\[[^\]\n]+\]:[ \t]*\S/m.test(source);
}

function asBlocks(tokens: readonly Token[]): Block[] {
  return tokens.length ? [{ kind: "tokens", tokens }] : [];
}

/** The index of the last block that is no blank space: the next words may belong to it. */
function lastBlock(tokens: readonly Token[]): number {
  const index = tokens.findLastIndex((token) => token.type !== "space");
  return Math.max(index, 0);
}

/** A table is read on row by row; of anything else all must be there. */
function staysOpen(token: Token | undefined, all: boolean): boolean {
  return all || token?.type === "table";
}

function isParagraph(token: Token | undefined): boolean {
  return token?.type === "paragraph" || token?.type === "text";
}

function pieceOf(source: string): Step {
  const space = Math.max(source.lastIndexOf(" ", pieceSize), source.lastIndexOf("\n", pieceSize));
  const length = space > pieceSize / 2 ? space + 1 : pieceSize;
  return { finished: [{ kind: "piece", text: source.slice(0, length) }], length, tail: [] };
}

/** Not in the middle of a line, where that can be had. */
function lineEnd(source: string, size: number): number {
  const end = source.lastIndexOf("\n", size);
  return end > size / 2 ? end + 1 : size;
}
