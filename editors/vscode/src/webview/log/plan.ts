/** The list of what is to be done, read from what the tools of the plan tell the model. Pure. */
import type { Todo, ToolPart } from "sessiond-protocol";

const entry = /^\d+\. \[(pending|inProgress|completed|cancelled)\] (.+?)(?: \((?:high|medium|low)\))?$/;

/** Undefined for other tools, and where it says anything else: that is shown as it is. */
export function planOf({ name, state }: ToolPart): Todo[] | undefined {
  if (name !== "todoWrite" && name !== "todoRead") return undefined;
  const lines = state.output?.trimEnd().split("\n") ?? [];
  const found = lines.flatMap((line) => {
    const [, status, content] = entry.exec(line) ?? [];
    return content ? [{ status: status as NonNullable<Todo["status"]>, content }] : [];
  });
  return found.length && found.length === lines.length ? found : undefined;
}
