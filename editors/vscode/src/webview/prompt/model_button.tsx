/** The model of the session, and the way to another one: the workbench's own picker, with the last ones first. */
import type { JSX } from "preact";
import { tell } from "../host.ts";
import { chat } from "../state.ts";

export function ModelButton(): JSX.Element {
  const { transcript, models } = chat;
  const name = transcript?.session ? (transcript.session.model ?? models.default) : (models.next ?? models.default);
  const known = models.all.find(({ id, provider }) => id === name || `${provider}/${id}` === name);
  const label = known?.name ?? name?.replace(/^[^/]*\//, "") ?? "Choose a model";
  return (
    <button
      type="button"
      class="model"
      data-testid="model"
      title={`Model: ${name ?? "none"}. Choose another one`}
      aria-label={`Model: ${label}. Choose another one`}
      onClick={() => tell({ type: "run", command: "sessiond.chooseModel" })}
    >
      {label}
    </button>
  );
}
