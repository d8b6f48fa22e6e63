// How the connection and the run are doing, in a word or two for the badge. Pure, so that each
// state can be tested.

import { count, duration, number } from './format.js';
import type { ProgressDocument, RunDocument } from './model.js';
import type { Link } from './protocol.js';

export interface Badge {
  kind: 'wait' | 'live' | 'good' | 'warn' | 'bad';
  text: string;
  about: string;
}

export interface Moment {
  link: Link;
  run: RunDocument | undefined;
  hasGap: boolean;
  age: number; // ms since the last message
  period: number; // usual ms between two, NaN: not known
  now: number; // performance.now()
}

const STALE_MS = 3000;

/** Has a running run been silent for longer than twice its usual pause (and 3 s)? */
export function isStale(moment: Moment): boolean {
  const usual = Number.isFinite(moment.period) ? moment.period : 0;
  return (
    moment.run?.state === 'running' &&
    moment.run.kind === 'live' &&
    moment.age > Math.max(STALE_MS, 2 * usual)
  );
}

const RUN_STATES: Partial<Record<string, Badge>> = {
  waiting: {
    kind: 'wait',
    text: 'Waiting',
    about: 'Nothing has run yet, or the first numbers are not there.',
  },
  running: {
    kind: 'live',
    text: 'Running',
    about: 'The run is going on and this page follows it.',
  },
  finished: {
    kind: 'good',
    text: 'Finished',
    about: 'The run came to its end; these are its final numbers.',
  },
  stopped: {
    kind: 'warn',
    text: 'Stopped',
    about: 'The run was stopped before its end and can be taken up again from its checkpoint.',
  },
  failed: { kind: 'bad', text: 'Failed', about: 'The run ended with an error; the log says why.' },
  damaged: {
    kind: 'bad',
    text: 'File damaged',
    about: 'The run file cannot be read completely; what could be read is shown.',
  },
};

const TOKEN: Badge = {
  kind: 'warn',
  text: 'Token needed',
  about: 'takt shows its data only to who has the token of the printed address.',
};
const WAITING: Badge = {
  kind: 'wait',
  text: 'Waiting',
  about: 'Connected; waiting for the first numbers.',
};

/** The line is down. When the run was over, its server has simply ended. */
function lostBadge(link: Link, run: RunDocument | undefined, now: number): Badge {
  const over =
    run && run.state !== 'running' && run.state !== 'waiting' ? RUN_STATES[run.state] : undefined;
  if (over && 'hasEnded' in link && link.hasEnded)
    return { ...over, about: `${over.about} Its server has ended; what stands here stays.` };
  if (link.state !== 'retrying')
    return {
      kind: 'warn',
      text: 'Reconnecting',
      about: 'The connection is being made again; the numbers are the last that came.',
    };
  const left = Math.max(0, Math.ceil((link.at - now) / 1000));
  const why = link.text ? ` (${link.text})` : '';
  return {
    kind: 'warn',
    text: `Reconnecting in ${left} s`,
    about: `takt does not answer${why}; the numbers are the last that came.`,
  };
}

export function badgeOf(moment: Moment): Badge {
  const { link, run } = moment;
  if (link.state === 'token') return TOKEN;
  if (link.state === 'connecting' && !run)
    return { kind: 'wait', text: 'Connecting', about: 'The page is connecting to takt.' };
  if (link.state !== 'open') return lostBadge(link, run, moment.now);
  if (moment.hasGap)
    return {
      kind: 'warn',
      text: 'Gap',
      about: 'Some rows did not arrive; they have been asked for again.',
    };
  if (isStale(moment))
    return {
      kind: 'warn',
      text: `Silent for ${duration(Math.floor(moment.age / 1000))}`,
      about: 'The run says that it goes on, but nothing has come for longer than usual.',
    };
  return (run && RUN_STATES[run.state]) ?? WAITING;
}

/** "3,120 of 3,840 designs · 31 a second · 23 s left". */
export function progressText(progress: ProgressDocument | undefined, isRunning: boolean): string {
  if (!progress || (progress.total <= 0 && progress.done <= 0)) return '';
  const parts = [
    progress.total > 0
      ? `${count(progress.done)} of ${count(progress.total)} ${progress.unit}`
      : `${count(progress.done)} ${progress.unit}`,
  ];
  if (isRunning && progress.rate > 0) parts.push(`${number(progress.rate)} a second`);
  if (isRunning && progress.seconds_left >= 0)
    parts.push(`${duration(progress.seconds_left)} left`);
  return parts.join(' · ');
}
