/** What is to be done, as the model has planned it: one line, and the list folded below it. */
import type { JSX } from "preact";
import type { Todo } from "sessiond-protocol";
import { Icon } from "../icons/icon.tsx";
import type { IconName } from "../icons/icons.ts";

const marks: Record<NonNullable<Todo["status"]>, { icon: IconName; words: string }> = {
  pending: { icon: "circle", words: "to do" },
  inProgress: { icon: "loading", words: "in progress" },
  completed: { icon: "check", words: "done" },
  cancelled: { icon: "close", words: "cancelled" },
};

export function Todos({ todos, running }: { todos: readonly Todo[]; running: boolean }): JSX.Element | null {
  const done = todos.filter(({ status }) => status === "completed" || status === "cancelled").length;
  if (todos.length === 0 || (done === todos.length && !running)) return null;
  const now =
    todos.find(({ status }) => status === "inProgress") ??
    todos.find(({ status }) => status !== "completed" && status !== "cancelled");
  return (
    <details class="todos" data-testid="todos">
      <summary>
        <Icon name="chevron-right" />
        <Icon name="checklist" />
        <span class="sum">
          {done} of {todos.length}
        </span>
        <span class="todo-now">{now?.content}</span>
      </summary>
      <TodoList todos={todos} running={running} />
    </details>
  );
}

export function TodoList({ todos, running }: { todos: readonly Todo[]; running: boolean }): JSX.Element {
  return (
    <ul class="todo-list" tabIndex={0}>
      {todos.map(({ content, status = "pending" }, index) => (
        <li key={index} class={`todo ${status}`}>
          <Icon name={status === "inProgress" && !running ? "circle" : marks[status].icon} />
          <span class="visually-hidden">{marks[status].words}: </span>
          <span class="todo-text">{content}</span>
        </li>
      ))}
    </ul>
  );
}
