// A trace of the browser while something happens, as figures: processor time of each frame of the thread that paints, in ms.
import fs from "node:fs";

/** Chat and workbench share a thread. */
export async function traced({ page, context }, path, act) {
  const browser = context.browser();
  const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline"];
  await browser.startTracing(page, { path, categories });
  const result = await act();
  await browser.stopTracing();
  return { result, figures: figuresOf(JSON.parse(fs.readFileSync(path, "utf8")).traceEvents) };
}

function figuresOf(events) {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const [done] = threads
    .map((thread) => events.filter(({ ph, pid, tid }) => ph === "X" && pid === thread.pid && tid === thread.tid))
    .sort((a, b) => named(b, "Paint").length - named(a, "Paint").length);
  const painted = named(done, "Paint")
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const tasks = named(done, "RunTask");
  const times = tasks
    .filter((task) => painted[firstAfter(painted, task.ts)] < task.ts + task.dur)
    .map(({ tdur }) => (tdur ?? 0) / 1_000)
    .sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  const script = sum(named(done, "FireAnimationFrame")) / times.length;
  return { frames: times.length, p50: at(0.5), p95: at(0.95), worst: at(1), script, total: sum(tasks) };
}

function named(events, wanted) {
  return events.filter(({ name }) => name === wanted);
}

function firstAfter(sorted, time) {
  const index = sorted.findIndex((each) => each >= time);
  return index < 0 ? sorted.length : index;
}

function sum(events) {
  return events.reduce((whole, { tdur }) => whole + (tdur ?? 0) / 1_000, 0);
}
