/** Notes what could not be looked at, so that the rest goes on and the reader knows. */
export class Notes {
  readonly notSeen: string[] = [];

  /** The answer; `fallback` and a note when there is none. */
  async attempt<T, U>(what: string, look: Promise<T>, fallback: U): Promise<T | U> {
    try {
      return await look;
    } catch (error) {
      this.add(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  }

  add(note: string): void {
    const line = note.replace(/\s+/g, " ").trim().slice(0, 400);
    if (!this.notSeen.includes(line)) this.notSeen.push(line);
  }
}
