/** Prompts that were sent, to be called up again with the arrow keys. Pure but for what it keeps. */

const limit = 100;

export class Recall {
  /** The newest last. */
  entries: readonly string[];
  #index: number;
  #draft = "";

  constructor(entries: readonly string[]) {
    this.entries = entries;
    this.#index = entries.length;
  }

  add(text: string): void {
    if (text.trim()) this.entries = [...this.entries.filter((entry) => entry !== text), text].slice(-limit);
    this.#index = this.entries.length;
  }

  /** The one before; undefined at the first one. What stands there now is found again at the end. */
  earlier(current: string): string | undefined {
    if (this.#index === 0) return undefined;
    if (this.#index === this.entries.length) this.#draft = current;
    this.#index -= 1;
    return this.entries[this.#index];
  }

  later(): string | undefined {
    if (this.#index >= this.entries.length) return undefined;
    this.#index += 1;
    return this.#index === this.entries.length ? this.#draft : this.entries[this.#index];
  }
}

/** The word at the caret that asks for suggestions: where it begins, and what has been typed of it. */
export function wordAt(text: string, caret: number): { trigger: "@" | "/"; query: string; start: number } | undefined {
  const [, before = "", trigger, query = ""] = /(^|\s)([@/])([^\s@]*)$/.exec(text.slice(0, caret)) ?? [];
  if (trigger !== "@" && trigger !== "/") return undefined;
  const start = caret - query.length - 1;
  return trigger === "/" && (start > 0 || before) ? undefined : { trigger, query, start };
}
