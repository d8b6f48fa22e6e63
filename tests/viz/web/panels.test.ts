// What panels derive from values: order of designs, filters, problems of fields, requests of the
// page of docs.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  addressOf,
  curlOf,
  endpointsOf,
  exampleOf,
  roleOf,
  schemaText,
  shellWord,
  type OpenApi,
} from '../../../viz/web/src/docs/openapi.js';
import { countStates, studyText } from '../../../viz/web/src/draw/card_text.js';
import { timeText } from '../../../viz/web/src/draw/time_axis.js';
import { candidatesOf } from '../../../viz/web/src/draw/candidates.js';
import { foundText } from '../../../viz/web/src/panels/drying.js';
import { filterLines, isAlarm, lineTime } from '../../../viz/web/src/panels/log.js';
import { problemOf, searchText } from '../../../viz/web/src/panels/study.js';

test('designs: feasible ones by cost, then the others by violation', () => {
  const values = Float64Array.from([1, 2, 3, 4, 5, 6, NaN, NaN]);
  const found = candidatesOf(
    values,
    Float64Array.from([9, 7, 8, NaN]),
    Float64Array.from([0, 0, 0.5, 0]),
    [1, 4, 2],
    0,
  );
  assert.deepEqual(
    found.map((c) => c.index),
    [1, 0, 2],
  );
  assert.deepEqual([...found[0]!.values], [3, 4]);
  assert.deepEqual(
    candidatesOf(values, Float64Array.from([9]), new Float64Array(0), [1, 4, 2], 1),
    [],
  );
});

const lines = [
  { number: 0, time: '2026-11-21T16:40:12Z', level: 'info', topic: 'run', text: 'start' },
  {
    number: 1,
    time: '2026-11-21T16:41:00Z',
    level: 'warning',
    topic: 'search',
    text: 'an <img onerror> design',
  },
  { number: 2, time: 3.25, level: 'error', topic: 'limits', text: 'broken' },
];

test('log lines: alarms, words, times', () => {
  assert.deepEqual(lines.map(isAlarm), [false, true, true]);
  assert.deepEqual(
    filterLines(lines, 'alarms', '').map((l) => l.number),
    [1, 2],
  );
  assert.deepEqual(
    filterLines(lines, 'all', ' IMG ').map((l) => l.number),
    [1],
  );
  assert.deepEqual(
    lines.map((l) => lineTime(l.time)),
    ['16:40:12', '16:41:00', '3.3 s'],
  );
});

test('limits: what was found, or only that it is far below', () => {
  assert.equal(foundText(0.734764, 2.4e-6, 0.9), '0.7348 ± 2e\u22126');
  assert.equal(foundText(1e-12, 1e-13, 0.02), '< 2e\u22128');
  assert.equal(foundText(0.5, 0, 0.6), '0.5');
});

test('what a search does, in a sentence', () => {
  const search = { generations: 60, population: 12, replications: 4, final_replications: 40 };
  assert.equal(
    searchText(search),
    ' A search tries 60 generations of 12 designs with 4 replications each, and judges the best with 40.',
  );
  assert.equal(searchText({ generations: 60 }), '');
});

test('set-points: what is wrong with a value', () => {
  const mills = { name: 'mills', unit: '1', min: 2, max: 6, integer: true };
  assert.equal(problemOf(mills, '3'), '');
  assert.match(problemOf(mills, '99'), /mills: 99 is outside its range, 2 to 6\./);
  assert.match(problemOf(mills, '2.5'), /whole number/);
  for (const text of ['', ' ', 'x', 'NaN', 'Infinity'])
    assert.match(problemOf(mills, text), /a number is needed/);
});

test('cards: states and study as words', () => {
  assert.equal(countStates([{ state: 'down' }]), 'down');
  assert.equal(
    countStates([{ state: 'down' }, { state: 'working' }, { state: 'working' }]),
    '2 working, 1 down',
  );
  assert.equal(
    studyText(['a every 2 h', { power_kW: 3, by_quantity: true }, null]),
    'a every 2 h; power kW 3, by quantity yes; –',
  );
});

test('simulated time on an axis', () => {
  assert.deepEqual([0, 3600, 90, 5400, 86400, 90000].map(timeText), [
    '0 d',
    '01:00',
    '00:01:30',
    '01:30',
    '1 d',
    '1 d 01:00',
  ]);
});

const doc: OpenApi = {
  security: [{ view: [] }],
  paths: {
    '/api/v1/channels/{name}': {
      get: {
        parameters: [
          { name: 'name', in: 'path', required: true },
          { $ref: '#/components/parameters/first', name: '', in: '' },
        ],
      },
    },
    '/api/v1/start': {
      post: {
        security: [{ control: [] }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Start' } } },
        },
      },
    },
    '/api/v1/download/{ticket}': { get: { security: [] } },
  },
  components: {
    parameters: { first: { name: 'first', in: 'query', schema: { type: 'integer', minimum: 0 } } },
    schemas: {
      Start: {
        type: 'object',
        properties: {
          verb: { type: 'string', enum: ['simulate', 'optimize'] },
          loop: { $ref: '#/components/schemas/Start' },
        },
      },
    },
  },
};

test('the page of docs: endpoints, roles, addresses', () => {
  const [channel, start, download] = endpointsOf(doc);
  assert.deepEqual(
    [channel, start, download].map((e) => `${e!.method} ${roleOf(doc, e!)}`),
    ['GET view token', 'POST control token', 'GET no token'],
  );
  assert.equal(
    addressOf(
      channel!,
      new Map([
        ['name', 'a/b c'],
        ['first', '5'],
      ]),
    ),
    'api/v1/channels/a%2Fb%20c?first=5',
  );
  assert.equal(addressOf(channel!, new Map([['name', 'x']])), 'api/v1/channels/x');
  assert.equal(schemaText(doc, channel!.parameters[1]!.schema), 'integer, 0 or more');
  const example = exampleOf(
    doc,
    start!.operation.requestBody!.content!['application/json']!.schema,
  ) as { verb: string };
  assert.equal(example.verb, 'simulate'); // and a schema that holds itself ends
});

test('the curl line survives a shell', () => {
  assert.equal(shellWord("it's"), "'it'\\''s'");
  assert.equal(
    curlOf('GET', 'http://h/api?a=1&b=2', '', true),
    `curl -H "Authorization: Bearer $TAKT_TOKEN" 'http://h/api?a=1&b=2'`,
  );
  assert.equal(
    curlOf('POST', 'http://h/x', '{"a": 1}', false),
    `curl -X POST -H 'Content-Type: application/json' -d '{"a": 1}' http://h/x`,
  );
});
