import { refusedBy } from "../facts/refusedOwner.ts";
import { changedOwner, configure, quoted, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const quotaExceeded = ownerCause({
  code: "quota-exceeded",
  stage: "cluster",
  recovery: "possible",
  proof: (owner) => refusedBy(owner, "quota-exceeded"),
  claim: (owner, { name = "", detail = "", evidence, ref }) => {
    const tail = `--namespace ${owner.namespace}`;
    const { stack } = changedOwner(owner);
    const quota = owner.observation.rules?.quotas?.find(({ metadata }) => metadata?.name === name);
    const used = Object.entries(quota?.status?.hard ?? {}).map(
      ([key, hard]) => `${key} ${quota?.status?.used?.[key] ?? "?"} of ${hard}`,
    );
    const surge = owner.kind === "Deployment" && owner.has >= owner.wants && owner.wants > 0;
    const patch = { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } } };
    const fits = Math.max(0, owner.has);
    return {
      title: `The quota "${name}" of namespace "${owner.namespace}" leaves no room for ${surge ? "the rollout's extra pod" : `another pod of ${owner.ref}`}`,
      affected: [ref],
      evidence: [
        ...evidence,
        ...(detail === "" ? [] : [detail]),
        ...(used.length === 0 ? [] : [`resourcequota/${name}: ${used.join(", ")}`]),
      ],
      mend: [
        ...(stack !== undefined
          ? [run("Run fewer replicas, or ask for a higher quota:", configure(stack, { key: "replicas", value: "2" }))]
          : surge
            ? [
                run(
                  "Let the rollout stop an old pod before it starts a new one:",
                  `kubectl patch ${owner.ref} ${tail} --patch ${quoted(JSON.stringify(patch))}`,
                ),
              ]
            : owner.kind === "Deployment" && fits < owner.wants
              ? [
                  run(
                    "Run as many pods as the quota allows, and let rollouts stop an old pod before they start a new one, which would not fit either:",
                    `kubectl patch ${owner.ref} ${tail} --patch ${quoted(JSON.stringify({ spec: { replicas: fits, ...patch.spec } }))}`,
                  ),
                ]
              : ["ReplicaSet", "StatefulSet"].includes(owner.kind) && fits < owner.wants
                ? [
                    run(
                      "Run as many pods as the quota allows:",
                      `kubectl scale ${owner.ref} ${tail} --replicas ${fits}`,
                    ),
                  ]
                : []),
        run(
          "Show the quota and its usage. Whoever set it can raise it:",
          `kubectl describe resourcequota ${name} ${tail}`,
        ),
      ],
    };
  },
});
