/** The pod must not run as root, but the image would. */
import type { Diagnosis } from "../finding.ts";
import { rebuild, setting, inNamespace } from "../remedy.ts";
import { findEvent, nameOf, type PodView } from "../podView.ts";

export function user(view: PodView): Diagnosis | undefined {
  const container = view.containers.find(
    ({ status }) => status?.state?.waiting?.reason === "CreateContainerConfigError",
  );
  const said =
    container?.status?.state?.waiting?.message ?? findEvent(view, ["Failed"], /runAsNonRoot|non-root/)?.message;
  if (container === undefined || said === undefined) return undefined;
  const evidence = [`${nameOf(view, container)} waits: CreateContainerConfigError: ${said}`];
  const numeric = setting(
    view,
    "Or set the user in the pod. That user must be able to read the image's files.",
    "userId",
    "10001",
    `kubectl patch ${view.owner} ${inNamespace(view)} --patch '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":10001}}}}}'`,
  );
  // The stack always sets the user, so there is no setting to change.
  const steps = view.observation.target.stack === undefined ? [numeric] : [];
  const named = /non-numeric user \(([^)]*)\)/i.exec(said);
  if (named !== null) {
    return {
      code: "named-user",
      title: `The image runs as user "${named[1]}", and Kubernetes cannot verify from a name that this is not root`,
      container: container.name,
      evidence,
      mend: [rebuild(view, "Use a numeric user in the Dockerfile: USER 10001:10001."), ...steps],
    };
  }
  if (!/will run as root|breaks non-root policy/i.test(said)) return undefined;
  return {
    code: "runs-as-root",
    title: "The container would run as root, which runAsNonRoot forbids",
    container: container.name,
    evidence,
    mend: [rebuild(view, "Set a non-root user: USER 10001:10001 as the last USER of the Dockerfile."), ...steps],
  };
}
