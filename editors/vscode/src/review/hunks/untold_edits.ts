/** The agent's edits of documents that the log has not told of yet, by path: each is told once more there, as a diff. Pure. */
import { beforeDiffs } from "../../diffs/unified.ts";
import type { Lines } from "./lines.ts";

export interface UntoldEdit {
  readonly before: Lines;
  readonly text: string;
}

/** Of one document. */
const most = 20;

export class UntoldEdits {
  readonly #edits = new Map<string, readonly UntoldEdit[]>();

  add(path: string, edit: UntoldEdit): void {
    this.#edits.set(path, [...this.#of(path), edit].slice(-most));
  }

  /** The editor did not take it. */
  refuse(path: string, edit: UntoldEdit): void {
    this.#keep(
      path,
      this.#of(path).filter((each) => each !== edit),
    );
  }

  /** Whether this diff tells of one of them; then it and those before it are not waited for any more. */
  tell(path: string, diff: string): boolean {
    const index = this.#of(path).findIndex(({ text }) => beforeDiffs(text, [diff]) !== undefined);
    if (index >= 0) this.#keep(path, this.#of(path).slice(index + 1));
    return index >= 0;
  }

  /** The last one, of which no diff will tell. */
  take(path: string): UntoldEdit | undefined {
    const edit = this.#of(path).at(-1);
    if (edit) this.refuse(path, edit);
    return edit;
  }

  /** The document is closed: what it said is on disk, or nowhere. */
  forget(path: string): void {
    this.#edits.delete(path);
  }

  #of(path: string): readonly UntoldEdit[] {
    return this.#edits.get(path) ?? [];
  }

  #keep(path: string, edits: readonly UntoldEdit[]): void {
    if (edits.length) this.#edits.set(path, edits);
    else this.#edits.delete(path);
  }
}
