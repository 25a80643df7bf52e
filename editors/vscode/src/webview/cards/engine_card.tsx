/** Why the engine is not there, and what can be done: shown above everything while it is not ready. */
import type { JSX } from "preact";
import type { EngineState } from "../../contract.ts";
import type { PanelCommand } from "../../panel/messages.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";

interface Way {
  readonly label: string;
  readonly command: PanelCommand;
}

const install: Way = { label: "Install…", command: "sessiond.installEngine" };
const choose: Way = { label: "Choose the program…", command: "sessiond.chooseProgram" };
const again: Way = { label: "Try again", command: "sessiond.startEngine" };
const log: Way = { label: "Show log", command: "sessiond.showLog" };

/** What has happened, and the ways out of it; the likely one first. */
const troubles = {
  missing: { title: "The engine is missing", ways: [install, choose, again, log] },
  ended: { title: "The engine does not start", ways: [again, log, choose, install] },
  foreign: { title: "This is no sessiond engine", ways: [choose, install, again, log] },
  version: { title: "Another version is needed", ways: [{ ...install, label: "Update…" }, choose, again, log] },
} satisfies Record<string, { title: string; ways: readonly Way[] }>;

/** Attempts after which the next one is seconds away. */
const longWait = 3;

export function EngineCard({ state }: { state: EngineState }): JSX.Element | null {
  switch (state.kind) {
    case "missing":
      return <Trouble kind="missing" reason={state.reason} />;
    case "failed":
      return <Trouble kind={state.cause} reason={state.reason} />;
    case "starting":
      return (
        <p class="faint late" role="status" data-testid="engine-starting">
          The engine is being started…
        </p>
      );
    case "stopped":
      return <Stopped />;
    case "waiting":
      return (
        <p class="notice warning" role="status" data-testid="engine-waiting">
          <Icon name="loading" />{" "}
          <span>
            {state.reason} It is started again{state.attempt > 1 ? ` (try ${state.attempt})` : ""}.
          </span>
          {state.attempt > longWait && (
            <button type="button" class="secondary" onClick={() => tell({ type: "run", command: again.command })}>
              Now
            </button>
          )}
        </p>
      );
    default:
      return null;
  }
}

function Stopped(): JSX.Element {
  return (
    <div class="notice" role="status" data-testid="engine-stopped">
      <Icon name="stop" /> <span>The engine is stopped. It starts with the next prompt.</span>
      <button type="button" class="secondary" onClick={() => tell({ type: "run", command: "sessiond.startEngine" })}>
        Start
      </button>
    </div>
  );
}

function Trouble({ kind, reason }: { kind: keyof typeof troubles; reason: string }): JSX.Element {
  const { title, ways } = troubles[kind];
  return (
    <section class="card" role="alert" aria-label="Engine" data-testid={`engine-${kind}`}>
      <h2>
        <Icon name={kind === "missing" ? "server" : "error"} /> <span>{title}</span>
      </h2>
      <p class="asked">{reason}</p>
      {kind === "missing" && (
        <p class="faint">
          It is a program of its own that all your editors share. Nothing of a conversation is kept in this window.
        </p>
      )}
      <div class="buttons">
        {ways.map(({ label, command }, index) => (
          <button
            key={command}
            type="button"
            class={index ? "secondary" : undefined}
            onClick={() => tell({ type: "run", command })}
          >
            {label}
          </button>
        ))}
      </div>
    </section>
  );
}
