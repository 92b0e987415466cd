/** Collects failed reads, so that the diagnosis continues without them and the report names them. */
export class Notes {
  readonly notSeen: string[] = [];
  /** The subset that the verdict depends on. */
  readonly blind: string[] = [];

  /** Like `attempt`, for data that the verdict depends on. */
  async need<T, U>(what: string, look: Promise<T>, fallback: U): Promise<T | U> {
    // Other reads run at the same time, so only this read's failure counts.
    return this.attempt(
      what,
      look.catch((error: unknown) => {
        this.blind.push(what);
        throw error;
      }),
      fallback,
    );
  }

  /** @returns the answer, or `fallback` after noting the failure */
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
