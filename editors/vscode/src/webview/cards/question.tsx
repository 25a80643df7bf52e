/** A question of a tool or an MCP server: a form made of its schema, an address to open, or only a yes or no. Its text is unchecked. */
import type { JSX, TargetedSubmitEvent } from "preact";
import type { QuestionRequest } from "sessiond-protocol";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import { contentOf, type Field } from "./fields.ts";
import { FieldRow } from "./field_row.tsx";

export function QuestionCard({ request }: { request: QuestionRequest }): JSX.Element {
  const fields = Object.entries((request.schema?.properties ?? {}) as Record<string, Field>);
  const required = new Set(Array.isArray(request.schema?.required) ? (request.schema.required as string[]) : []);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    tell({
      type: "question",
      requestId: request.id,
      action: "accept",
      ...(fields.length && { content: contentOf(new FormData(event.currentTarget), fields) }),
    });
    if (request.url) tell({ type: "open", target: { kind: "link", href: request.url } });
  };
  return (
    <section class="card question" aria-label="Question" tabIndex={-1} data-testid="question">
      <h2>
        <Icon name="question" /> <span>{request.source} asks</span>
      </h2>
      <p class="asked">{request.message}</p>
      <form onSubmit={submit}>
        {fields.map(([name, field]) => (
          <FieldRow key={name} name={name} field={field} required={required.has(name)} />
        ))}
        {request.url && (
          <p class="faint">
            It would open <strong>{hostOf(request.url)}</strong> in your browser: <code>{request.url}</code>
          </p>
        )}
        <div class="buttons">
          <button type="submit">{request.url ? "Open" : fields.length ? "Send" : "Agree"}</button>
          <button
            type="button"
            class="secondary"
            onClick={() => tell({ type: "question", requestId: request.id, action: "decline" })}
          >
            Decline
          </button>
        </div>
      </form>
    </section>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
