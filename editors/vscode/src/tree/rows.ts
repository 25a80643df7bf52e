/**
 * The sessions that the engine has told of, by the protocol's law: what comes later replaces what is known. Pure.
 *
 * `watching.ts` feeds it; a search has rows of its own, which only a new list can change.
 */
import type { Session, SessionsChanged } from "sessiond-protocol";

export class Rows {
  readonly #known = new Map<string, Session>();

  /** A page of an answer, or what was changed and deleted. */
  take({ changed, deleted = [] }: { changed: readonly Session[]; deleted?: SessionsChanged["deleted"] }): void {
    for (const session of changed) this.#known.set(session.id, session);
    for (const id of deleted) this.#known.delete(id);
  }

  get(sessionId: string): Session | undefined {
    return this.#known.get(sessionId);
  }

  /** What a list shows, the latest first: no children, which belong to the session that began them. */
  shown({ archived }: { archived: boolean }): Session[] {
    return [...this.#known.values()]
      .filter((session) => session.parentId === null && (archived || !session.archived))
      .sort((a, b) => b.updatedAt - a.updatedAt || b.createdAt - a.createdAt);
  }
}
