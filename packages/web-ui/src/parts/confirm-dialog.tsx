// Asks before something ends that cannot be begun again, and shows what the master answered.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../data/requests.js';
import { messageOf } from '../data/requests.js';
import { notify } from '../data/notices.js';
import { ErrorNote } from './panel.js';

export function ConfirmDialog(props: {
  title: string;
  /** What ends. */
  children: ComponentChildren;
  action: string;
  /** What the notice says was accepted: 'kill of web-1'. */
  what: string;
  onConfirm: () => Promise<Answer>;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  // Before the next key arrives: it belongs to the dialog.
  useLayoutEffect(() => dialog.current?.showModal(), []);

  const confirm = async () => {
    setSending(true);
    setRefusal(undefined);
    try {
      const { status, text } = await props.onConfirm();
      if (status >= 200 && status < 300) {
        notify(`${props.what}: accepted by the master (${status})${text === '' ? '' : `: ${text}`}`);
        dialog.current?.close();
        return;
      }
      setRefusal(`the master refused (${status})${text === '' ? '' : `: ${text}`}`);
    } catch (error) {
      setRefusal(messageOf(error));
    }
    setSending(false);
  };

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="confirm-title"
      aria-describedby="confirm-text"
      onClose={props.onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div class="dialog-body">
        <h2 id="confirm-title">{props.title}</h2>
        <div id="confirm-text">{props.children}</div>
        {refusal !== undefined && <ErrorNote>{refusal}</ErrorNote>}
      </div>
      <div class="dialog-actions">
        {/* The first button has the focus: Enter alone ends nothing. */}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" class="button button-danger" disabled={isSending} onClick={() => void confirm()}>
          {isSending ? 'Asking the master…' : props.action}
        </button>
      </div>
    </dialog>
  );
}
