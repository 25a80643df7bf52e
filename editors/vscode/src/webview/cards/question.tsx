/** A question of a tool or an MCP server: a form made of its schema, an address to open, or only a yes or no. Its text is unchecked. */
import type { JSX, TargetedSubmitEvent } from "preact";
import type { QuestionRequest } from "sessiond-protocol";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";

interface Field {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly enumNames?: readonly string[];
  readonly oneOf?: readonly { const: unknown; title?: string }[];
}

export function QuestionCard({ request }: { request: QuestionRequest }): JSX.Element {
  const fields = Object.entries((request.schema?.properties ?? {}) as Record<string, Field>);
  const required = new Set(Array.isArray(request.schema?.required) ? (request.schema.required as string[]) : []);
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    tell({
      type: "question",
      requestId: request.id,
      action: "accept",
      ...(fields.length && { content: contentOf(event.currentTarget, fields) }),
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

function FieldRow({ name, field, required }: { name: string; field: Field; required: boolean }): JSX.Element {
  const id = `field-${name}`;
  const choices = choicesOf(field);
  const shared = { id, name, required: required && field.type !== "boolean" };
  const byDefault = typeof field.default === "string" || typeof field.default === "number" ? String(field.default) : "";
  return (
    <div class={field.type === "boolean" ? "field check" : "field"}>
      <label for={id}>{field.title ?? name}</label>
      {choices ? (
        <select {...shared}>
          {!required && <option value="">–</option>}
          {choices.map(({ value, label }) => (
            <option key={value} value={value} selected={value === byDefault}>
              {label}
            </option>
          ))}
        </select>
      ) : field.type === "boolean" ? (
        <input {...shared} type="checkbox" defaultChecked={field.default === true} />
      ) : (
        <input
          {...shared}
          {...(isNumber(field)
            ? { type: "number" as const, step: field.type === "integer" ? 1 : "any" }
            : { type: "text" as const })}
          defaultValue={byDefault}
        />
      )}
      {field.description && <p class="faint">{field.description}</p>}
    </div>
  );
}

function choicesOf({ enum: values, enumNames, oneOf }: Field): { value: string; label: string }[] | undefined {
  if (oneOf)
    return oneOf.map((choice) => ({ value: String(choice.const), label: choice.title ?? String(choice.const) }));
  return values?.map((value, index) => ({ value: String(value), label: enumNames?.[index] ?? String(value) }));
}

function contentOf(form: HTMLFormElement, fields: readonly [string, Field][]): Record<string, unknown> {
  const data = new FormData(form);
  const content: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const value = data.get(name);
    if (field.type === "boolean") content[name] = value !== null;
    else if (typeof value === "string" && value !== "") content[name] = isNumber(field) ? Number(value) : value;
  }
  return content;
}

function isNumber({ type }: Field): boolean {
  return type === "number" || type === "integer";
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
