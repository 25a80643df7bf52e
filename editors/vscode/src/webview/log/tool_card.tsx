/** One tool call: a line that says what and how it went, and folded below it the input, the output and the changes. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ToolPart } from "sessiond-protocol";
import { counts } from "../../diffs/hunk_lines.ts";
import type { Progress } from "../../session/transcript.ts";
import { TodoList } from "../cards/todos.tsx";
import { tell } from "../host.ts";
import { Icon } from "../icons/icon.tsx";
import type { IconName } from "../icons/icons.ts";
import { memo } from "../memo.ts";
import { duration, pathParts, plain } from "../words.ts";
import { DiffLines } from "./diff_lines.tsx";
import { Output } from "./output.tsx";
import { planOf } from "./plan.ts";
import { headingOf } from "./tool_words.ts";

interface Card {
  readonly part: ToolPart;
  /** The input so far, while it is written. */
  readonly input: string | undefined;
  readonly progress: Progress | undefined;
  /** It waits for leave. */
  readonly asked: boolean;
  readonly trimmed: boolean;
  readonly directory: string | undefined;
}

type Shown = "asked" | "pending" | "running" | "completed" | "failed";

const statuses: Record<Shown, { icon: IconName; words: string }> = {
  asked: { icon: "shield", words: "waits for permission" },
  pending: { icon: "circle", words: "is being written" },
  running: { icon: "loading", words: "runs" },
  completed: { icon: "check", words: "done" },
  failed: { icon: "error", words: "failed" },
};

export const ToolCard = memo(({ part, input, progress, asked, trimmed, directory }: Card): JSX.Element => {
  const { state } = part;
  const shown: Shown = asked ? "asked" : state.status;
  const heading = headingOf(part, input, directory);
  const changes = changesOf(part);
  const plan = planOf(part);
  const [chosen, setChosen] = useState<boolean>();
  const open = chosen ?? shown === "running";
  const took = state.startedAt && state.endedAt ? state.endedAt - state.startedAt : 0;
  return (
    <details
      class={`tool tool-${shown}`}
      data-testid="tool"
      data-status={shown}
      open={open}
      onToggle={({ currentTarget }) => currentTarget.open !== open && setChosen(currentTarget.open)}
    >
      <summary>
        <Icon name="chevron-right" />
        <Icon name={heading.icon} />
        <span class="tool-verb">{heading.verb}</span>
        <span class={heading.code ? "tool-about mono" : "tool-about"} title={heading.about}>
          {heading.about}
        </span>
        <span class="tool-facts">
          {changes.length > 0 && <Sum changes={changes} />}
          {took >= 1_000 && <span>{duration(took)}</span>}
          {exitOf(part)}
          <span class="visually-hidden">{statuses[shown].words}</span>
          <Icon name={shown === "completed" && exitOf(part) ? "error" : statuses[shown].icon} />
        </span>
      </summary>
      <div class="tool-body">
        {plan ? (
          <TodoList todos={plan} running={false} />
        ) : (
          <Body part={part} progress={progress} changes={changes} directory={directory} open={open} />
        )}
        {trimmed && <p class="faint">The model no longer has this output in its context.</p>}
      </div>
    </details>
  );
});

function Body({
  part,
  progress,
  changes,
  directory,
  open,
}: {
  part: ToolPart;
  progress: Progress | undefined;
  changes: Change[];
  directory: string | undefined;
  open: boolean;
}): JSX.Element {
  const { state, name } = part;
  const output = plain(state.error ?? state.output ?? progress?.text ?? "");
  return (
    <>
      {name === "bash" && (
        <pre class="command" tabIndex={0} role="group" aria-label="Command">
          {commandOf(state.input)}
        </pre>
      )}
      {changes.length === 0 && <Input part={part} />}
      {changes.map((change) => (
        <ChangedFile key={change.path} change={change} partId={part.id} directory={directory} />
      ))}
      {progress &&
        (progress.total ? <progress max={progress.total} value={progress.done ?? 0} aria-label="Progress" /> : null)}
      {output && (changes.length === 0 || state.error) && (
        <Output text={output} failed={Boolean(state.error)} partId={part.id} open={open} />
      )}
      {state.attachments?.map(
        ({ uri, name: label, mediaType }) =>
          mediaType.startsWith("image/") &&
          uri.startsWith("data:") && <img key={label} class="attachment" src={uri} alt={label} />,
      )}
    </>
  );
}

/** Tools whose input has a form of its own. */
const formed: ReadonlySet<string> = new Set(["bash", "todoWrite"]);

function Input({ part: { name, state } }: { part: ToolPart }): JSX.Element | null {
  const { input } = state;
  if (formed.has(name) || typeof input !== "object" || input === null || Object.keys(input).length === 0) return null;
  return (
    <dl class="input">
      {Object.entries(input).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <Value text={cutAt(typeof value === "string" ? value : JSON.stringify(value, null, 2))} />
        </div>
      ))}
    </dl>
  );
}

/** Reached by keyboard where it has to be scrolled. */
function Value({ text }: { text: string }): JSX.Element {
  const long = text.length > 200 || text.includes("\n");
  return <dd {...(long && { class: "long", tabIndex: 0 })}>{text}</dd>;
}

function ChangedFile({
  change,
  partId,
  directory,
}: {
  change: Change;
  partId: string;
  directory: string | undefined;
}): JSX.Element {
  const { name, folder } = pathParts(change.path, directory);
  return (
    <div class="change">
      <button
        type="button"
        class="change-head"
        title="Open in the diff editor"
        onClick={() => tell({ type: "open", target: { kind: "diff", partId, path: change.path } })}
      >
        <Icon name="diff" />
        <span>{name}</span>
        <span class="faint">{folder}</span>
        <Sum changes={[change]} />
      </button>
      <DiffLines diff={change.diff} />
    </div>
  );
}

function Sum({ changes }: { changes: Change[] }): JSX.Element {
  const sums = changes.map(({ diff }) => counts(diff));
  const added = sums.reduce((sum, each) => sum + each.added, 0);
  const removed = sums.reduce((sum, each) => sum + each.removed, 0);
  return (
    <span class="sum" aria-label={`${added} lines added, ${removed} removed`} role="img">
      <span class="plus">+{added}</span> <span class="minus">−{removed}</span>
    </span>
  );
}

interface Change {
  readonly path: string;
  readonly diff: string;
}

function changesOf({ state }: ToolPart): Change[] {
  const files = state.metadata?.files;
  if (!Array.isArray(files)) return [];
  return (files as Partial<Change>[]).filter(
    (file): file is Change => typeof file.path === "string" && typeof file.diff === "string" && file.diff !== "",
  );
}

function exitOf({ state }: ToolPart): JSX.Element | null {
  const code = state.metadata?.exitCode;
  return typeof code === "number" && code !== 0 ? <span class="minus">exit {code}</span> : null;
}

function commandOf(input: unknown): string {
  const command = (input as { command?: unknown } | null | undefined)?.command;
  return typeof command === "string" ? cutAt(command) : "";
}

function cutAt(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}
