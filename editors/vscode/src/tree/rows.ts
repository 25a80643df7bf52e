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

  /** Those that wait for their user, themselves or in a task of theirs. */
  waiting(): Session[] {
    const ids = new Set<string>();
    for (const session of this.#known.values()) if (session.waiting > 0) ids.add(this.#eldest(session).id);
    return this.shown({ archived: true }).filter(({ id }) => ids.has(id));
  }

  #eldest(session: Session): Session {
    const parent = session.parentId === null ? undefined : this.#known.get(session.parentId);
    return parent ? this.#eldest(parent) : session;
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
