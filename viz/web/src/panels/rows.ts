// Rows of a channel: from the page where it has them, from takt where it was sent an envelope of a
// channel too long to be sent whole.

import type { Model } from '../model.js';
import type { Host } from '../panel.js';

const NONE = new Float64Array(0);

export async function rowsOf(
  model: Model,
  host: Host,
  name: string,
  first: number,
  n: number,
): Promise<Float64Array> {
  const channel = model.channel(name);
  if (!channel) return NONE;
  const width = channel.sizes.slice(1).reduce((a, b) => a * b, 1);
  if (!channel.envelope) return channel.numbers.subarray(first * width, (first + n) * width);
  const { values } = await host.api<{ values: (number | null)[] }>(
    'GET',
    `api/v1/channels/${name}?format=json&first=${first}&count=${n}`,
  );
  return Float64Array.from(values, (v) => v ?? NaN);
}
