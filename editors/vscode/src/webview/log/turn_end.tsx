/** How a turn has ended: what it took, what can be looked at, and what went wrong. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Failure, FinishReason, Message, StopReason } from "sessiond-protocol";
import type { Turn } from "../../session/transcript.ts";
import { pathsOf } from "../../diffs/calls.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { duration, leastDuration, mayBeTriedAgain, money, remedyOf, tokens, total } from "../words.ts";

const reasons: Partial<Record<StopReason | FinishReason, string>> = {
  length: "The answer was cut off: it reached the model's limit.",
  maxTokens: "The answer was cut off: it reached the model's limit.",
  maxSteps: "Stopped after the most steps that a turn may have. Say “go on” to let it continue.",
  refusal: "The model refused to answer.",
  aborted: "Stopped.",
  interrupted: "Interrupted: the engine ended in the middle of this turn.",
};

interface End {
  readonly turn: Turn | undefined;
  readonly messages: readonly Message[];
  /** Nothing came after it, and nothing runs. */
  readonly newest: boolean;
}

/** Of a turn that ended before this window came there are only its messages, and how long it took at least. */
export function TurnEnd({ turn, messages, newest }: End): JSX.Element {
  const last = messages.findLast(({ role }) => role === "assistant");
  const error = turn?.ended?.error ?? last?.error;
  const least = leastDuration(messages);
  const reason = turn?.ended?.stopReason ?? last?.finishReason;
  return (
    <>
      {error && <Failed failure={error} prompt={newest ? messages.find(({ role }) => role === "user") : undefined} />}
      {!error && reason && <Stopped reason={reason} />}
      <p class="turn-end">
        <Changed messages={messages} />
        {turn?.ended ? (
          <Took ms={turn.ended.at - turn.startedAt} />
        ) : (
          least >= 1_000 && <span>over {duration(least)}</span>
        )}
        <Spent messages={messages} />
      </p>
    </>
  );
}

/** Nobody has waited for less. */
function Took({ ms }: { ms: number }): JSX.Element | null {
  return ms < 100 ? null : <span>{duration(ms)}</span>;
}

function Stopped({ reason }: { reason: StopReason | FinishReason }): JSX.Element | null {
  const words = reasons[reason];
  const asked = reason === "aborted";
  return words ? (
    <p class={asked ? "notice" : "notice warning"} data-testid="stop-reason">
      <Icon name={asked ? "stop" : "warning"} /> <span>{words}</span>
    </p>
  ) : null;
}

function Changed({ messages }: { messages: readonly Message[] }): JSX.Element | null {
  const count = changedFiles(messages);
  if (count === 0) return null;
  return (
    <button
      type="button"
      class="link"
      onClick={() => tell({ type: "request", name: "reviewTurn", detail: messages[0]?.turnId ?? "" })}
    >
      {count === 1 ? "Review 1 changed file" : `Review ${count} changed files`}
    </button>
  );
}

function Spent({ messages }: { messages: readonly Message[] }): JSX.Element {
  const spent = messages.reduce((sum, { usage }) => sum + (usage ? total(usage) : 0), 0);
  const cost = messages.reduce((sum, message) => sum + (message.cost ?? 0), 0);
  return (
    <>
      {spent > 0 && <span>{tokens(spent)} tokens</span>}
      {cost > 0 && <span>{money(cost)}</span>}
    </>
  );
}

/** `prompt`: what may be said once more. */
function Failed({ failure, prompt }: { failure: Failure; prompt: Message | undefined }): JSX.Element {
  const remedy = remedyOf(failure);
  return (
    <div class="notice error" role="alert" data-testid="error">
      <Icon name="error" />
      <span>{failure.message}</span>
      {prompt && mayBeTriedAgain(failure) && <Again messageId={prompt.id} />}
      {remedy && (
        <button type="button" class="secondary" onClick={() => tell({ type: "run", command: remedy.command })}>
          {remedy.label}
        </button>
      )}
    </div>
  );
}

/** Once: the prompt is on its way then, or in the prompt box. */
function Again({ messageId }: { messageId: string }): JSX.Element | null {
  const [said, setSaid] = useState(false);
  if (said) return null;
  return (
    <button
      type="button"
      class="secondary"
      data-testid="again"
      onClick={() => {
        setSaid(true);
        tell({ type: "again", messageId });
      }}
    >
      Try again
    </button>
  );
}

function changedFiles(messages: readonly Message[]): number {
  return new Set(messages.flatMap(({ parts }) => parts.flatMap(pathsOf))).size;
}
