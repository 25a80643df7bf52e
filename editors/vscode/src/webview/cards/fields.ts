/** The fields of a question: a flat JSON Schema, as MCP servers may ask, and the answer that a filled form is. Pure. */

export interface Field {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly enumNames?: readonly string[];
  readonly oneOf?: readonly Titled[];
  readonly items?: { readonly enum?: readonly unknown[]; readonly anyOf?: readonly Titled[] };
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Titled {
  readonly const: unknown;
  readonly title?: string;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One of them, or several for an array; undefined where anything may be written. */
export function choicesOf({ enum: values, enumNames, oneOf, items }: Field): Choice[] | undefined {
  const titled = oneOf ?? items?.anyOf;
  if (titled) return titled.map(({ const: value, title }) => ({ value: String(value), label: title ?? String(value) }));
  return (values ?? items?.enum)?.map((value, index) => ({
    value: String(value),
    label: enumNames?.[index] ?? String(value),
  }));
}

export function isNumber({ type }: Field): boolean {
  return type === "number" || type === "integer";
}

/** What is left empty is left out; of an array that is written each line is one. */
export function contentOf(data: FormData, fields: readonly (readonly [string, Field])[]): Record<string, unknown> {
  const content: Record<string, unknown> = {};
  for (const [name, field] of fields) {
    const values = data.getAll(name).filter((value) => typeof value === "string");
    const [value = ""] = values;
    if (field.type === "boolean") content[name] = values.length > 0;
    else if (field.type === "array")
      content[name] = choicesOf(field) ? values : value.split("\n").filter((line) => line.trim());
    else if (value !== "") content[name] = isNumber(field) ? Number(value) : value;
  }
  return content;
}
