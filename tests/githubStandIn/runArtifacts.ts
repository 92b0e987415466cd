/** The artifacts of workflow runs. A name can be used once per run, across all attempts, unless the upload overwrites it. */

/** Files by their path in the artifact. */
export type Artifact = Record<string, Buffer>;

export class RunArtifacts {
  readonly #runs = new Map<string, Map<string, Artifact>>();

  /** @returns false when the run has an artifact of this name */
  upload(run: string, name: string, artifact: Artifact, overwrite: boolean): boolean {
    const artifacts = this.#runs.get(run) ?? new Map<string, Artifact>();
    if (artifacts.has(name) && !overwrite) return false;
    artifacts.set(name, artifact);
    this.#runs.set(run, artifacts);
    return true;
  }

  names(run: string): string[] {
    return [...(this.#runs.get(run)?.keys() ?? [])];
  }

  download(run: string, name: string): Artifact | undefined {
    return this.#runs.get(run)?.get(name);
  }
}
