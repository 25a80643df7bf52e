/** How the lines of files were at each of their texts, so that undo and redo bring back what was to be reviewed then. */
import { linesOf } from "../hunks/changes.ts";
import { type Lines, textsOf } from "../hunks/lines.ts";

const most = 20;

export class History {
  readonly #known = new Map<string, Map<string, Lines>>();

  add(path: string, lines: Lines): void {
    const known = this.#known.get(path) ?? new Map<string, Lines>();
    const text = textsOf(lines).join("\n");
    known.delete(text);
    known.set(text, lines);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    this.#known.set(path, known);
  }

  forget(path: string): void {
    this.#known.delete(path);
  }

  find(path: string, text: string): Lines | undefined {
    return this.#known.get(path)?.get(linesOf(text).join("\n"));
  }
}
