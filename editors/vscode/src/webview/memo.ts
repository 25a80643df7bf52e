/** A component that is drawn again only when one of its properties is another object or value. */
import { Component, type ComponentChildren, type FunctionComponent, h } from "preact";

export function memo<P extends object>(draw: (props: P) => ComponentChildren): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const known = this.props as Readonly<P>;
      return Object.keys(next).some((name) => next[name as keyof P] !== known[name as keyof P]);
    }
    override render(): ComponentChildren {
      return h(draw as FunctionComponent<P>, this.props as P);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}
