import { type ContainerView, lastEnd } from "../subject.ts";

/** Did the container end badly, or run without being ready? Only then its log is searched for reasons. */
export function isTroubled(container: ContainerView): boolean {
  const { status, init } = container;
  const end = lastEnd(container);
  if (end !== undefined && end.exitCode !== 0) return true;
  return !init && status?.state?.running !== undefined && !status.ready;
}
