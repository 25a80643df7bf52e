/** A conversation that has not begun: what can be said here, and the ways to begin. */
import type { JSX } from "preact";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { chat } from "../state.ts";
import type { Place } from "../../panel/messages.ts";

function Where({ place: { directory, choosable } }: { place: Place }): JSX.Element {
  if (!directory) return <p class="faint">No folder is open: the agent works in your home directory.</p>;
  const name = directory.replace(/^.*[\\/]/, "");
  return (
    <p class="faint" data-testid="where">
      In <strong title={directory}>{name}</strong>
      {choosable && (
        <>
          {" · "}
          <button type="button" class="link" onClick={() => tell({ type: "run", command: "sessiond.newSessionIn" })}>
            Another folder…
          </button>
        </>
      )}
    </p>
  );
}

export function Empty(): JSX.Element {
  const { models } = chat;
  // A model that is configured and not listed may well work: the engine says so when it is asked.
  const listed = models.all.some(({ id, provider }) => id === models.default || `${provider}/${id}` === models.default);
  const unusable =
    models.all.length > 0 && !models.all.some(({ usable }) => usable) && (models.default === null || listed);
  return (
    <div class="empty" data-testid="empty">
      <h1>What shall be done?</h1>
      <Where place={chat.place} />
      <ul>
        <li>
          <kbd>@</kbd> adds files, the selection, problems or the git diff
        </li>
        <li>
          <kbd>/</kbd> starts a command
        </li>
        <li>An image can be pasted</li>
      </ul>
      {unusable && (
        <div class="notice warning">
          <Icon name="key" />
          <span>No model can be used yet.</span>
          <button type="button" onClick={() => tell({ type: "run", command: "sessiond.setKey" })}>
            Set API Key…
          </button>
        </div>
      )}
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => tell({ type: "run", command: "sessiond.openSession" })}>
          <Icon name="history" /> Open a session…
        </button>
        <button
          type="button"
          class="secondary"
          onClick={() => tell({ type: "run", command: "sessiond.openWalkthrough" })}
        >
          <Icon name="info" /> Get started
        </button>
      </div>
    </div>
  );
}
