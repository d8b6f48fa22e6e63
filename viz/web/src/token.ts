// The token: it comes with the address, leaves it at once, and lives in this tab alone.

const KEY = `takt-token ${location.pathname}`;

export class Token {
  value = '';

  constructor() {
    try {
      this.value = sessionStorage.getItem(KEY) ?? '';
    } catch {
      // A browser that keeps nothing needs the address again.
    }
    this.take();
  }

  keep(value: string): void {
    this.value = value;
    try {
      sessionStorage.setItem(KEY, value);
    } catch {
      // Then it lives as long as the page.
    }
  }

  /** Takes the token of the address ("#token=...") out of it. True: there was one. */
  take(): boolean {
    const found = /^#token=([^&]+)/.exec(location.hash)?.[1];
    if (found === undefined) return false;
    history.replaceState(null, '', location.pathname + location.search);
    this.keep(decodeURIComponent(found));
    return true;
  }
}
