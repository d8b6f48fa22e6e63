// What the page does for its panels: actions over the connection, REST, downloads.

import { announce, el } from './dom.js';
import type { Keys } from './keys.js';
import { ApiError, type Host } from './panel.js';
import type { Connection } from './protocol.js';

interface Ticket {
  path: string;
  file: string;
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const { error } = (await response.json()) as { error: { code: string; text: string } };
    return new ApiError(response.status, error.code, error.text);
  } catch {
    return new ApiError(response.status, 'http', `the server answered ${response.status}`);
  }
}

/** Answers of one run; the others know nothing of `run` and refuse it. */
const OF_ONE_RUN =
  /^api\/v1\/(status|kpis|set-points|study|documents|channels|log|cards|showcase)\b/;

export function createHost(connection: Connection, keys: Keys, token: () => string): Host {
  const withRun = (path: string): string =>
    connection.run === '' || !OF_ONE_RUN.test(path)
      ? path
      : `${path}${path.includes('?') ? '&' : '?'}run=${encodeURIComponent(connection.run)}`;
  const host: Host = {
    get role() {
      return connection.link.state === 'open' ? (connection.info?.role ?? null) : null;
    },
    get run() {
      return connection.run;
    },
    can: (capability) => connection.info?.capabilities.includes(capability) ?? false,
    open: (run) => connection.open(run),
    showcase: (action, value) =>
      connection.send(
        value === undefined ? { type: 'showcase', action } : { type: 'showcase', action, value },
      ),
    async api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
      const request: RequestInit = { method, headers: { Authorization: `Bearer ${token()}` } };
      if (body !== undefined) {
        request.headers = { ...request.headers, 'Content-Type': 'application/json' };
        request.body = JSON.stringify(body);
      }
      const response = await fetch(withRun(path), request);
      if (!response.ok) throw await problemOf(response);
      const type = response.headers.get('Content-Type') ?? '';
      return (type.includes('json') ? await response.json() : await response.text()) as T;
    },
    async download(what, name) {
      try {
        const ticket = await host.api<Ticket>('POST', 'api/v1/tickets', {
          what,
          name,
          run: connection.run,
        });
        const link = el('a', { href: ticket.path, download: ticket.file });
        document.body.append(link);
        link.click();
        link.remove();
      } catch (problem) {
        announce(`Download: ${(problem as Error).message}`);
      }
    },
    announce,
    key: (name, sentence, run) => keys.add(name, sentence, run),
  };
  return host;
}
