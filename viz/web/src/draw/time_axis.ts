// An axis of simulated time in seconds: distances between marks, and their texts.
export const TIME_STEPS = [
  1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000,
  1728000, 4320000, 8640000, 31536000,
];

export function timeText(seconds: number): string {
  const day = Math.floor(seconds / 86400 + 1e-9),
    rest = Math.round(seconds - day * 86400);
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  if (rest === 0) return `${day} d`;
  const time = `${two(rest / 3600)}:${two((rest / 60) % 60)}${rest % 60 ? ':' + two(rest % 60) : ''}`;
  return day > 0 ? `${day} d ${time}` : time;
}
