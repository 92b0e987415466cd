/** Options of a deployment. */
export interface DeployOptions {
  stack: string;
  /** Roll back to the last good images. */
  rollback?: true;
  /** Names of the services to roll back. */
  service?: string[];
  /** Only report which commit a rollback returns to, or which images another stack has proven. */
  find?: true;
  /** Output of the deployment of the stack in `imageFrom`. */
  images?: string;
  /** Newest commit of the stack, which may be replaced by an older or unrelated one. */
  allowOlder?: string;
  /** Refresh the state first. */
  refresh?: true;
  /** Only run the smoke test. */
  smoke?: true;
  /** Take the lock: no other process updates this stack. */
  takeLock?: true;
  /** Only preview and judge. */
  preview?: true;
  /** Resources that may be replaced or deleted. */
  allowReplace?: string[];
  /** Output of a job with `preview`, approved by a person. */
  approved?: string;
  plan?: true;
  /** False: `--no-policy`. */
  policy: boolean;
  /** False: `--no-preflight`. */
  preflight: boolean;
  /** Stack file, relative to the caller's folder. */
  configFile?: string;
  json?: true;
}
