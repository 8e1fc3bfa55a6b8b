// A fault of ours on one page is shown on that page; the rest of the UI goes on.
import { Component } from 'preact';
import type { ComponentChildren } from 'preact';
import { ErrorNote } from './panel.js';

export class ErrorBoundary extends Component<{ children: ComponentChildren }, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  override componentDidCatch(error: Error): void {
    this.setState({ error });
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div class="page">
        <ErrorNote>this page could not be drawn: {error.message}</ErrorNote>
        <pre class="stack">{error.stack}</pre>
        <button type="button" class="button" onClick={() => this.setState({ error: undefined })}>
          Try again
        </button>
      </div>
    );
  }
}
