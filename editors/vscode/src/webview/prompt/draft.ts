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
  /** Not accepted yet: where the engine is only being started, that takes a while. */
  readonly sending: readonly Sent[];
  setText(text: string): void;
  addChip(chip: Chip): void;
  removeChip(id: string): void;
  send(whenBusy?: "queue" | "steer"): void;
}

interface Sent {
  readonly id: number;
  readonly text: string;
  readonly chips: readonly Chip[];
}

/** Milliseconds after the last key. */
const keepAfter = 150;

/** Behind what was given back before, and before what was begun meanwhile. */
function putBack(written: string, given: { current: string }, text: string): string {
  const before = written.startsWith(given.current) ? given.current : "";
  const rest = written.slice(before.length).replace(/^\n/, "");
  given.current = [before, text].filter(Boolean).join("\n");
  return [given.current, rest].filter(Boolean).join("\n");
}

/** What would be in the box if none of it had been sent. */
function unsent(prompts: readonly Pick<Sent, "text" | "chips">[]): { draft: string; chips: readonly Chip[] } {
  return {
    draft: prompts.flatMap(({ text }) => text || []).join("\n"),
    chips: prompts.flatMap(({ chips }) => chips).filter(isSmall),
  };
}

/** A picture is not kept: it is pasted again. */
const isSmall = ({ parts }: Chip): boolean => JSON.stringify(parts).length < 100_000;

/** Above those of a page before this one, whose answers may still come. */
let lastId = Date.now();

export function useDraft(focus: () => void): Draft {
  const [text, setText] = useState(chat.kept.draft);
  const [chips, setChips] = useState<readonly Chip[]>(chat.kept.chips);
  const recall = useRef<Recall>(undefined);
  recall.current ??= new Recall(chat.kept.history);
  const [sending, setSending] = useState<readonly Sent[]>([]);
  const sent = useRef(sending);
  sent.current = sending;
  const givenBack = useRef("");
  useEffect(() => {
    const timer = setTimeout(
      () =>
        tell({
          type: "keep",
          kept: { ...unsent([...sending, { text, chips }]), history: recall.current?.entries ?? [] },
        }),
      text ? keepAfter : 0,
    );
    return () => clearTimeout(timer);
  }, [text, chips, sending]);
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
          const prompt = sent.current.find(({ id }) => id === message.id);
          setSending((known) => known.filter(({ id }) => id !== message.id));
          if (message.ok || !prompt) return;
          setText((written) => putBack(written, givenBack, prompt.text));
          addChips(prompt.chips);
        }
      }),
    [],
  );
  return {
    text,
    chips,
    recall: recall.current,
    sending,
    setText,
    addChip: (chip) => addChips([chip]),
    removeChip: (id) => setChips((known) => known.filter((chip) => chip.id !== id)),
    send: (whenBusy) => {
      if (!text.trim() && chips.length === 0) return;
      lastId += 1;
      const prompt = { id: lastId, text, chips };
      setSending((known) => [...known, prompt]);
      tell({ type: "prompt", id: lastId, text: text.trim(), chips, ...(whenBusy && { whenBusy }) });
      recall.current?.add(text.trim());
      setText("");
      setChips([]);
    },
  };
}
