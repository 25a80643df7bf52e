/** Work that is too much for one frame: done in slices of a few milliseconds, the newest first, so that the page stays alive. */

/** Milliseconds of a frame: what is made must be styled, laid out and painted in it as well, which takes twice as long. */
const budget = 1.5;
/** What piles up for so many frames gets more of each: nobody reads that fast, but the end shall come. */
const budgetBehind = 8;
const longBehind = 120;
const waiting = new Map<object, () => boolean>();
let scheduled = false;
let framesBehind = 0;

/** `work` does a bit and says whether there is more; asked again for the same owner it takes the place of what waits. */
export function inFrames(owner: object, work: () => boolean): void {
  waiting.delete(owner);
  waiting.set(owner, work);
  schedule();
}

export function forgetWork(owner: object): void {
  waiting.delete(owner);
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(run);
}

function run(): void {
  scheduled = false;
  const end = performance.now() + (framesBehind > longBehind ? budgetBehind : budget);
  for (const [owner, work] of [...waiting].reverse()) {
    let more = true;
    while (more && performance.now() < end) more = work();
    if (!more) waiting.delete(owner);
    if (performance.now() >= end) break;
  }
  framesBehind = waiting.size ? framesBehind + 1 : 0;
  if (waiting.size) schedule();
}
