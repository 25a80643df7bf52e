/** Hears of what the agent has changed on disk, of all sessions that this window listens to. Open documents are edited in `agent_edits.ts`. */
import type { Disposable } from "vscode";
import type { Event as SessionEvent } from "sessiond-protocol";
import type { Sessions } from "../contract.ts";
import { changesOf } from "../diffs/calls.ts";
import { type Files, isMarking } from "./marks/files.ts";

const most = 1_000;

export function follow(sessions: Sessions, files: Files): Disposable {
  /** Parts that were looked at: a replay may bring them again. */
  const known = new Set<string>();
  let last = Promise.resolve();
  const take = (event: SessionEvent): void => {
    if (event.type !== "part.ended" || known.has(event.part.id)) return;
    const changes = changesOf(event.part);
    if (changes.length === 0) return;
    known.add(event.part.id);
    const [oldest] = known;
    if (known.size > most && oldest) known.delete(oldest);
    for (const { path, diff } of changes) last = last.then(() => files.agentWrote(path, diff));
  };
  return sessions.onDidFold(({ events }) => {
    if (isMarking()) events.forEach(take);
  });
}
