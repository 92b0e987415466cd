import type { Gateway, StatusCondition } from "../../cluster/kubernetesObjects.ts";
import type { Scene } from "../facts/scene.ts";
import { settleMilliseconds } from "../facts/serviceFacts.ts";
import { quoteCondition, unmet } from "../facts/unmetCondition.ts";
import { run } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeOrOnly } from "../nearest.ts";
import { sceneCause } from "./cause.ts";

/** Usual upper limit for Azure's gateways, in milliseconds. A class without a controller is reported at once. */
const usual = 3 * 60_000;
interface Proof {
  gateway: Gateway;
  wanted: string;
  /** Names of existing classes, if the requested one does not exist. */
  classes?: string[];
  condition?: StatusCondition;
  age: number;
}

export const gatewayNotProgrammed = sceneCause({
  code: "gateway-not-programmed",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation: { reach }, now }: Scene): Proof[] =>
    (reach?.gateways ?? []).flatMap((gateway): Proof[] => {
      const { metadata, spec, status } = gateway;
      const age = now - Date.parse(metadata?.creationTimestamp ?? "");
      const wanted = spec?.gatewayClassName ?? "";
      const classes = reach?.gatewayClasses?.map((one) => one.metadata?.name ?? "");
      const proof = { gateway, wanted, age };
      if (classes !== undefined && !classes.includes(wanted))
        return age > settleMilliseconds ? [{ ...proof, classes }] : [];
      // A conflict says why the other conditions are not met.
      const listener = (status?.listeners ?? [])
        .map(
          ({ conditions }) =>
            conditions?.find((one) => one.type === "Conflicted" && one.status === "True") ??
            unmet(conditions, ["ResolvedRefs", "Accepted", "Programmed"]),
        )
        .find((one) => one?.status === "False" || one?.type === "Conflicted");
      const own = unmet(status?.conditions, ["Accepted", "Programmed"]);
      const refused = [own, listener].find(
        (one) => (one?.status === "False" || one?.type === "Conflicted") && one.reason !== "Pending",
      );
      if (refused !== undefined && age > settleMilliseconds) return [{ ...proof, condition: listener ?? refused }];
      const waiting = own ?? (status?.conditions === undefined ? { type: "Programmed", status: "Unknown" } : undefined);
      return waiting !== undefined && age > usual ? [{ ...proof, condition: waiting }] : [];
    }),
  claim: ({ observation: { target, reach } }, { gateway, wanted, classes, condition, age }) => {
    const name = gateway.metadata?.name ?? "";
    const ref = `gateway/${name}`;
    const { namespace } = target;
    const describe = run("Show what its controller says:", `kubectl describe ${ref} --namespace ${namespace}`);
    if (classes !== undefined) {
      const near = closeOrOnly(wanted, classes);
      return {
        title: `The Gateway "${name}" requests the class "${wanted}", which the cluster does not have`,
        affected: [ref],
        evidence: [`GatewayClasses of the cluster: ${classes.join(", ") || "none"}`],
        mend:
          near === undefined
            ? [
                classes.length > 0
                  ? { say: `Name the class that is meant (gatewayClassName): ${classes.join(" or ")}.` }
                  : run(
                      "Install an implementation. On AKS, application routing brings one:",
                      "az aks update --resource-group GROUP --name CLUSTER --enable-gateway-api --enable-app-routing-istio",
                    ),
              ]
            : [mergePatch(`Use the class "${near}":`, ref, namespace, { spec: { gatewayClassName: near } })],
      };
    }
    const { reason = "", message = "" } = condition ?? {};
    const classStatus = reach?.gatewayClasses?.find(({ metadata }) => metadata?.name === wanted)?.status?.conditions;
    const unaccepted = unmet(classStatus, ["Accepted"]);
    const idle = condition?.status !== "False" && condition?.type !== "Conflicted";
    return {
      title: idle
        ? `No controller has set up the Gateway "${name}" in ${Math.round(age / 60_000)} min: the controller of its class "${wanted}" does not answer`
        : `The Gateway "${name}" is not set up: ${reason}${message === "" ? "" : `: ${message.replace(/\s+/g, " ").slice(0, 160)}`}`,
      affected: [ref],
      evidence: [
        ...(condition === undefined ? [] : [quoteCondition(ref, condition)]),
        ...(unaccepted === undefined ? [] : [quoteCondition(`gatewayclass/${wanted}`, unaccepted)]),
      ],
      mend: [
        ...(idle
          ? [run("Does its controller run?", `kubectl describe gatewayclass ${wanted}`)]
          : reason === "InvalidCertificateRef" || reason === "RefNotPermitted"
            ? [
                run(
                  "The Secret of the certificate has to exist in the Gateway's namespace, or a ReferenceGrant has to permit it:",
                  `kubectl get secrets --namespace ${namespace} --field-selector type=kubernetes.io/tls`,
                ),
              ]
            : []),
        describe,
      ],
    };
  },
});
