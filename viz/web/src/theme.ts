// Light, dark, or what the system says; remembered in this browser.

const ORDER = ['system', 'light', 'dark'] as const;
type Choice = (typeof ORDER)[number];
const LABELS: Record<Choice, string> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export class Theme {
  private choice: Choice = 'system';
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');

  constructor(private readonly changed: () => void) {
    try {
      const kept = localStorage.getItem('takt-theme') as Choice | null;
      if (kept && ORDER.includes(kept)) this.choice = kept;
    } catch {
      // A browser that keeps nothing shows what the system says.
    }
    this.dark.addEventListener('change', () => this.apply());
    this.apply();
  }

  label(): string {
    return LABELS[this.choice];
  }

  next(): void {
    this.choice = ORDER[(ORDER.indexOf(this.choice) + 1) % ORDER.length]!;
    try {
      localStorage.setItem('takt-theme', this.choice);
    } catch {
      // It holds for this page then.
    }
    this.apply();
  }

  private apply(): void {
    const isDark = this.choice === 'dark' || (this.choice === 'system' && this.dark.matches);
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
    this.changed();
  }
}
