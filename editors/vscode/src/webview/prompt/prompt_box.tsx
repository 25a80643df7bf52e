/** Where its user writes: the text, what goes with it, and the keys. Sending, queueing and stopping are always in reach. */
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { tell } from "../host.ts";
import { Icon, IconButton } from "../icons/icon.tsx";
import { isIcon } from "../icons/icons.ts";
import { chat, onMessage } from "../state.ts";
import { type Draft, useDraft } from "./draft.ts";
import { Meter } from "./meter.tsx";
import { ModelButton } from "./model_button.tsx";
import { asChip, imagesOf } from "./pasting.ts";
import { SuggestionList } from "./suggestion_list.tsx";
import { type Suggesting, useSuggestions } from "./suggestions.ts";

export function PromptBox({ busy }: { busy: boolean }): JSX.Element {
  const box = useRef<HTMLTextAreaElement>(null);
  const [refused, setRefused] = useState("");
  const draft = useDraft(() => box.current?.focus());
  const suggesting = useSuggestions(({ start, query }, { chip, text }) => {
    const rest = draft.text.slice(start + 1 + query.length);
    if (chip) draft.addChip(chip);
    draft.setText(draft.text.slice(0, start) + (text ?? "") + rest.replace(/^ /, text ? " " : ""));
    // A list that opens in the place of the word has the focus.
    if (chip || text) box.current?.focus();
  });
  useEffect(() => onMessage((message) => message.type === "focus" && box.current?.focus()), []);
  const take = (data: DataTransfer | null, event: Event): void => {
    const images = imagesOf(data);
    if (!images) return;
    event.preventDefault();
    setRefused("");
    for (const image of images)
      void asChip(image).then(
        (pasted) => ("chip" in pasted ? draft.addChip(pasted.chip) : setRefused(pasted.tooLarge)),
        (error: unknown) => setRefused(String(error)),
      );
  };
  const { offer } = suggesting;
  return (
    <div
      class="prompt"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => take(event.dataTransfer, event)}
    >
      <SuggestionList suggesting={suggesting} />
      {refused && (
        <p class="notice warning" role="alert">
          {refused}
        </p>
      )}
      <AllSent draft={draft} />
      <Chips draft={draft} />
      <textarea
        ref={box}
        data-testid="prompt"
        aria-label="Prompt"
        aria-autocomplete="list"
        aria-controls={offer ? "suggestions" : undefined}
        aria-activedescendant={offer?.suggestions.length ? `suggestion-${offer.chosen}` : undefined}
        placeholder={placeholder(busy)}
        rows={1}
        value={draft.text}
        onInput={({ currentTarget }) => {
          draft.setText(currentTarget.value);
          suggesting.look(currentTarget.value, currentTarget.selectionStart);
        }}
        onKeyDown={(event) => onKey(event, draft, suggesting)}
        onBlur={() => suggesting.dismiss()}
        onPaste={(event) => take(event.clipboardData, event)}
      />
      <Row draft={draft} busy={busy} />
    </div>
  );
}

function placeholder(busy: boolean): string {
  if (!busy) return "Ask, or describe a change; @ adds context";
  return `${chat.preferences.whenBusy === "steer" ? "Steer" : "Queue"} a prompt; Esc stops the turn`;
}

function Row({ draft, busy }: { draft: Draft; busy: boolean }): JSX.Element {
  const whenBusy = chat.preferences.whenBusy === "steer" ? "Steer (Alt+Enter: queue)" : "Queue (Alt+Enter: steer)";
  const empty = !draft.text.trim() && draft.chips.length === 0;
  return (
    <div class="prompt-row">
      <ModelButton />
      <Meter />
      <span class="spread" />
      {busy && (
        <IconButton name="stop" title="Stop the turn (Esc)" testid="abort" onClick={() => tell({ type: "abort" })} />
      )}
      <IconButton
        name="send"
        title={busy ? whenBusy : "Send"}
        testid="send"
        disabled={empty}
        onClick={() => draft.send()}
      />
    </div>
  );
}

function AllSent({ draft }: { draft: Draft }): JSX.Element {
  return (
    <>
      {draft.sending.map((sent) => (
        <Sending key={sent.id} sent={sent} />
      ))}
    </>
  );
}

/** Milliseconds that it usually takes until a prompt is accepted, and more. */
const usual = 300;

/** Not accepted yet: told only where that takes longer than usual. */
function Sending({ sent: { text, chips } }: { sent: Draft["sending"][number] }): JSX.Element | null {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), usual);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <p class="sending" role="status" data-testid="sending">
      <Icon name="loading" /> <span>{text.trim() || chips.map(({ label }) => label).join(", ")}</span>
    </p>
  );
}

function Chips({ draft }: { draft: Draft }): JSX.Element | null {
  if (draft.chips.length === 0) return null;
  return (
    <ul class="files" aria-label="Goes with the prompt">
      {draft.chips.map(({ id, label, icon, tooltip, parts }) => (
        <li key={id} class="chip" title={tooltip} data-testid="chip">
          {parts[0]?.type === "file" && parts[0].uri.startsWith("data:image/") ? (
            <img src={parts[0].uri} alt="" />
          ) : (
            <Icon name={isIcon(icon) ? icon : "file"} />
          )}
          <span>{label}</span>
          <IconButton name="close" title={`Remove ${label}`} onClick={() => draft.removeChip(id)} />
        </li>
      ))}
    </ul>
  );
}

type Key = TargetedKeyboardEvent<HTMLTextAreaElement>;

function onKey(event: Key, draft: Draft, suggesting: Suggesting): void {
  if (event.isComposing) return;
  if (suggesting.offer?.suggestions.length && completes(event, suggesting)) return event.preventDefault();
  if (event.key === "Enter" && sends(event)) {
    event.preventDefault();
    const { whenBusy } = chat.preferences;
    return draft.send(event.altKey ? (whenBusy === "queue" ? "steer" : "queue") : undefined);
  }
  const found = recalled(event, draft);
  if (found === undefined) return;
  event.preventDefault();
  draft.setText(found);
}

function completes({ key, shiftKey }: Key, suggesting: Suggesting): boolean {
  if (key === "ArrowDown" || key === "ArrowUp") suggesting.move(key === "ArrowDown" ? 1 : -1);
  else if ((key === "Enter" && !shiftKey) || key === "Tab") suggesting.choose();
  else if (key === "Escape") suggesting.dismiss();
  else return false;
  return true;
}

function sends({ shiftKey, ctrlKey, metaKey, altKey }: Key): boolean {
  return altKey || (chat.preferences.sendWith === "modEnter" ? ctrlKey || metaKey : !shiftKey);
}

/** Only from the first line up and from the last line down: in between the arrows move the caret. */
function recalled({ key, currentTarget }: Key, { recall }: Draft): string | undefined {
  const { value, selectionStart, selectionEnd } = currentTarget;
  if (key === "ArrowUp" && selectionStart === selectionEnd && !value.slice(0, selectionStart).includes("\n"))
    return recall.earlier(value);
  if (key === "ArrowDown" && selectionStart === selectionEnd && !value.slice(selectionEnd).includes("\n"))
    return recall.later();
  return undefined;
}
