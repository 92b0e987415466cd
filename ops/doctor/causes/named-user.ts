import { nameOf } from "../facts/podFacts.ts";
import { changedBy, changePod, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const namedUser = podCause({
  code: "named-user",
  stage: "config",
  recovery: "impossible",
  proof: ({ containers }) => {
    for (const container of containers) {
      const said = container.waiting?.reason === "CreateContainerConfigError" ? container.waiting.message : "";
      const user = /non-numeric user \(([^)]*)\)/i.exec(said)?.[1];
      if (user !== undefined) return { container, said, user };
    }
    return undefined;
  },
  claim: (pod, { container, said, user }) => {
    const changed = changedBy(pod);
    return {
      title: `The image runs as user "${user}", and Kubernetes cannot verify from a name that this is not root`,
      container: container.name,
      evidence: [`${nameOf(pod, container)} waits: CreateContainerConfigError: ${said}`],
      mend: [
        rebuild(changed, "Use a numeric user in the Dockerfile: USER 10001:10001."),
        ...(changed.stack === undefined
          ? changePod(changed, "Or set the user in the pod. That user must be able to read the image's files.", {
              securityContext: { runAsUser: 10001 },
            })
          : []),
      ],
    };
  },
});
