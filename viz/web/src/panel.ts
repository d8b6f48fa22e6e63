// What a panel is: one file in panels/ and one line in panels/index.ts.
//
// Colours come from tokens.css (var(--accent), or colour('--accent') for canvas); classes that all
// panels share are in app.css: .big and .unit (a headline number), .muted, .grid (table), .tool
// (small button), .button (.primary), .field, .note (a sentence on soft ground), .bar.

import type { Changes, Model } from './model.js';

/** What the page does for its panels. */
export interface Host {
  /** "control" may start, stop and change; null: not connected. */
  readonly role: 'view' | 'control' | null;
  /** Of the server: "open", "control", "rows", "showcase", "download". */
  can(capability: string): boolean;
  /** Name of the run that is looked at, "" for the present one. */
  readonly run: string;
  /** Looks at another run of the list. */
  open(run: string): void;
  /** Sends an action to the showcase: "play", "pause", "step", "reset", "seek", "speed", ... */
  showcase(action: string, value?: number): void;
  /** A REST call with the token; `path` begins with "api/v1/". Chooses the run that is looked at.
   *  Rejects with an ApiError that holds the server's own sentence. */
  api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T>;
  /** Fetches a ticket and lets the browser save the file. Problems are announced. */
  download(what: 'run' | 'csv' | 'zip' | 'study', name: string): Promise<void>;
  /** Says a sentence in the page's live region: alarms and results of actions only. */
  announce(text: string): void;
  /** Adds a shortcut ("space", "ArrowLeft", "g f", "?") with the sentence that the help shows. */
  key(keys: string, sentence: string, run: () => void): void;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    text: string,
  ) {
    super(text);
  }
}

/** A panel on the page. `element` is the content; the page puts frame and title around it. */
export interface PanelView {
  element: HTMLElement;
  /** Called in an animation frame when something of `needs` or `uses` changed, and at first. Nodes
   *  that can have the focus have to stay the same nodes. */
  update(changes: Changes): void;
  /** Buttons and selections for the title's line. */
  tools?: HTMLElement[];
}

export interface Panel {
  id: string; // a word; "g" and then `key` jumps to it
  title: string;
  key: string; // one letter
  /** Sentence under the title's question mark: what the panel shows and how to read it. */
  about: string;
  /** The panel is there when all of these are: channels, documents, "log"; "a|b": one of them. */
  needs: string[];
  /** More that has to hold for the panel to be there. */
  when?: (model: Model) => boolean;
  /** Further names whose changes call update(). */
  uses?: string[];
  /** Width on a wide screen, of 12 columns. */
  span: 3 | 4 | 5 | 6 | 8 | 9 | 12;
  /** "first": part of the first screen; "more": below it. */
  place: 'first' | 'more';
  create(model: Model, host: Host): PanelView;
}
