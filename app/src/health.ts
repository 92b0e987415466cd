/**
 * Whether this process should get traffic; `/ready` reports it.
 *
 * Liveness (`/healthz`) deliberately has no state: a process that can answer at all is alive, and the kubelet must not
 * restart one that is starting or draining.
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

  /** Marks the service as ready for traffic. Ignored during a drain, which is never undone. */
  started(): void {
    if (!this.isDraining) this.#readiness = { status: "ready" };
  }

  /** Marks the service as draining: no new traffic. `/ready` reports the reason. */
  startDraining(reason: string): void {
    this.#readiness = { status: "draining", reason };
  }
}
