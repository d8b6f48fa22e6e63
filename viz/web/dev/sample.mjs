// A sample run for looking at the page without takt: a finished or half-done search of a plant like
// examples/battery_line.yaml. The numbers are made up to look like one.

import { readFileSync } from 'node:fs';

const root = new URL('../../../', import.meta.url);

/** The channel table, read from the header that defines it. */
export function channelTable() {
  const header = readFileSync(new URL('core/channels.h', root), 'utf8');
  const names = Object.fromEntries(
    [...header.matchAll(/X\((\w+), "(\w+)",\s*"/g)].map((m) => [m[1], m[2]]),
  );
  const rows = header.matchAll(
    /X\(\w+, "(\w+)", (DOUBLE|INTEGER|TEXT), TAKT_DIMS\((.*?)\), "([^"]*)", (\w+), "(.*?)"\)/g,
  );
  return [...rows].map(([, name, type, dimensions, unit, kind, doc], id) => ({
    id,
    name,
    type: type.toLowerCase(),
    dimensions: [...dimensions.matchAll(/TAKT_DIM\((\w+)\)/g)].map((m) => names[m[1]]),
    unit,
    kind: kind.toLowerCase(),
    doc,
  }));
}

let state = 7;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 4294967296;
}
const noise = () => random() + random() + random() - 1.5;

const stations = [
  'mixer',
  'coater_a',
  'calender_a',
  'slitter_a',
  'coater_c',
  'calender_c',
  'slitter_c',
  'assembly',
  'soak',
  'formation',
];
const states = ['working', 'starved', 'blocked', 'down', 'stopped', 'off_shift', 'unstaffed', 'setup'];
const times = [
  8.59939e6, 0, 489907, 924079, 354628, 2.15063e6, 0, 115108, 269187, 57076, 1.13029e6, 404478,
  987391, 13116, 56723, 1.12989e6, 233385, 1.17761e6, 38961, 12150, 2.0168e6, 258561, 3057, 263243,
  50340, 1.14218e6, 1.33218e6, 47617, 15967, 54052, 1.14219e6, 1.30452e6, 93059, 39724, 12510,
  1.52363e6, 762660, 213735, 91977, 0, 2.19775e8, 2.37174e7, 5.33913e6, 0, 0, 9.70347e7, 6.57276e6,
  0, 72579, 0,
];
const share = [
  0.17621, 0.484852, 0, 0, 0.00716748, 0.000156789, 0, 0.00163224, 0.0868424, 0.243139,
];
const kpis = [
  // name, unit, baseline, best, noise of a replication
  ['cost_per_good_kWh', 'EUR/kWh', 79.5069, 75.083, 0.2],
  ['good_kWh_per_h', 'kWh/h', 655.515, 779.569, 6],
  ['energy_per_good_kWh', 'kWh/kWh', 24.2245, 21.9318, 0.1],
  ['scrap_agglomerates', '1', 0.0854726, 0.0193433, 1e-5],
  ['scrap_coating_window', '1', 0.00825265, 0.00975623, 1e-5],
  ['scrap_loading', '1', 0.0160816, 0.0203153, 1e-4],
  ['scrap_adhesion', '1', 0.00502043, 0.000263303, 1e-5],
  ['scrap_stops', '1', 0.0041197, 0.00381038, 1e-4],
  ['scrap_thickness', '1', 0.00153196, 0.00128921, 1e-4],
  ['scrap_plating', '1', 0.000173024, 0.000410838, 1e-6],
  ['scrap_at_mixer', '1', 0, 0, 0],
  ['yield', '1', 0.878903, 0.944625, 3e-4],
  ['items_in_plant', 'items', 189.472, 165.172, 5],
  ['flow_time', 'h', 67.8581, 53.1583, 2.4],
  ['turned_away', '1', 0, 0, 0],
  ['cost_material', 'EUR/kWh', 62.3019, 59.624, 0],
  ['cost_stops', 'EUR/kWh', 0.4127, 0.3641, 0],
  ['cost_energy', 'EUR/kWh', 1.6957, 1.5352, 0],
  ['cost_fixed', 'EUR/kWh', 14.2747, 12.0031, 0],
  ['cost_upkeep', 'EUR/kWh', 0.1831, 0.0962, 0],
  ['cost_stock', 'EUR/kWh', 0.6388, 1.4604, 0],
];
const points = [
  // name, unit, min, max, baseline, best, verdict, integer
  ['anode_web_speed', 'm/min', 35, 80, 50, 52.59, 'held by residual_solvent_anode'],
  ['cathode_web_speed', 'm/min', 35, 80, 50, 56.66, 'interior'],
  ['anode_air_late', 'degC', 50, 160, 80, 96.7, 'held by residual_solvent_anode'],
  ['cathode_air_late', 'degC', 50, 160, 130, 126.1, 'held by residual_solvent_cathode'],
  ['anode_gap', 'um', 120, 260, 192, 159.3, 'interior'],
  ['mixing_energy', 'Wh/kg', 5, 60, 20, 26.4, 'interior'],
  ['anode_solids', '1', 0.45, 0.62, 0.53, 0.5926, 'interior'],
  ['soak_time', 'h', 6, 36, 30, 23.1, 'held by adhesion_anode'],
  ['formation_rate', '1/h', 0.1, 0.5, 0.2, 0.195, 'interior'],
  ['coated_places', 'rolls', 2, 30, 8, 16, 'open', true],
  ['calendered_places', 'rolls', 2, 30, 8, 5, 'open', true],
];
const n = 40;

function kpiValues(which) {
  return Array.from({ length: n }, () => noise()).flatMap((luck) =>
    kpis.map(([, , base, best, sd]) => (which === 0 ? base : best) + sd * (luck + 0.3 * noise())),
  );
}

/** name -> {sizes, values}; `done` (0 to 1): how far the search is. */
export function sampleValues(done = 1, { isProven = true } = {}) {
  const out = {};
  const put = (name, sizes, values) => (out[name] = { sizes, values });
  const K = kpis.length;
  const S = stations.length;
  put(
    'kpi_name',
    [K],
    kpis.map((k) => k[0]),
  );
  put(
    'kpi_unit',
    [K],
    kpis.map((k) => k[1]),
  );
  for (const [index, name] of ['baseline', 'best'].entries()) {
    if (name === 'best' && done < 1) break;
    const values = kpiValues(index);
    const mean = kpis.map((k) => k[2 + index]);
    const half = kpis.map((k) => (2.02 * k[4] * 0.52) / Math.sqrt(n));
    put(`${name}_kpi_mean`, [K], mean);
    put(
      `${name}_kpi_lo`,
      [K],
      mean.map((m, i) => m - half[i]),
    );
    put(
      `${name}_kpi_hi`,
      [K],
      mean.map((m, i) => m + half[i]),
    );
    put(`${name}_kpi_value`, [n, K], values);
  }
  put('station_name', [S], stations);
  put('state_name', [states.length], states);
  for (const prefix of done < 1 ? ['baseline_'] : ['', 'baseline_']) {
    put(`${prefix}station_state_time`, [S, states.length], times);
    const shares =
      prefix === '' ? share : share.map((s, i) => (i === 1 ? 0.31 : i === 4 ? 0.42 : s * 0.5));
    put(`${prefix}bottleneck_share`, [S], shares);
    put(
      `${prefix}bottleneck_share_lo`,
      [S],
      shares.map((s) => Math.max(0, s - 0.03 * Math.sqrt(s))),
    );
    put(
      `${prefix}bottleneck_share_hi`,
      [S],
      shares.map((s) => s + 0.03 * Math.sqrt(s)),
    );
  }
  const G = Math.max(2, Math.round(160 * done));
  const best = Array.from(
    { length: G },
    (_, g) => 75.08 + 4.4 * Math.exp(-g / 22) + 0.3 * Math.exp(-g / 70),
  );
  put('best_cost', [G], best);
  put(
    'best_cost_lo',
    [G],
    best.map((b) => b - 0.17),
  );
  put(
    'best_cost_hi',
    [G],
    best.map((b) => b + 0.17),
  );
  if (done < 1) return out;
  const P = points.length;
  const at = (i) => points.map((p) => p[i]);
  put('set_point_name', [P], at(0));
  put('set_point_unit', [P], at(1));
  put('set_point_min', [P], at(2));
  put('set_point_max', [P], at(3));
  put('set_point_baseline', [P], at(4));
  put('set_point_best', [P], at(5));
  put('set_point_verdict', [P], at(6));
  const step = (i, sign) => {
    const [, , min, max, , value, , integer] = points[i];
    const to = Math.min(max, Math.max(min, value + sign * (max - min) * 0.1));
    return integer ? Math.round(to) : to;
  };
  for (const [name, sign] of [
    ['minus', -1],
    ['plus', 1],
  ]) {
    put(
      `set_point_${name}`,
      [P],
      points.map((_, i) => step(i, sign)),
    );
    const middle = points.map((_, i) =>
      isProven && sign > 0 && i === 9
        ? -0.31
        : isProven && sign > 0 && i === 1
          ? -0.12
          : 0.2 + 0.1 * i,
    );
    put(
      `set_point_${name}_lo`,
      [P],
      middle.map((m) => m - 0.07),
    );
    put(
      `set_point_${name}_hi`,
      [P],
      middle.map((m) => m + 0.07),
    );
    put(
      `set_point_cost_${name}`,
      [P],
      middle.map((m) => 75.083 + m),
    );
    put(
      `set_point_${name}_feasible`,
      [P],
      points.map((p, i) => (i < 4 && sign < 0 ? 0 : 1)),
    );
  }
  return out;
}

export function sampleDocuments(done = 1) {
  const isRunning = done < 1;
  return {
    run: {
      kind: 'live',
      name: 'battery_line-1',
      folder: 'runs/battery_line-1',
      verb: 'optimize',
      study: 'battery_line',
      seed: 1,
      ranks: 2,
      version: '0.1.0',
      state: isRunning ? 'running' : 'finished',
      started: '2026-11-21T16:06:55Z',
      seconds: isRunning ? 51 : 123.4,
      text: isRunning
        ? ''
        : 'cost_per_good_kWh from 79.507 to 75.083 EUR/kWh: -5.56 % [-5.68, -5.45]',
    },
    progress: {
      phase: isRunning ? 'search' : 'finished',
      unit: 'designs',
      done: Math.round(3840 * done),
      total: 3840,
      rate: isRunning ? 31.4 : 0,
      seconds_left: isRunning ? (3840 * (1 - done)) / 31.4 : 0,
      best: 75.08,
      best_name: 'cost_per_good_kWh',
      best_unit: 'EUR/kWh',
      updated: '2026-11-21T16:08:58Z',
    },
    study: {
      name: 'battery_line',
      text: 'study: battery_line\n',
      replications: 40,
      warm_up_s: 864000,
      measured_s: 2592000,
      unit: 'kWh',
      currency: 'EUR',
      process: 'battery',
      tier: 'batch',
      optimize: { population: 24, generations: 160 },
      set_points: points.map(([name, unit, min, max, value, , , integer]) => ({
        name,
        unit,
        value,
        min,
        max,
        integer: integer === true,
        targets: [],
      })),
    },
  };
}
