/** How a turn has ended: what it took, what can be looked at, and what went wrong. */
import type { JSX } from "preact";
import type { Failure, FinishReason, Message, StopReason } from "sessiond-protocol";
import type { Turn } from "../../session/transcript.ts";
import { pathsOf } from "../../diffs/calls.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { duration, leastDuration, money, remedyOf, tokens, total } from "../words.ts";

const reasons: Partial<Record<StopReason | FinishReason, string>> = {
  length: "The answer was cut off: it reached the model's limit.",
  maxTokens: "The answer was cut off: it reached the model's limit.",
  maxSteps: "Stopped after the most steps that a turn may have. Say “go on” to let it continue.",
  refusal: "The model refused to answer.",
  aborted: "Stopped.",
  interrupted: "Interrupted: the engine ended in the middle of this turn.",
};

/** Of a turn that ended before this window came there are only its messages, and how long it took at least. */
export function TurnEnd({ turn, messages }: { turn: Turn | undefined; messages: readonly Message[] }): JSX.Element {
  const last = messages.findLast(({ role }) => role === "assistant");
  const error = turn?.ended?.error ?? last?.error;
  const least = leastDuration(messages);
  const reason = turn?.ended?.stopReason ?? last?.finishReason;
  return (
    <>
      {error && <Failed failure={error} />}
      {!error && reason && <Stopped reason={reason} />}
      <p class="turn-end">
        <Changed messages={messages} />
        {turn?.ended ? (
          <span>{duration(turn.ended.at - turn.startedAt)}</span>
        ) : (
          least >= 1_000 && <span>over {duration(least)}</span>
        )}
        <Spent messages={messages} />
      </p>
    </>
  );
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

function Failed({ failure }: { failure: Failure }): JSX.Element {
  const remedy = remedyOf(failure);
  return (
    <div class="notice error" role="alert" data-testid="error">
      <Icon name="error" />
      <span>{failure.message}</span>
      {remedy && (
        <button type="button" class="secondary" onClick={() => tell({ type: "run", command: remedy.command })}>
          {remedy.label}
        </button>
      )}
    </div>
  );
}

function changedFiles(messages: readonly Message[]): number {
  return new Set(messages.flatMap(({ parts }) => parts.flatMap(pathsOf))).size;
}
