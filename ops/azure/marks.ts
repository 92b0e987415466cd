/** The tags by which the commands recognize what the program created in Azure for a stack. */

/** The tags that identify a stack's resources, besides `managed-by`. */
export interface Marks {
  app: string;
  stack: string;
  /** Mark of the state backend: see backendMark. Resources without a mark are older than the mark, and also match. */
  backend: string;
}

/** Tag of every Azure resource of a sandbox. */
export const backendTag = "tarmac-backend";

/** Checks the tags again, whatever Azure's filter returned: other people's resources must never match. */
export const isOf = (
  tags: Readonly<Record<string, string>>,
  { app, stack, backend }: Pick<Marks, "app"> & Partial<Marks>,
): boolean =>
  tags["managed-by"] === "tarmac" &&
  tags.app === app &&
  (stack === undefined || tags.stack === stack) &&
  (backend === undefined || (tags[backendTag] ?? backend) === backend);
