// The page of docs: every address of the interface as takt itself describes it, ready to be tried.

import { el, setText, show } from './dom.js';
import {
  addressOf,
  curlOf,
  endpointsOf,
  exampleOf,
  needsToken,
  resolve,
  roleOf,
  schemaText,
  type Endpoint,
  type OpenApi,
} from './docs/openapi.js';
import { Theme } from './theme.js';

const MAX_SHOWN = 100000; // characters of an answer

new Theme(() => {});

// The viewer keeps its token in the tab under its own address; both pages share it.
const TOKEN_KEY = `takt-token ${location.pathname.replace(/[^/]*$/, '')}`;

function keepToken(given: string): void {
  try {
    sessionStorage.setItem(TOKEN_KEY, given);
  } catch {
    // Then it lives as long as the page.
  }
}

function takeToken(): string {
  const found = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (found !== undefined) {
    keepToken(decodeURIComponent(found));
    history.replaceState(null, '', location.pathname + location.search);
    return decodeURIComponent(found);
  }
  try {
    return sessionStorage.getItem(TOKEN_KEY) ?? '';
  } catch {
    return '';
  }
}

let token = takeToken();
const content = el('div.docs-main');
const status = el('p.muted', { role: 'status' });

async function call(method: string, path: string, body = ''): Promise<Response> {
  const headers: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` };
  if (body !== '') headers['Content-Type'] = 'application/json';
  return fetch(path, { method, headers, ...(body !== '' ? { body } : {}), cache: 'no-store' });
}

function copyButton(text: () => string): HTMLElement {
  const button = el(
    'button.tool',
    {
      type: 'button',
      onclick: () => {
        navigator.clipboard.writeText(text()).then(
          () => setText(button, 'Copied'),
          () => setText(button, 'Not allowed'),
        );
        setTimeout(() => setText(button, 'Copy'), 2000);
      },
    },
    'Copy',
  );
  return button;
}

async function showAnswer(
  answer: Response,
  started: number,
  head: HTMLElement,
  out: HTMLElement,
): Promise<void> {
  const type = answer.headers.get('Content-Type') ?? '';
  const took = `${Math.round(performance.now() - started)} ms`;
  if (!/json|text|yaml|csv/.test(type)) {
    const bytes = (await answer.arrayBuffer()).byteLength;
    setText(head, `${answer.status} ${answer.statusText} · ${type} · ${took}`);
    return setText(out, `${bytes} bytes, not text`);
  }
  let text = await answer.text();
  if (type.includes('json')) {
    try {
      text = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Shown as it came.
    }
  }
  setText(head, `${answer.status} ${answer.statusText} · ${type} · ${took}`);
  setText(
    out,
    text.length > MAX_SHOWN
      ? `${text.slice(0, MAX_SHOWN)}\n… ${text.length - MAX_SHOWN} more characters`
      : text,
  );
}

function tryForm(doc: OpenApi, endpoint: Endpoint): HTMLElement {
  const values = new Map<string, string>();
  const content = Object.values(endpoint.operation.requestBody?.content ?? {})[0];
  const example = content?.example ?? exampleOf(doc, content?.schema);
  const body = content
    ? el('textarea', { rows: 4, spellcheck: 'false', 'aria-label': 'Body, JSON' })
    : null;
  if (body) body.value = JSON.stringify(example, null, 2);
  const curl = el('code');
  const refresh = (): void =>
    setText(
      curl,
      curlOf(
        endpoint.method,
        new URL(addressOf(endpoint, values), location.href).href,
        body?.value ?? '',
        needsToken(endpoint),
      ),
    );
  const rows = endpoint.parameters.map((p) => {
    const choices = resolve(doc, p.schema ?? {}).enum;
    const input = choices
      ? el(
          'select',
          { 'aria-label': p.name },
          ...(p.required ? [] : ['']).concat(choices.map(String)).map((c) => el('option', {}, c)),
        )
      : el('input', { 'aria-label': p.name, placeholder: p.required ? 'needed' : '', size: 12 });
    input.value = String(
      p.example ?? (p.required ? (p.schema?.example ?? p.schema?.enum?.[0] ?? '') : ''),
    );
    values.set(p.name, input.value);
    input.addEventListener('input', () => {
      values.set(p.name, input.value);
      refresh();
    });
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }, p.name),
      el('td', {}, p.in),
      el('td', {}, schemaText(doc, p.schema)),
      el('td', {}, p.description ?? ''),
      el('td', {}, input),
    );
  });
  body?.addEventListener('input', refresh);
  refresh();
  const head = el('p.muted', { role: 'status' });
  const out = el('pre', { tabindex: 0, hidden: true, 'aria-label': 'Answer' });
  const send = el('button.button.primary', { type: 'submit' }, 'Try it');
  const run = async (): Promise<void> => {
    const started = performance.now();
    send.disabled = true;
    try {
      show(out, true);
      await showAnswer(
        await call(endpoint.method, addressOf(endpoint, values), body?.value ?? ''),
        started,
        head,
        out,
      );
    } catch (problem) {
      setText(head, `No answer: ${(problem as Error).message}`);
      show(out, false);
    }
    send.disabled = false;
  };
  return el(
    'form',
    {
      onsubmit: (event: Event) => {
        event.preventDefault();
        void run();
      },
    },
    rows.length > 0
      ? el(
          'div.scroll',
          {},
          el(
            'table',
            {},
            el(
              'thead',
              {},
              el(
                'tr',
                {},
                ...['parameter', 'in', 'type', 'meaning', 'value'].map((t) =>
                  el('th', { scope: 'col' }, t),
                ),
              ),
            ),
            el('tbody', {}, ...rows),
          ),
        )
      : null,
    body
      ? el(
          'label.docs-body',
          {},
          endpoint.operation.requestBody?.description ?? 'Body (JSON)',
          body,
        )
      : null,
    el(
      'div.docs-curl',
      {},
      el('pre', { tabindex: 0, 'aria-label': 'As a curl line' }, curl),
      copyButton(() => curl.textContent ?? ''),
    ),
    el('div.line', {}, send, head),
    out,
  );
}

function endpointCard(doc: OpenApi, endpoint: Endpoint): HTMLElement {
  const o = endpoint.operation;
  const responses = Object.entries(o.responses ?? {}).map(([code, given]) => {
    const r = resolve(doc, given);
    const content = Object.entries(r.content ?? {})[0];
    const example = content
      ? (content[1].example ?? (content[1].schema ? exampleOf(doc, content[1].schema) : undefined))
      : undefined;
    return el(
      'li',
      {},
      el('b', {}, code),
      ` ${r.description ?? ''}`,
      content ? el('span.muted', {}, ` (${content[0]})`) : null,
      code.startsWith('2') && example !== undefined && example !== null && example !== ''
        ? el(
            'pre',
            { tabindex: 0, 'aria-label': `Example of the answer ${code}` },
            typeof example === 'string' ? example : JSON.stringify(example, null, 2),
          )
        : null,
    );
  });
  const details = el(
    'details.endpoint',
    {},
    el(
      'summary',
      {},
      el(endpoint.method === 'GET' ? 'span.method.is-get' : 'span.method', {}, endpoint.method),
      el('code', {}, endpoint.path),
      el('span.endpoint-summary', {}, o.summary ?? ''),
      el('span.endpoint-role', {}, roleOf(doc, endpoint)),
    ),
  );
  // Filled when it is opened: twenty forms at once would only make the page slow.
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    details.append(
      el(
        'div.endpoint-body',
        {},
        o.description ? el('p', {}, o.description) : null,
        tryForm(doc, endpoint),
        responses.length > 0 ? el('h3', {}, 'Answers') : null,
        el('ul.responses', {}, ...responses),
      ),
    );
  });
  details.dataset['text'] =
    `${endpoint.method} ${endpoint.path} ${o.summary ?? ''} ${o.description ?? ''}`.toLowerCase();
  return details;
}

function showDocs(doc: OpenApi): void {
  const groups = new Map<string, Endpoint[]>();
  for (const endpoint of endpointsOf(doc)) {
    const tag = endpoint.operation.tags?.[0] ?? (endpoint.method === 'GET' ? 'Reading' : 'Acting');
    groups.set(tag, [...(groups.get(tag) ?? []), endpoint]);
  }
  const sections = [...groups].map(([tag, all]) =>
    el('section', {}, el('h2', {}, tag), ...all.map((e) => endpointCard(doc, e))),
  );
  const filter = el('input', {
    type: 'search',
    placeholder: 'Filter',
    'aria-label': 'Filter the addresses',
  });
  filter.addEventListener('input', () => {
    for (const card of content.querySelectorAll<HTMLElement>('.endpoint'))
      card.hidden = !(card.dataset['text'] ?? '').includes(filter.value.trim().toLowerCase());
  });
  content.replaceChildren(
    doc.info?.description ? el('p', {}, doc.info.description) : '',
    el('div.line', {}, filter),
    ...sections,
  );
  setText(status, `${endpointsOf(doc).length} addresses, version ${doc.info?.version ?? '?'}`);
}

async function load(): Promise<void> {
  setText(status, 'Reading the description …');
  try {
    const answer = await call('GET', 'api/v1/openapi.json');
    const value = (await answer.json()) as OpenApi & { error?: { text: string } };
    if (answer.ok) return showDocs(value);
    setText(
      status,
      answer.status === 401
        ? 'A token is needed: it stands behind #token= in the address that takt printed.'
        : (value.error?.text ?? `${answer.status}`),
    );
  } catch (problem) {
    setText(status, `takt does not answer: ${(problem as Error).message}`);
  }
  content.replaceChildren();
}

function start(): void {
  document.body.classList.add('docs');
  const field = el('input', {
    type: 'password',
    autocomplete: 'off',
    placeholder: 'token',
    'aria-label': 'Token',
    size: 24,
  });
  field.value = token;
  field.addEventListener('change', () => {
    token = field.value.trim();
    keepToken(token);
    void load();
  });
  document.body.append(
    el(
      'header.docs-head',
      {},
      el('h1', {}, 'takt: the interface for programs'),
      el('a', { href: './' }, 'to the viewer'),
      el('label.labelled', {}, 'Token', field),
    ),
    el(
      'main',
      {},
      el(
        'p',
        {},
        'REST with JSON. Send the token in the header Authorization: Bearer; a view token reads, the control token also starts and stops. For the curl lines below put it into the environment: ',
        el('code', {}, 'read -rs TAKT_TOKEN'),
        '.',
      ),
      status,
      content,
    ),
  );
  void load();
}

start();
