/** One field of a question's form. The browser says what a written field lacks before anything is sent. */
import type { JSX } from "preact";
import { type Choice, choicesOf, type Field, isNumber } from "./fields.ts";

interface Row {
  readonly name: string;
  readonly field: Field;
  readonly required: boolean;
}

export function FieldRow(row: Row): JSX.Element {
  const { name, field, required } = row;
  const choices = choicesOf(field);
  const label = field.title ?? name;
  if (field.type === "array" && choices) return <Several {...row} label={label} choices={choices} />;
  return (
    <div class={field.type === "boolean" ? "field check" : "field"}>
      <label for={`field-${name}`}>
        {label} {!required && field.type !== "boolean" && <span class="faint">(optional)</span>}
      </label>
      {choices ? <OneOf {...row} choices={choices} /> : <Written {...row} />}
      {field.description && <p class="faint">{field.description}</p>}
    </div>
  );
}

function OneOf({ name, field, required, choices }: Row & { choices: readonly Choice[] }): JSX.Element {
  return (
    <select id={`field-${name}`} name={name} required={required}>
      {!required && <option value="">–</option>}
      {choices.map(({ value, label }) => (
        <option key={value} value={value} selected={value === defaultOf(field)}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Several({ name, field, label, choices }: Row & { label: string; choices: readonly Choice[] }): JSX.Element {
  const byDefault = Array.isArray(field.default) ? field.default.map(String) : [];
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} class="field check">
          {choice.label}
          <input type="checkbox" name={name} value={choice.value} defaultChecked={byDefault.includes(choice.value)} />
        </label>
      ))}
      {field.description && <p class="faint">{field.description}</p>}
    </fieldset>
  );
}

function Written({ name, field, required }: Row): JSX.Element {
  const shared = { id: `field-${name}`, name, required: required && field.type !== "boolean" };
  if (field.type === "boolean") return <input {...shared} type="checkbox" defaultChecked={field.default === true} />;
  if (field.type === "array") return <textarea {...shared} rows={3} placeholder="One a line" />;
  if (isNumber(field)) {
    const step = field.type === "integer" ? 1 : "any";
    return <input {...shared} {...rangeOf(field)} type="number" step={step} defaultValue={defaultOf(field)} />;
  }
  const given = { ...shared, ...lengthOf(field), defaultValue: defaultOf(field) };
  if (field.format === "email") return <input {...given} type="email" />;
  if (field.format === "uri") return <input {...given} type="url" />;
  return field.format === "date" ? (
    <input {...shared} type="date" defaultValue={defaultOf(field)} />
  ) : (
    <input {...given} type="text" />
  );
}

function rangeOf({ minimum, maximum }: Field): { min?: number; max?: number } {
  return { ...(minimum !== undefined && { min: minimum }), ...(maximum !== undefined && { max: maximum }) };
}

function lengthOf({ minLength, maxLength }: Field): { minLength?: number; maxLength?: number } {
  return { ...(minLength !== undefined && { minLength }), ...(maxLength !== undefined && { maxLength }) };
}

function defaultOf({ default: value }: Field): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
