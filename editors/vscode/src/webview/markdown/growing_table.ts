/** A table that may still grow: rows are put to those that are there, and none is drawn twice. */
import { Lexer, type Token } from "marked";
import { nodesOf } from "./html.ts";

/** Characters that are read at once. */
const windowSize = 1024;
/** A longer one goes on as another with the same head: the columns of all rows are measured with each that comes. */
const tableLimit = 16 * 1024;

export class GrowingTable {
  readonly element: Element;
  readonly head: string;
  readonly #body = document.createElement("tbody");
  #length = 0;

  /** The head is two whole lines of the source. */
  constructor(head: string) {
    this.head = head;
    this.element = nodesOf(Lexer.lex(head)).firstElementChild ?? document.createElement("div");
    this.element.querySelector("table")?.append(this.#body);
  }

  get full(): boolean {
    return this.#length >= tableLimit;
  }

  /** Draws a few rows from the beginning of the source; how many characters they are, 0 where no row is there. */
  take(source: string): number {
    const end = source.lastIndexOf("\n", windowSize) + 1 || source.indexOf("\n") + 1 || source.length;
    const [table] = Lexer.lex(this.head + source.slice(0, end));
    const rows = table && nodesOf([table]).querySelectorAll("tbody > tr");
    if (!table || !rows?.length) return 0;
    this.#body.append(...rows);
    const length = Math.min(end, table.raw.replace(/\n+$/, "").length + 1 - this.head.length);
    this.#length += length;
    return length;
  }
}

/** Of a table at the beginning of the source; undefined while its second line may go on. */
export function headOf(source: string, last: boolean): string | undefined {
  return /^[^\n]*\n[^\n]*\n/.exec(source)?.[0] ?? (last ? source : undefined);
}

export function isTable(token: Token | undefined): boolean {
  return token?.type === "table";
}
