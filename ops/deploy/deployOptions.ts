/** What the caller of a deployment asks for. */
export interface DeployOptions {
  stack: string;
  /** Return to the last good images. */
  rollback?: true;
  /** Names of the services that return. */
  service?: string[];
  /** Only say which commit a rollback returns to, or which images another stack has proved. */
  find?: true;
  /** What the deployment of the stack in `imageFrom` handed on. */
  images?: string;
  /** Newest commit of the stack, which may be left for an older or unrelated one. */
  allowOlder?: string;
  /** Read the real resources first. */
  refresh?: true;
  /** Only run the smoke test. */
  smoke?: true;
  /** Nobody else is updating this stack. */
  takeLock?: true;
  /** Only preview and judge. */
  preview?: true;
  /** Resources that may be replaced or deleted. */
  allowReplace?: string[];
  /** What a job with `preview` handed on, and somebody approved. */
  approved?: string;
  plan?: true;
  /** False: `--no-policy`. */
  policy: boolean;
  /** False: `--no-preflight`. */
  preflight: boolean;
  /** Stack file, from the caller's folder. */
  configFile?: string;
  json?: true;
}
