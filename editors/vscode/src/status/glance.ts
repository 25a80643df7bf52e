/** What the status bar says at a glance of the engine and of the session in the panel. Pure. */
import type { Session } from "sessiond-protocol";
import type { EngineState } from "../contract.ts";
import { money, tokens, total } from "../figures.ts";
import { openQuestions, type Transcript } from "../session/transcript.ts";

export interface Glance {
  /** With codicons, as `StatusBarItem.text` has them. */
  readonly text: string;
  readonly spoken: string;
  readonly severity?: "error" | "warning";
  /** Lines of the tooltip: a label and a value that may be anybody's text. */
  readonly facts: readonly (readonly [label: string, value: string])[];
}

/** `elsewhere`: sessions beside the one in the panel that wait for an answer. */
export function glance(
  engine: EngineState,
  transcript: Transcript | undefined,
  now: number,
  elsewhere: readonly Session[] = [],
): Glance {
  const trouble = troubleOf(engine, now);
  if (trouble) return { ...trouble, facts: [["Engine", trouble.spoken], ...factsOf(transcript)] };
  const facts = [...factsOf(transcript), ["Engine", engine.kind === "ready" ? engine.version : "not started"] as const];
  const work = workOf(engine, transcript);
  return elsewhere.length ? withOthers(work, facts, elsewhere) : { ...work, facts };
}

function withOthers(work: Omit<Glance, "facts">, facts: Glance["facts"], elsewhere: readonly Session[]): Glance {
  const count = elsewhere.length;
  const said = count === 1 ? "Another session waits for you" : `${count} other sessions wait for you`;
  return {
    text: work.text.includes("asks") ? `${work.text} +${count}` : `$(bell-dot) sessiond: ${count} waiting`,
    spoken: `${work.spoken}. ${said}`,
    severity: "warning",
    facts: [...facts, ["Waiting", elsewhere.map(({ title }) => title || "Untitled session").join(", ")]],
  };
}

function troubleOf(engine: EngineState, now: number): Omit<Glance, "facts"> | undefined {
  switch (engine.kind) {
    case "missing":
      return { text: "$(warning) sessiond", spoken: engine.reason, severity: "warning" };
    case "failed":
      return { text: "$(error) sessiond", spoken: engine.reason, severity: "error" };
    case "waiting": {
      const seconds = Math.max(0, Math.ceil((engine.nextTryAt - now) / 1_000));
      return {
        text: "$(sync) sessiond",
        spoken: `${engine.reason} It is started again in ${seconds} s.`,
        severity: "warning",
      };
    }
    default:
      return undefined;
  }
}

function workOf(engine: EngineState, transcript: Transcript | undefined): Omit<Glance, "facts"> {
  if (engine.kind === "stopped")
    return { text: "$(debug-stop) sessiond", spoken: "The engine is stopped; it starts with the next prompt" };
  if (engine.kind === "starting") return { text: "$(loading~spin) sessiond", spoken: "The engine starts" };
  const asked = transcript ? openQuestions(transcript) : 0;
  if (asked) {
    const spoken = asked === 1 ? "A question waits for your answer" : `${asked} questions wait for your answers`;
    return { text: "$(bell-dot) sessiond asks", spoken, severity: "warning" };
  }
  if (transcript?.session?.turnId) return busy(transcript);
  const failed = lastFailure(transcript);
  if (failed) return { text: "$(comment-unresolved) sessiond", spoken: `The last turn has failed: ${failed}` };
  return { text: "$(comment-discussion) sessiond", spoken: "Nothing runs" };
}

function busy({ activity }: Transcript): Omit<Glance, "facts"> {
  if (activity.state === "retrying") {
    return {
      text: "$(sync~spin) sessiond tries again",
      spoken: activity.reason ?? "A call of the model is tried again",
    };
  }
  const word = activity.state === "compacting" ? "summarizes" : "works";
  return { text: `$(loading~spin) sessiond ${word}`, spoken: `A turn runs: it ${word}` };
}

function lastFailure(transcript: Transcript | undefined): string | undefined {
  const last = Object.values(transcript?.turns ?? {}).at(-1)?.ended;
  return last?.stopReason === "error" ? (last.error?.message ?? "for no known reason") : undefined;
}

function factsOf(transcript: Transcript | undefined): (readonly [string, string])[] {
  const session = transcript?.session;
  if (!session) return [["Session", "none yet"]];
  const { context } = transcript;
  const used = total(session.usage);
  const model = Object.values(transcript.turns).at(-1)?.model ?? session.model;
  return [
    ["Session", session.title || "Untitled session"],
    ...(model ? [["Model", model] as const] : []),
    ["Tokens", used ? tokens(used) : "none yet"],
    ["Cost", session.cost === null ? "not known" : money(session.cost)],
    ...(context ? [["Context", contextOf(context.used, context.limit)] as const] : []),
  ];
}

function contextOf(used: number, limit: number | null): string {
  return limit ? `${tokens(used)} of ${tokens(limit)} (${Math.round((used / limit) * 100)} %)` : tokens(used);
}
