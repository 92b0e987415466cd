import { mountFailures } from "../facts/mountFailure.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const csiDriverMissing = podCause({
  code: "csi-driver-missing",
  stage: "config",
  recovery: "possible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const failure = mountFailures(pod.events).find(({ kind }) => kind !== "timeout");
    return failure?.kind === "driver-missing" ? { ...failure, driver: failure.driver ?? "" } : undefined;
  },
  claim: (pod, { driver, volume, event }) => {
    const { group, cluster } = aksOptions(pod);
    const { drivers } = pod.observation.storage ?? {};
    const installed = drivers?.includes(driver);
    return {
      title: `The volume "${volume}" needs the CSI driver "${driver}", which ${installed === true ? `does not run on node "${pod.pod.spec?.nodeName}"` : "is not installed"}`,
      evidence: [
        quoteEvent(event),
        ...(drivers === undefined ? [] : [`installed CSI drivers: ${drivers.join(", ") || "none"}`]),
      ],
      mend: [
        ...(driver === "secrets-store.csi.k8s.io"
          ? [
              run(
                "Install the Key Vault add-on, which brings it:",
                `az aks enable-addons --addons azure-keyvault-secrets-provider --resource-group ${group} --name ${cluster}`,
              ),
            ]
          : driver === "blob.csi.azure.com"
            ? [run("Turn it on:", `az aks update --enable-blob-driver --resource-group ${group} --name ${cluster}`)]
            : driver === "disk.csi.azure.com"
              ? [run("Turn it on:", `az aks update --enable-disk-driver --resource-group ${group} --name ${cluster}`)]
              : driver === "file.csi.azure.com"
                ? [run("Turn it on:", `az aks update --enable-file-driver --resource-group ${group} --name ${cluster}`)]
                : [{ say: `Install the driver ${driver}, or use a volume of another kind.` }]),
        run(
          "See whether it runs on each node:",
          "kubectl get csinodes --output custom-columns='NODE:.metadata.name,DRIVERS:.spec.drivers[*].name'",
        ),
      ],
    };
  },
});
