/** The conversation: its turns from top to bottom. */
import type { JSX } from "preact";
import type { Message } from "sessiond-protocol";
import { openQuestions, type Transcript } from "../../session/transcript.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { chat } from "../state.ts";
import { useFollowing } from "./following.ts";
import { Answer, UserMessage } from "./message.tsx";
import { TurnEnd } from "./turn_end.tsx";

export function Log({ transcript }: { transcript: Transcript }): JSX.Element {
  const older = (): unknown => transcript.older && tell({ type: "older" });
  const following = useFollowing(transcript.messages[0]?.id ?? "", older);
  return (
    <div class="log-frame" data-keeps-focus>
      <h1 class="visually-hidden">{transcript.session?.title ?? "Chat"}</h1>
      <div
        class="log"
        ref={following.log}
        onScroll={() => following.onScroll()}
        role="log"
        aria-label="Conversation"
        aria-live="off"
        data-home
        tabIndex={0}
      >
        <div class="log-content" ref={following.content}>
          {transcript.older && (
            <button type="button" class="link older" onClick={older}>
              Show earlier messages
            </button>
          )}
          {turnsOf(transcript.messages).map(({ key, turnId, messages }, index, turns) => (
            <Turn
              key={key}
              turnId={turnId}
              messages={messages}
              newest={index === turns.length - 1 && !transcript.session?.turnId}
              transcript={transcript}
            />
          ))}
          <Doing transcript={transcript} />
        </div>
      </div>
      {following.away && (
        <button
          type="button"
          class="to-end"
          onClick={() => following.toEnd()}
          title="Go to the newest"
          aria-label="Go to the newest"
        >
          <Icon name="arrow-down" />
        </button>
      )}
    </div>
  );
}

let revision = 0;

function Turn({
  turnId,
  messages,
  newest: newestTurn,
  transcript,
}: {
  turnId: string;
  messages: readonly Message[];
  /** Nothing came after it, and nothing runs. */
  newest: boolean;
  transcript: Transcript;
}): JSX.Element {
  const { preferences, place } = chat;
  const turn = transcript.turns[turnId];
  const running = transcript.session?.turnId === turnId;
  const shared = { transcript, reasoning: preferences.reasoning, directory: place.directory };
  // Progress and permissions are of its tools; the answers before it are done.
  const newest = running && messages.findLast(({ role }) => role === "assistant");
  // What the turn has failed of is said at its end.
  const failure = turn?.ended?.error?.message;
  const notices = transcript.notices.filter(
    ({ after, text }) => text !== failure && messages.some(({ id }) => id === after),
  );
  return (
    <div class="turn" role="group" aria-label="Turn">
      {messages.map((message) =>
        message.role === "user" ? (
          <UserMessage key={message.id} message={message} busy={Boolean(transcript.session?.turnId)} />
        ) : (
          <Answer
            key={message.id}
            message={message}
            revision={message === newest ? ++revision : transcript.trimmed.length}
            {...shared}
          />
        ),
      )}
      {notices.map(({ severity, text }, index) => (
        <p key={index} class={`notice ${severity}`}>
          <Icon name={severity === "info" ? "info" : severity} /> <span>{text}</span>
        </p>
      ))}
      {!running && <TurnEnd turn={turn} messages={messages} newest={newestTurn} />}
    </div>
  );
}

/** Neighbours of one turn; a steered prompt stands in the middle of it. It is the same one when its beginning is read later. */
function turnsOf(messages: readonly Message[]): { key: string; turnId: string; messages: Message[] }[] {
  const turns: { key: string; turnId: string; messages: Message[] }[] = [];
  const counts = new Map<string, number>();
  for (const message of messages) {
    const { turnId } = message;
    const last = turns.at(-1);
    if (last?.turnId === turnId) {
      last.messages.push(message);
      continue;
    }
    const count = counts.get(turnId) ?? 0;
    counts.set(turnId, count + 1);
    turns.push({ key: `${turnId} ${count}`, turnId, messages: [message] });
  }
  return turns;
}

/** What goes on where nothing can be seen of it. */
function Doing({ transcript }: { transcript: Transcript }): JSX.Element | null {
  if (!transcript.session?.turnId) return null;
  const { activity } = transcript;
  const words = wordsOf(transcript);
  if (!words) return null;
  return (
    <p class="doing" data-testid="doing">
      <Icon name={openQuestions(transcript) ? "shield" : "loading"} />
      <span>{words}</span>
      {activity.reason && openQuestions(transcript) === 0 && <span class="faint">{activity.reason}</span>}
    </p>
  );
}

function wordsOf(transcript: Transcript): string | undefined {
  const { activity, open, messages } = transcript;
  if (openQuestions(transcript)) return "Waits for you";
  if (activity.state === "compacting") return "Makes the conversation smaller for the model";
  if (activity.state === "retrying") return `Tries again (${activity.attempt ?? 1})`;
  const parts = messages.at(-1)?.parts ?? [];
  const busy = parts.some(
    (part) => part.type === "tool" && (part.state.status === "running" || part.state.status === "pending"),
  );
  if (busy) return undefined;
  // Also where the model says nothing for a while in the middle of it.
  if (Object.keys(open).length > 0) return "Answering";
  return "Thinking";
}
