/** What is written and not sent yet: kept when the page is thrown away, given back when it was not accepted. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chip } from "../../panel/messages.ts";
import { tell } from "../host.ts";
import { chat, onMessage } from "../state.ts";
import { Recall } from "./recall.ts";

export interface Draft {
  readonly text: string;
  readonly chips: readonly Chip[];
  readonly recall: Recall;
  setText(text: string): void;
  addChip(chip: Chip): void;
  removeChip(id: string): void;
  send(whenBusy?: "queue" | "steer"): void;
}

/** Milliseconds after the last key. */
const keepAfter = 150;

/** A picture is not kept: it is pasted again. */
const isSmall = ({ parts }: Chip): boolean => JSON.stringify(parts).length < 100_000;

let lastId = 0;

export function useDraft(focus: () => void): Draft {
  const [text, setText] = useState(chat.kept.draft);
  const [chips, setChips] = useState<readonly Chip[]>(chat.kept.chips);
  const recall = useRef<Recall>(undefined);
  recall.current ??= new Recall(chat.kept.history);
  const sent = useRef(new Map<number, { text: string; chips: readonly Chip[] }>());
  const now = useRef({ text, chips });
  now.current = { text, chips };
  useEffect(() => {
    const timer = setTimeout(
      () =>
        tell({
          type: "keep",
          kept: { draft: text, chips: chips.filter(isSmall), history: recall.current?.entries ?? [] },
        }),
      keepAfter,
    );
    return () => clearTimeout(timer);
  }, [text, chips]);
  const addChips = (added: readonly Chip[]): void =>
    setChips((known) => [...known.filter(({ id }) => added.every((chip) => chip.id !== id)), ...added]);
  useEffect(
    () =>
      onMessage((message) => {
        if (message.type === "insert") {
          if (message.text) setText((known) => (known && !/\s$/.test(known) ? `${known} ` : known) + message.text);
          addChips(message.chips);
          focus();
        }
        if (message.type === "accepted") {
          const prompt = sent.current.get(message.id);
          sent.current.delete(message.id);
          if (message.ok || !prompt) return;
          // Whatever was begun meanwhile stands behind it.
          setText([prompt.text, now.current.text].filter(Boolean).join("\n"));
          addChips(prompt.chips);
        }
      }),
    [],
  );
  return {
    text,
    chips,
    recall: recall.current,
    setText,
    addChip: (chip) => addChips([chip]),
    removeChip: (id) => setChips((known) => known.filter((chip) => chip.id !== id)),
    send: (whenBusy) => {
      if (!text.trim() && chips.length === 0) return;
      lastId += 1;
      sent.current.set(lastId, { text, chips });
      tell({ type: "prompt", id: lastId, text: text.trim(), chips, ...(whenBusy && { whenBusy }) });
      recall.current?.add(text.trim());
      setText("");
      setChips([]);
    },
  };
}
