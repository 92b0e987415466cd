/** Collects what could not be read, so that the diagnosis continues without it and the report names it. */
export class Notes {
  readonly notSeen: string[] = [];
  /** Of these, what a judgment cannot do without. */
  readonly blind: string[] = [];

  /** Like `attempt`, for what a judgment cannot do without. */
  async need<T, U>(what: string, look: Promise<T>, fallback: U): Promise<T | U> {
    // Other looks go on at the same time, so only this one's own failure counts.
    return this.attempt(
      what,
      look.catch((error: unknown) => {
        this.blind.push(what);
        throw error;
      }),
      fallback,
    );
  }

  /** @returns the answer; `fallback` if there is none, which is then noted */
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
