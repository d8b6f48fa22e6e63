// Starts the page: token, connection, panels. Everything that is drawn follows from the model.

import '../tokens.css';
import '../app.css';
import './panels/more.css';

import { announce, el, setText, show } from './dom.js';
import { createHost } from './host.js';
import { Keys } from './keys.js';
import { Model } from './model.js';
import { morePanels, panels } from './panels/index.js';
import { patternDefs } from './patterns.js';
import { Connection } from './protocol.js';
import { createHeader, createTokenForm, Panels } from './shell.js';
import { Theme } from './theme.js';

const TICK_MS = 250;
const TOKEN_KEY = `takt-token ${location.pathname}`;

/** The token of the address, which then loses it; else the one that this tab keeps. */
function takeToken(): string {
  const found = /^#token=([^&]+)/.exec(location.hash)?.[1];
  try {
    if (found !== undefined) sessionStorage.setItem(TOKEN_KEY, decodeURIComponent(found));
    if (found !== undefined) history.replaceState(null, '', location.pathname + location.search);
    return sessionStorage.getItem(TOKEN_KEY) ?? '';
  } catch {
    return found ?? '';
  }
}

function start(): void {
  let token = takeToken();
  const model = new Model();
  const theme = new Theme(() => model.touch('theme'));
  const keys = new Keys();
  const address = new URL('ws', document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  address.hash = address.search = '';
  const connection = new Connection(model, address.href, token, announce);
  const host = createHost(connection, keys, () => token);
  keys.add('?', 'This list', () => keys.help());
  keys.add('t', 'Light, dark, or as the system says', () => theme.next());

  const header = createHeader(model, connection, theme, keys);
  const form = createTokenForm((given) => {
    token = given;
    try {
      sessionStorage.setItem(TOKEN_KEY, token);
    } catch {
      // Then the token lives as long as the page.
    }
    connection.start(token);
  });
  const first = el('div.panels.first');
  const more = el('div.panels');
  const empty = el('p.card.empty');
  const main = el('main', { id: 'main', tabindex: -1 }, form.element, empty, first, more);
  const version = el('span');
  const footer = el(
    'footer',
    {},
    version,
    el('a', { href: 'docs' }, 'Programs can read all this too: the API'),
  );
  document.body.append(
    el('a.skip', { href: '#main' }, 'Skip to the answer'),
    patternDefs(),
    header.element,
    main,
    footer,
  );
  const shown = new Panels(model, host, { first, more, nav: header.nav });
  shown.add(panels);

  model.subscribe((changes) => {
    const isLocked = connection.link.state === 'token';
    show(form.element, isLocked);
    if (connection.link.state === 'token') form.update(connection.link.text);
    show(first, !isLocked);
    show(more, !isLocked);
    if (!isLocked) shown.update(changes);
    header.update();
    show(empty, !isLocked && shown.areEmpty);
    setText(
      empty,
      connection.link.state === 'open'
        ? 'Connected. Waiting for the first numbers.'
        : 'Connecting to takt.',
    );
    const run = model.document('run');
    setText(
      version,
      [
        connection.info ? `takt ${connection.info.version}` : '',
        run?.folder ?? '',
        run?.seed === undefined ? '' : `seed ${run.seed}`,
      ]
        .filter(Boolean)
        .join(' · '),
    );
    connection.acknowledge(); // all that came is drawn
  });
  setInterval(() => header.tick(), TICK_MS);
  connection.start();
  morePanels().then(
    (late) => {
      shown.add(late);
      model.touch('panels');
    },
    () => announce('Part of the page could not be loaded. Reloading it may help.'),
  );
}

start();
