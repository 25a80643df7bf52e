/** Why the engine is not there, and what can be done: shown above everything while it is not ready. */
import type { JSX } from "preact";
import type { EngineState } from "../../contract.ts";
import type { PanelCommand } from "../../panel/messages.ts";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";

const run = (command: PanelCommand) => (): void => tell({ type: "run", command });

export function EngineCard({ state }: { state: EngineState }): JSX.Element | null {
  switch (state.kind) {
    case "missing":
      return (
        <section class="card" aria-label="Engine" data-testid="engine-missing">
          <h2>
            <Icon name="server" /> <span>The engine is missing</span>
          </h2>
          <p>{state.reason}</p>
          <p class="faint">
            It is a program of its own that all your editors share. Nothing of a conversation is kept in this window.
          </p>
          <div class="buttons">
            <button type="button" onClick={run("sessiond.installEngine")}>
              Install…
            </button>
            <button type="button" class="secondary" onClick={run("sessiond.startEngine")}>
              Look again
            </button>
            <button type="button" class="secondary" onClick={run("sessiond.openSettings")}>
              Settings
            </button>
          </div>
        </section>
      );
    case "failed":
      return (
        <section class="card" role="alert" aria-label="Engine" data-testid="engine-failed">
          <h2>
            <Icon name="error" /> <span>The engine does not start</span>
          </h2>
          <p>{state.reason}</p>
          <div class="buttons">
            <button type="button" onClick={run("sessiond.startEngine")}>
              Start again
            </button>
            <button type="button" class="secondary" onClick={run("sessiond.showLog")}>
              Show log
            </button>
          </div>
        </section>
      );
    case "stopped":
      return <Stopped />;
    case "waiting":
      return (
        <p class="notice warning" role="status" data-testid="engine-waiting">
          <Icon name="loading" />{" "}
          <span>
            {state.reason} It is started again{state.attempt > 1 ? ` (${state.attempt})` : ""}.
          </span>
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
      <button type="button" class="secondary" onClick={run("sessiond.startEngine")}>
        Start
      </button>
    </div>
  );
}
