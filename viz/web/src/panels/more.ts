// The panels below the first screen: a chunk of their own, loaded when the first screen is there.
// A new one is one line here.

import type { Panel } from '../panel.js';
import { panel as charts } from './charts.js';
import { panel as drying } from './drying.js';
import { panel as floor } from './floor.js';
import { panel as log } from './log.js';
import { panel as report } from './report.js';
import { panel as runs } from './runs.js';
import { panel as search } from './search.js';
import { panel as spread } from './spread.js';
import { panel as study } from './study.js';

export const panels: Panel[] = [report, floor, charts, spread, log, search, drying, study, runs];
