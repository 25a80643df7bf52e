/** A Markdown text in the conversation; `open` while more of it may come. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { GrowingMarkdown } from "./growing.ts";

export function Markdown({ text, open }: { text: string; open: boolean }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const growing = useRef<GrowingMarkdown | null>(null);
  useLayoutEffect(() => {
    if (place.current) growing.current ??= new GrowingMarkdown(place.current);
    growing.current?.update(text, !open);
  }, [text, open]);
  useLayoutEffect(() => () => growing.current?.dispose(), []);
  return <div class="markdown" ref={place} />;
}
