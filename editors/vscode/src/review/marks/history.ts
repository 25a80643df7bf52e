/** How the lines of files were at each of their texts, so that undo and redo bring back what was to be reviewed then. */
import { linesOf } from "../hunks/changes.ts";
import { type Lines, textsOf } from "../hunks/lines.ts";

const most = 20;

/** Characters of the texts of all files; those that were changed last are kept. */
const mostOfAll = 20_000_000;

export class History {
  readonly #known = new Map<string, Map<string, Lines>>();

  add(path: string, lines: Lines): void {
    const known = this.#known.get(path) ?? new Map<string, Lines>();
    const text = textsOf(lines).join("\n");
    known.delete(text);
    known.set(text, lines);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) known.delete(oldest);
    this.#known.delete(path);
    this.#known.set(path, known);
    this.#bound();
  }

  forget(path: string): void {
    this.#known.delete(path);
  }

  find(path: string, text: string): Lines | undefined {
    return this.#known.get(path)?.get(linesOf(text).join("\n"));
  }

  #bound(): void {
    let left = mostOfAll;
    for (const [index, [path, texts]] of [...this.#known].reverse().entries()) {
      for (const text of texts.keys()) left -= text.length;
      if (left < 0 && index > 0) this.#known.delete(path);
    }
  }
}
