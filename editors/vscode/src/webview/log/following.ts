/** A reader at the end of the conversation stays there while it grows; one who has scrolled up is left alone. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Pixels from the end within which a reader is still at the end, and from the beginning where it is near. */
const near = 40;

export interface Following {
  readonly log: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** Whether the reader is somewhere else. */
  readonly away: boolean;
  onScroll(): void;
  toEnd(): void;
}

/** `first`: another one where older messages stand before the ones that were there. */
export function useFollowing(first: string, onBeginning: () => void): Following {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);
  const lastEnd = useRef(0);
  const [away, setAway] = useState(false);
  const toEnd = (): void => log.current?.scrollTo({ top: log.current.scrollHeight });
  useLayoutEffect(toEnd, []);
  useStandingStill(log, first, follows);
  useEffect(() => {
    // Told of between layout and painting, so that nothing is seen to jump.
    const observer = new ResizeObserver(() => {
      const fits = log.current && log.current.scrollHeight - log.current.clientHeight < near;
      // Where all is in sight nobody is away, and no scrolling would say so.
      if (fits) {
        follows.current = true;
        setAway(false);
      }
      if (follows.current) toEnd();
    });
    for (const element of [log.current, content.current]) if (element) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return {
    log,
    content,
    away,
    toEnd,
    onScroll: () => {
      const element = log.current;
      if (!element) return;
      const { scrollTop, clientHeight, scrollHeight } = element;
      const end = scrollHeight - clientHeight;
      const atEnd = end - scrollTop < near;
      // The end may have moved since; only a move upwards is the reader's, and not where the end came nearer.
      if (atEnd || (scrollTop < lastTop.current && end >= lastEnd.current)) follows.current = atEnd;
      lastTop.current = scrollTop;
      lastEnd.current = end;
      setAway(!follows.current);
      if (scrollTop >= near || atEnd) return;
      onBeginning();
    },
  };
}

/** What is read stays where it is: as far from the end as it was. The browser alone does not see to that at the very top. */
function useStandingStill(log: Following["log"], first: string, follows: RefObject<boolean>): void {
  const before = useRef({ first, toEnd: 0 });
  const element = log.current;
  if (element && before.current.first !== first)
    before.current = { first, toEnd: element.scrollHeight - element.scrollTop };
  useLayoutEffect(() => {
    const { toEnd } = before.current;
    if (log.current && toEnd > 0 && !follows.current) log.current.scrollTop = log.current.scrollHeight - toEnd;
  }, [first]);
}
