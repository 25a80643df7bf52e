/** How a turn has ended: what it took, what can be looked at, and what went wrong. */
import type { JSX } from "preact";
import type { Failure, Message, StopReason } from "sessiond-protocol";
import type { Turn } from "../../session/transcript.ts";
import { tell } from "../host.ts";
import { Icon } from "../icon.tsx";
import { duration, money, remedyOf, tokens, total } from "../words.ts";

const reasons: Partial<Record<StopReason, string>> = {
  maxTokens: "The answer was cut off: it reached the model's limit.",
  maxSteps: "Stopped after the most steps that a turn may have. Say “go on” to let it continue.",
  refusal: "The model refused to answer.",
  aborted: "Stopped.",
  interrupted: "Interrupted: the engine ended in the middle of this turn.",
};

export function TurnEnd({ turn, messages }: { turn: Turn; messages: readonly Message[] }): JSX.Element | null {
  const { ended } = turn;
  if (!ended) return null;
  const changed = changedFiles(messages);
  const spent = total(ended.usage);
  return (
    <>
      {ended.error && <Failed failure={ended.error} />}
      {!ended.error && reasons[ended.stopReason] && <p class={`notice ${ended.stopReason === "aborted" ? "" : "warning"}`} data-testid="stop-reason"><Icon name={ended.stopReason === "aborted" ? "stop" : "warning"} /> {reasons[ended.stopReason]}</p>}
      <p class="turn-end">
        {changed > 0 && <button type="button" class="link" onClick={() => tell({ type: "request", name: "reviewTurn", detail: turn.id })}>{changed === 1 ? "Review 1 changed file" : `Review ${changed} changed files`}</button>}
        <span>{duration(ended.at - turn.startedAt)}</span>
        {spent > 0 && <span>{tokens(spent)} tokens</span>}
        {ended.cost !== null && ended.cost > 0 && <span>{money(ended.cost)}</span>}
      </p>
    </>
  );
}

function Failed({ failure }: { failure: Failure }): JSX.Element {
  const remedy = remedyOf(failure);
  return (
    <div class="notice error" role="alert" data-testid="error">
      <Icon name="error" />
      <span>{failure.message}</span>
      {remedy && <button type="button" class="secondary" onClick={() => tell({ type: "run", command: remedy.command })}>{remedy.label}</button>}
    </div>
  );
}

function changedFiles(messages: readonly Message[]): number {
  const paths = new Set<string>();
  for (const { parts } of messages) {
    for (const part of parts) {
      const files = part.type === "tool" ? part.state.metadata?.files : undefined;
      for (const file of Array.isArray(files) ? (files as { path?: string; diff?: string }[]) : []) if (file.path && file.diff) paths.add(file.path);
    }
  }
  return paths.size;
}
