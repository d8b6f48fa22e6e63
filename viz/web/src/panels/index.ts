// The panels of the page, in the order in which they stand there. A new one is one line here.

import type { Panel } from '../panel.js';
import { panel as answer } from './answer.js';
import { panel as bottleneck } from './bottleneck.js';
import { panel as bridge } from './bridge.js';
import { panel as losses } from './losses.js';
import { panel as next } from './next.js';
import { panel as now } from './now.js';
import { panel as charts } from './charts.js';
import { panel as drying } from './drying.js';
import { panel as floor } from './floor.js';
import { panel as log } from './log.js';
import { panel as runs } from './runs.js';
import { panel as search } from './search.js';
import { panel as spread } from './spread.js';
import { panel as study } from './study.js';

export const panels: Panel[] = [
  answer,
  now,
  bottleneck,
  losses,
  bridge,
  next,
  floor,
  charts,
  spread,
  log,
  search,
  drying,
  study,
  runs,
];
