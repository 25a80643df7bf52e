/** How full the model's context is, and what the session has used: a ring, a few figures, and all of it on a click. */
import type { JSX } from "preact";
import type { ContextUse, Session } from "sessiond-protocol";
import { tell } from "../host.ts";
import { chat } from "../state.ts";
import { money, tokens, total } from "../words.ts";

export function Meter(): JSX.Element | null {
  const { transcript } = chat;
  const session = transcript?.session;
  if (!session || (!transcript.context && total(session.usage) === 0)) return null;
  const { context } = transcript;
  const said = factsOf(session, context);
  const share = context?.limit ? Math.min(1, context.used / context.limit) : undefined;
  const near = context?.compactsAt ? context.used > context.compactsAt * 0.9 : (share ?? 0) > 0.9;
  return (
    <button
      type="button"
      class="meter"
      data-testid="meter"
      title={said.join("\n")}
      onClick={() => tell({ type: "request", name: "openUsage", detail: session.id })}
    >
      {share !== undefined && <Ring share={share} near={near} />}
      <span>{share === undefined ? tokens(context?.used ?? total(session.usage)) : `${Math.round(share * 100)}%`}</span>
      {session.cost !== null && session.cost > 0 && <span>{money(session.cost)}</span>}
      <span class="visually-hidden">{said.join(", ")}. Show all</span>
    </button>
  );
}

function factsOf({ usage, cost }: Session, context: ContextUse | null): string[] {
  const count = (figure: number): string => figure.toLocaleString("en");
  return [
    ...(context ? [`Context: ${count(context.used)}${context.limit ? ` of ${count(context.limit)}` : ""} tokens`] : []),
    ...(context?.compactsAt ? [`Made smaller from ${count(context.compactsAt)} on`] : []),
    `Session: ${count(total(usage))} tokens`,
    cost === null ? "Cost: not known" : `Cost: ${money(cost)}`,
  ];
}

/** Of a circumference of 100, so that the share is a percentage. */
function Ring({ share, near }: { share: number; near: boolean }): JSX.Element {
  return (
    <svg class={near ? "ring near" : "ring"} viewBox="0 0 36 36" width="14" height="14" aria-hidden="true">
      <circle cx="18" cy="18" r="15.9155" class="ring-whole" />
      <circle
        cx="18"
        cy="18"
        r="15.9155"
        class="ring-share"
        stroke-dasharray={`${Math.round(share * 100)} 100`}
        transform="rotate(-90 18 18)"
      />
    </svg>
  );
}
