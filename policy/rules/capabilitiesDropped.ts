import { eachLinuxContainer } from "../kubernetes/podSpecs.ts";
import { judge, type Outcome } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { items, shown, step } from "../propertyValues.ts";

/** The only capability that the `restricted` Pod Security standard allows to add: listening below port 1024. */
const allowed = "NET_BIND_SERVICE";

export const capabilitiesDropped: PodRule = {
  on: "pods",
  id: "capabilities-dropped",
  title: "Containers drop all Linux capabilities",
  reason:
    "the default capabilities let a process forge packets, change file owners, and create device files, which no service needs",
  fix: `set securityContext.capabilities.drop: ["ALL"] for each container, and add at most ${allowed}`,
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  azurePolicy: "Kubernetes cluster containers should only use allowed capabilities",
  severity: "high",
  level: "mandatory",
  check: (pod) =>
    eachLinuxContainer(pod, ({ spot, called }): Outcome[] => {
      const capabilities = step(spot, "securityContext", "capabilities");
      const drop = step(capabilities, "drop");
      const dropped = items(drop).map((one) =>
        judge(
          one,
          (name) => name === "ALL",
          () => "",
        ),
      );
      const all = dropped.some((outcomes) => outcomes.length === 0);
      const undecided = dropped.flat().filter((outcome) => "undecided" in outcome);
      return [
        ...(all
          ? []
          : undecided.length > 0
            ? undecided
            : judge(
                drop,
                () => false,
                (value) => `${called}: capabilities.drop is ${shown(value)} and not ["ALL"]`,
              )),
        ...items(step(capabilities, "add")).flatMap((one) =>
          judge(
            one,
            (name) => name === allowed,
            (name) => `${called} adds the capability ${shown(name)}`,
          ),
        ),
      ];
    }),
};
