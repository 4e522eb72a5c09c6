/** Shows what went wrong where a room fails, and leaves the rest of the page alone. */
import { Component } from "preact";
import type { ComponentChildren } from "preact";
import { Button } from "../parts/button.tsx";
import { Note } from "../parts/note.tsx";
import { useWords } from "../words/index.ts";

interface GuardState {
  readonly error: Error | undefined;
}

export class Guard extends Component<{ readonly children: ComponentChildren }, GuardState> {
  override state: GuardState = { error: undefined };

  override componentDidCatch(thrown: unknown): void {
    this.setState({ error: thrown instanceof Error ? thrown : new Error(String(thrown)) });
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failure error={error} onAgain={() => this.setState({ error: undefined })} />;
  }
}

/** What is shown in place of a room that failed. */
export function Failure({ error, onAgain }: { readonly error: Error; readonly onAgain: () => void }) {
  const words = useWords();
  return (
    <div class="stack" role="alert">
      <h1>{words.failed}</h1>
      <Note kind="error">{error.message}</Note>
      <p>{words.failedAdvice}</p>
      <div class="row">
        <Button kind="main" onClick={onAgain}>
          {words.again}
        </Button>
        <a href="#/">{words.toHome}</a>
      </div>
    </div>
  );
}
