/** Sessions in groups as a person looks for them: what waits for them, what runs, then by the day of the last change, the archive at the end. Pure. */
import type { Session } from "sessiond-protocol";

export interface Group {
  /** Stays the same while its label may change, so that what is folded stays folded. */
  readonly id: string;
  readonly label: string;
  readonly sessions: readonly Session[];
  readonly folded: boolean;
}

type Kind = Omit<Group, "sessions">;

/** In the order of the sessions, which come with the latest first. `waits`: for its user. */
export function grouped(sessions: readonly Session[], now: Date, waits: (session: Session) => boolean): Group[] {
  const waiting = sessions.filter(waits);
  const quiet = sessions.filter((session) => !waits(session));
  const running = quiet.filter(({ turnId }) => turnId);
  const archived = quiet.filter((session) => session.archived && !session.turnId);
  const others = quiet.filter((session) => !session.archived && !session.turnId);
  return [
    { id: "waiting", label: "Waiting for You", sessions: waiting, folded: false },
    { id: "running", label: "Running", sessions: running, folded: false },
    ...byDay(others, now),
    { id: "archived", label: "Archived", sessions: archived, folded: true },
  ].filter((group) => group.sessions.length > 0);
}

function byDay(sessions: readonly Session[], now: Date): Group[] {
  const groups = new Map<string, { kind: Kind; sessions: Session[] }>();
  for (const session of sessions) {
    const kind = kindOf(new Date(session.updatedAt), now);
    const group = groups.get(kind.id) ?? { kind, sessions: [] };
    group.sessions.push(session);
    groups.set(kind.id, group);
  }
  return [...groups.values()].map(({ kind, sessions }) => ({ ...kind, sessions }));
}

function kindOf(day: Date, now: Date): Kind {
  const ago = daysBetween(day, now);
  if (ago <= 0) return { id: "today", label: "Today", folded: false };
  if (ago === 1) return { id: "yesterday", label: "Yesterday", folded: false };
  if (ago < 7) return { id: "week", label: "Last 7 Days", folded: false };
  if (ago < 30) return { id: "month", label: "Last 30 Days", folded: true };
  const label = day.toLocaleDateString("en", { month: "long", year: "numeric" });
  return { id: `${day.getFullYear()}-${day.getMonth()}`, label, folded: true };
}

/** Of the calendar, so that a change of the clocks makes no day longer. */
function daysBetween(day: Date, now: Date): number {
  const date = (time: Date): number => Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  return Math.round((date(now) - date(day)) / 86_400_000);
}

/** When the groups are others although no session has changed. */
export function nextMidnight(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}
