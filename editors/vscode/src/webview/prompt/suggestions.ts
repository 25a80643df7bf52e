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
  /** The first one is wanted as soon as there are some for the word as it is now. */
  const wantsFirst = useRef(false);
  const taken = useRef(onTaken);
  taken.current = onTaken;
  const take = (word: Word, suggestion: Suggestion | undefined): void => {
    if (!suggestion) return;
    taking.current = { id: ++lastId, word };
    tell({ type: "take", id: lastId, trigger: word.trigger, suggestion });
    asked.current = undefined;
    setOffer(undefined);
  };
  useEffect(
    () =>
      onMessage((message) => {
        if (message.type === "suggestions" && message.id === asked.current?.id) {
          setOffer({ word: asked.current.word, suggestions: message.suggestions, chosen: 0 });
          if (wantsFirst.current) take(asked.current.word, message.suggestions[0]);
          wantsFirst.current = false;
        }
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
      wantsFirst.current = false;
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
    choose: (index) => {
      if (!offer) return;
      const word = asked.current?.word ?? offer.word;
      // By a key, quicker than the answer: what is shown is for fewer letters.
      if (index === undefined && word !== offer.word) wantsFirst.current = true;
      else take(word, offer.suggestions[index ?? offer.chosen]);
    },
  };
}
