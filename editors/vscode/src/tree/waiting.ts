/** Which sessions wait for their user: for the tree and the quick pick. */
import type { Session } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";
import { openQuestions } from "../session/transcript.ts";
import type { WatchedSessions } from "./watching.ts";

/** A task's question is its parent's as well. What this window listens to it knows first. */
export function whatWaits({ sessions }: Rooms, watched: WatchedSessions): (session: Session) => boolean {
  const told = new Set(watched.sessions.map(({ id }) => id));
  return ({ id, waiting }) => {
    const transcript = sessions.find(id)?.transcript;
    if (transcript) return openQuestions(transcript) > 0;
    return told.has(id) || waiting > 0;
  };
}
