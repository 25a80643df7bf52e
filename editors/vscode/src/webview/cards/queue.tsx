/** Prompts that wait: each can be changed, moved, made to steer, or withdrawn. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { QueuedPrompt } from "sessiond-protocol";
import type { QueueChange } from "../../panel/messages.ts";
import { tell } from "../host.ts";
import { IconButton } from "../icons/icon.tsx";

const change = (it: QueueChange): void => tell({ type: "queue", change: it });

export function Queue({ queue, held }: { queue: readonly QueuedPrompt[]; held: string | null }): JSX.Element | null {
  if (queue.length === 0) return null;
  const ids = queue.map(({ id }) => id);
  const moved = (index: number): readonly string[] => [
    ...ids.slice(0, index - 1),
    ...ids.slice(index, index + 1),
    ...ids.slice(index - 1, index),
    ...ids.slice(index + 1),
  ];
  return (
    <section class="queue" aria-label="Prompts that wait" data-testid="queue">
      {held && (
        <p class="notice warning">
          <span>The queue waits: {held}</span>
          <button type="button" class="secondary" onClick={() => change({ kind: "resume" })}>
            Go on
          </button>
        </p>
      )}
      <ol data-keeps-focus>
        {queue.map((prompt, index) => (
          <Waiting
            key={prompt.id}
            prompt={prompt}
            onUp={index > 0 ? () => change({ kind: "order", queueIds: moved(index) }) : undefined}
          />
        ))}
      </ol>
    </section>
  );
}

function Waiting({ prompt, onUp }: { prompt: QueuedPrompt; onUp: (() => void) | undefined }): JSX.Element {
  const text = prompt.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
  const [changing, setChanging] = useState(false);
  const steers = prompt.mode === "steer";
  const end = (changed: string | undefined): void => {
    setChanging(false);
    if (changed?.trim() && changed !== text) change({ kind: "text", queueId: prompt.id, text: changed });
  };
  return (
    <li class="waiting" data-testid="queued" data-keeps-focus>
      <button
        type="button"
        class="tag"
        title={
          steers
            ? "Goes into the running turn; click to let it wait for its own"
            : "Waits for a turn of its own; click to send it into the running one"
        }
        onClick={() => change({ kind: "mode", queueId: prompt.id, mode: steers ? "queue" : "steer" })}
      >
        {steers ? "steer" : "queue"}
      </button>
      {changing ? (
        <Changing text={text} onEnd={end} />
      ) : (
        <span class="waiting-text" title={text}>
          {text}
        </span>
      )}
      {onUp && <IconButton name="arrow-up" title="Earlier" onClick={onUp} />}
      <IconButton name="edit" title="Change" home onClick={() => setChanging(true)} />
      <IconButton name="close" title="Withdraw" onClick={() => change({ kind: "remove", queueId: prompt.id })} />
    </li>
  );
}

/** Enter or going elsewhere keeps what was written, Escape does not. Ends once: a field that is taken away loses the focus as well. */
function Changing({ text, onEnd }: { text: string; onEnd: (changed: string | undefined) => void }): JSX.Element {
  const ended = useRef(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const end = (changed: string | undefined): void => {
    if (ended.current) return;
    ended.current = true;
    onEnd(changed);
  };
  return (
    <textarea
      class="waiting-text"
      aria-label="Prompt that waits"
      rows={Math.min(8, text.split("\n").length)}
      defaultValue={text}
      ref={field}
      onBlur={({ currentTarget }) => end(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
        // The button that gets the focus is not pressed by the same key.
        event.preventDefault();
        end(event.key === "Enter" ? event.currentTarget.value : undefined);
      }}
    />
  );
}
