// The part of OpenAPI that takt's description uses, and requests made from it. Pure.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  description?: string;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
  $ref?: string;
}

interface Content {
  [type: string]: { schema?: Schema; example?: unknown };
}

export interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { description?: string; content?: Content };
  responses?: Record<string, { $ref?: string; description?: string; content?: Content }>;
}

export interface OpenApi {
  info?: { title?: string; version?: string; description?: string };
  security?: Record<string, unknown>[];
  paths?: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>;
  [key: string]: unknown;
}

export interface Endpoint {
  method: string; // "GET"
  path: string;
  operation: Operation;
  parameters: Parameter[];
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** What a `$ref` within the document points at; the thing itself where there is none. */
export function resolve<T extends { $ref?: string }>(doc: OpenApi, thing: T): T {
  if (thing.$ref === undefined) return thing;
  let at: unknown = doc;
  for (const key of thing.$ref.replace(/^#\//, '').split('/'))
    at = (at as Record<string, unknown> | undefined)?.[key];
  return (at as T | undefined) ?? thing;
}

export function endpointsOf(doc: OpenApi): Endpoint[] {
  return Object.entries(doc.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((m) => item[m]).map((m) => {
      const operation = item[m]!;
      const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return {
        method: m.toUpperCase(),
        path,
        operation,
        parameters: all.map((p) => resolve(doc, p)),
      };
    }),
  );
}

/** An example of a schema: its own one, or made from its parts. */
export function exampleOf(doc: OpenApi, given: Schema | undefined, depth = 0): unknown {
  if (!given || depth > 6) return null;
  const schema = resolve(doc, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties).map(([k, v]) => [k, exampleOf(doc, v, depth + 1)]),
    );
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'array') return schema.items ? [exampleOf(doc, schema.items, depth + 1)] : [];
  if (type === 'object') return {};
  if (type === 'number' || type === 'integer') return schema.minimum ?? 0;
  return type === 'boolean' ? false : type === 'string' ? '' : null;
}

/** A schema in a few words: "integer, 0 or more", "one of play, pause". */
export function schemaText(doc: OpenApi, given: Schema | undefined): string {
  if (!given) return '';
  const schema = resolve(doc, given);
  if (schema.enum) return `one of ${schema.enum.map(String).join(', ')}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any');
  const range =
    schema.minimum !== undefined && schema.maximum !== undefined
      ? `, ${schema.minimum} to ${schema.maximum}`
      : schema.minimum !== undefined
        ? `, ${schema.minimum} or more`
        : schema.maximum !== undefined
          ? `, at most ${schema.maximum}`
          : '';
  return type + range + (schema.default !== undefined ? `, default ${String(schema.default)}` : '');
}

/** The address of a request, relative to the page; empty parameters are left out. */
export function addressOf(endpoint: Endpoint, values: ReadonlyMap<string, string>): string {
  let path = endpoint.path.replace(/^\//, '');
  const query: string[] = [];
  for (const p of endpoint.parameters) {
    const value = values.get(p.name) ?? '';
    if (p.in === 'path') path = path.replace(`{${p.name}}`, encodeURIComponent(value));
    else if (p.in === 'query' && value !== '')
      query.push(`${encodeURIComponent(p.name)}=${encodeURIComponent(value)}`);
  }
  return query.length > 0 ? `${path}?${query.join('&')}` : path;
}

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}

/** The same request as a curl line; the token comes from the environment, so that it stands in no
 *  history file. */
export function curlOf(method: string, url: string, body: string, needsToken: boolean): string {
  const parts = ['curl'];
  if (method !== 'GET') parts.push('-X', method);
  if (needsToken) parts.push('-H', '"Authorization: Bearer $TAKT_TOKEN"');
  if (body !== '') parts.push('-H', "'Content-Type: application/json'", '-d', shellWord(body));
  parts.push(shellWord(url));
  return parts.join(' ');
}

/** Whose token it takes, in words. */
export function roleOf(doc: OpenApi, endpoint: Endpoint): string {
  const security = endpoint.operation.security ?? doc.security ?? [];
  const names = security.flatMap((entry) => Object.keys(entry));
  return names.includes('control') ? 'control token' : names.length > 0 ? 'view token' : 'no token';
}

export function needsToken(endpoint: Endpoint): boolean {
  return !(endpoint.operation.security && endpoint.operation.security.length === 0);
}
