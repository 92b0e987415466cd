import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy, changePod, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const runsAsRoot = podCause({
  code: "runs-as-root",
  stage: "config",
  recovery: "impossible",
  proof: ({ containers }) => {
    const container = containers.find(
      ({ waiting }) =>
        waiting?.reason === "CreateContainerConfigError" &&
        /will run as root|breaks non-root policy/i.test(waiting.message),
    );
    return container === undefined ? undefined : { container, said: container.waiting?.message ?? "" };
  },
  claim: (pod, { container, said }) => {
    const changed = changedBy(pod);
    const own = container.spec.securityContext?.runAsUser === 0;
    const podUser = pod.pod.spec?.securityContext?.runAsUser;
    const evidence = [`${nameOf(pod, container)} waits: CreateContainerConfigError: ${said}`];
    if (own) {
      // The container's own setting overrides the pod's and the image's, so only the container's can be changed.
      const fallsBack = podUser !== undefined && podUser !== 0;
      return {
        title: `The container "${container.name}" sets runAsUser: 0, which runAsNonRoot forbids`,
        container: container.name,
        evidence: [
          ...evidence,
          `the container's securityContext.runAsUser is 0${fallsBack ? `; the pod's is ${podUser}` : ""}`,
        ],
        mend: changeContainer(
          changed,
          container.name,
          fallsBack
            ? `Remove it, so that the pod's runAsUser ${podUser} counts:`
            : "Set another user there. It must be able to read the image's files:",
          { securityContext: { runAsUser: fallsBack ? null : 10001 } },
        ),
      };
    }
    const byPod = podUser === 0;
    return {
      title: byPod
        ? "The pod sets runAsUser: 0, which runAsNonRoot forbids"
        : "The container would run as root, which runAsNonRoot forbids",
      container: container.name,
      evidence: [
        ...evidence,
        ...(byPod
          ? ["the pod's securityContext.runAsUser is 0"]
          : ["neither the pod nor the container sets runAsUser, so the image's USER counts"]),
      ],
      mend: [
        ...(byPod
          ? []
          : [rebuild(changed, "Set a non-root user: USER 10001:10001 as the last USER of the Dockerfile.")]),
        // The stack always sets the user, so no setting can change it.
        ...(changed.stack === undefined
          ? changePod(
              changed,
              `${byPod ? "Set" : "Or set"} the user in the pod. That user must be able to read the image's files.`,
              { securityContext: { runAsUser: 10001 } },
            )
          : []),
      ],
    };
  },
});
