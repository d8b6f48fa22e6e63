// The panels of the page, in the order in which they stand there. A new one is one line here.

import type { Panel } from '../panel.js';

export const panels: Panel[] = [
];
