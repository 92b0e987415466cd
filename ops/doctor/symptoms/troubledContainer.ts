import { type ContainerView, lastEnd } from "../podView.ts";

/** Did the container fail, or does it run without being ready? Only then its log is searched for causes. */
export function isTroubled(container: ContainerView): boolean {
  const { status, init } = container;
  const end = lastEnd(container);
  if (end !== undefined && end.exitCode !== 0) return true;
  return !init && status?.state?.running !== undefined && !status.ready;
}
