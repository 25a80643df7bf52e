/** What is offered for the word at the caret: asked of the host, and gone when the word is another one. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Chip, Suggestion } from "../../panel/messages.ts";
import { tell } from "../host.ts";
import { onMessage } from "../state.ts";
import { wordAt } from "./recall.ts";

export type Word = NonNullable<ReturnType<typeof wordAt>>;

export interface Offer {
  readonly word: Word;
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
}

export interface Suggesting {
  readonly offer: Offer | undefined;
  look(text: string, caret: number): void;
  move(by: number): void;
  choose(index?: number): void;
  dismiss(): void;
}

let lastId = 0;

/** `onTaken` puts the chip beside the text, or the text in place of the word. */
export function useSuggestions(onTaken: (word: Word, taken: { chip?: Chip; text?: string }) => void): Suggesting {
  const [offer, setOffer] = useState<Offer>();
  const asked = useRef<{ id: number; word: Word }>(undefined);
  const taking = useRef<{ id: number; word: Word }>(undefined);
  const taken = useRef(onTaken);
  taken.current = onTaken;
  useEffect(
    () =>
      onMessage((message) => {
        if (message.type === "suggestions" && message.id === asked.current?.id)
          setOffer({ word: asked.current.word, suggestions: message.suggestions, chosen: 0 });
        if (message.type === "taken" && message.id === taking.current?.id) taken.current(taking.current.word, message);
      }),
    [],
  );
  const dismiss = (): void => {
    asked.current = undefined;
    setOffer(undefined);
  };
  return {
    offer,
    dismiss,
    look: (text, caret) => {
      const word = wordAt(text, caret);
      if (!word) return dismiss();
      asked.current = { id: ++lastId, word };
      tell({ type: "suggest", id: lastId, trigger: word.trigger, query: word.query });
    },
    move: (by) =>
      setOffer(
        (known) =>
          known && { ...known, chosen: (known.chosen + by + known.suggestions.length) % known.suggestions.length },
      ),
    choose: (index = offer?.chosen ?? 0) => {
      const suggestion = offer?.suggestions[index];
      if (!offer || !suggestion) return;
      taking.current = { id: ++lastId, word: offer.word };
      tell({ type: "take", id: lastId, trigger: offer.word.trigger, suggestion });
      dismiss();
    },
  };
}
