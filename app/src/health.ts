/**
 * Whether this process should get traffic: what `/ready` answers.
 *
 * Liveness (`/healthz`) has no state here on purpose: a process that can answer at all is alive, and one that is
 * starting or draining must not be restarted for it.
 */
export type Readiness =
  | { readonly status: "starting"; readonly reason: string }
  | { readonly status: "ready" }
  | { readonly status: "draining"; readonly reason: string };

export class Health {
  #readiness: Readiness = { status: "starting", reason: "The service has not finished starting." };

  get readiness(): Readiness {
    return this.#readiness;
  }

  get isDraining(): boolean {
    return this.#readiness.status === "draining";
  }

  /** The service can take traffic from now on; without effect once it drains, because a drain is never taken back. */
  started(): void {
    if (!this.isDraining) this.#readiness = { status: "ready" };
  }

  /** The service takes no new traffic any more. The reason is told to whoever asks `/ready`. */
  startDraining(reason: string): void {
    this.#readiness = { status: "draining", reason };
  }
}
