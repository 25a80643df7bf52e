/** What a row of the tree says of its session: title, description, icon, tooltip, and the same for a screen reader. Pure. */
import { basename } from "node:path";
import type { Session } from "sessiond-protocol";
import { money, tokens, total } from "../figures.ts";

export type Mood = "archived" | "asking" | "busy" | "quiet" | "current";

export interface Face {
  readonly title: string;
  readonly description: string;
  /** A codicon, and the theme's colour for it. */
  readonly icon: string;
  readonly color?: string;
  readonly spoken: string;
}

export interface Known {
  /** Whether a question of it, or of a task of it, waits. */
  readonly asking: boolean;
  /** Whether it is the one in the panel. */
  readonly current: boolean;
  /** Where several folders are open: each row says whose it is. */
  readonly withFolder: boolean;
  readonly now: number;
}

export function faceOf(session: Session, known: Known): Face {
  const title = titleOf(session);
  const mood = moodOf(session, known);
  const facts = [
    moods[mood].word,
    known.withFolder ? basename(session.directory) : "",
    session.cost ? money(session.cost) : "",
    session.turnId ? "" : age(known.now - session.updatedAt),
  ].filter(Boolean);
  return {
    title,
    description: facts.join(" · "),
    icon: moods[mood].icon,
    ...(moods[mood].color && { color: moods[mood].color }),
    spoken: [title, ...facts].join(", "),
  };
}

const moods: Record<Mood, { word: string; icon: string; color?: string }> = {
  asking: { word: "waits for you", icon: "bell-dot", color: "notificationsWarningIcon.foreground" },
  busy: { word: "works", icon: "loading~spin", color: "charts.blue" },
  archived: { word: "archived", icon: "archive" },
  current: { word: "", icon: "comment-discussion", color: "charts.blue" },
  quiet: { word: "", icon: "comment" },
};

function moodOf(session: Session, { asking, current }: Known): Mood {
  if (asking) return "asking";
  if (session.turnId) return "busy";
  if (session.archived) return "archived";
  return current ? "current" : "quiet";
}

/** A title is a model's or a prompt's: one line of it. */
export function titleOf(session: Session): string {
  return session.title.replace(/\s+/g, " ").trim() || "Untitled session";
}

export function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? "1 day" : `${days} days`;
}

/** Lines of label and value; whoever shows them sees to the markup. */
export function factsOf(session: Session): [label: string, value: string][] {
  const used = total(session.usage);
  return [
    ["Folder", session.directory],
    ["Model", session.model ?? "the configured one"],
    ["Tokens", used ? tokens(used) : "none yet"],
    ["Cost", session.cost === null ? "not known" : money(session.cost)],
    ["Begun", new Date(session.createdAt).toLocaleString()],
    ["Last change", new Date(session.updatedAt).toLocaleString()],
    ...(session.origin ? ([["Fork of", session.origin.sessionId]] as [string, string][]) : []),
  ];
}

/** A name for a file that a session is written to. */
export function fileNameOf(session: Session, extension: string): string {
  const name = titleOf(session)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .toLowerCase();
  return `${name || "session"}.${extension}`;
}
