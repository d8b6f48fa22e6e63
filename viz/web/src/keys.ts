// Shortcuts, and the dialog that lists them.

import { el } from './dom.js';

interface Shortcut {
  keys: string;
  sentence: string;
  run: () => void;
}

const NAMES: Record<string, string> = { ' ': 'space' };
const SHOWN: Record<string, string> = {
  space: 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};
const PREFIX_MS = 1500;

export class Keys {
  private readonly shortcuts: Shortcut[] = [];
  private prefix = '';
  private prefixUntil = 0;
  private dialog: HTMLDialogElement | null = null;

  constructor() {
    document.addEventListener('keydown', (event) => this.press(event));
  }

  add(keys: string, sentence: string, run: () => void): void {
    const known = this.shortcuts.find((shortcut) => shortcut.keys === keys);
    if (known) Object.assign(known, { sentence, run });
    else this.shortcuts.push({ keys, sentence, run });
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (
      this.dialog?.open ||
      target.closest('input, select, textarea, [role="slider"], [contenteditable]')
    )
      return;
    const name = NAMES[event.key] ?? event.key;
    if (
      (name === 'space' || name === 'Enter') &&
      target.closest('button, a, summary, [role="button"]')
    )
      return;
    const isSecond = performance.now() < this.prefixUntil;
    const keys = isSecond ? `${this.prefix} ${name}` : name;
    this.prefixUntil = 0;
    const found = this.shortcuts.find((shortcut) => shortcut.keys === keys);
    if (found) {
      event.preventDefault();
      found.run();
    } else if (this.shortcuts.some((shortcut) => shortcut.keys.startsWith(`${name} `))) {
      this.prefix = name;
      this.prefixUntil = performance.now() + PREFIX_MS;
    }
  }

  /** Opens the list of all shortcuts. */
  help(): void {
    this.dialog?.remove();
    const rows = this.shortcuts.map((shortcut) =>
      el(
        'div',
        {},
        el('dt', {}, ...shortcut.keys.split(' ').map((key) => el('kbd', {}, SHOWN[key] ?? key))),
        el('dd', {}, shortcut.sentence),
      ),
    );
    const close = el('button.button', { type: 'button' }, 'Close');
    const dialog = el(
      'dialog.help',
      { 'aria-labelledby': 'help-title' },
      el('h2', { id: 'help-title' }, 'Keyboard'),
      el(
        'p.muted',
        {},
        'Tab walks through everything that can be used or explained. Every number explains itself in a sentence when the pointer or the focus is on it.',
      ),
      el('dl', {}, ...rows),
      close,
    );
    close.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    this.dialog = dialog;
    dialog.showModal();
  }
}
