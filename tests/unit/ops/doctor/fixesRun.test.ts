/**
 * Every fix that the doctor prints for the observations of the unit tests has a case in an end-to-end test that runs it,
 * or a reason why not. Cases with `onRequest` run with TARMAC_E2E_FIXES=all.
 */
import { type CauseCode, causeCodes } from "../../../../ops/doctor/causes/causeCodes.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { fixCases } from "../../../e2e/doctor/fixCases.ts";
import { nodeFixCases } from "../../../e2e/doctor/nodeFixCases.ts";
import { formOf } from "../../../e2e/doctor/fixForm.ts";
import { reachCases } from "../../../e2e/doctor/reachCases.ts";
import { recorded } from "./exampleObservations.ts";
import { observedCases, observedOf } from "./observedCases.ts";
import { reachWordings } from "./reachWordings.ts";
import { seldomWordings } from "./seldomWordings.ts";
import { unmakeable } from "./unmakeable.ts";
import { wordings } from "./wordings.ts";

const scales = "the node of the local environment is one machine, so no pool grows";
const azureOnly = "changes a service of Azure that the local environment does not have";
const granted = "`az` is no part of the local environment; azureCli.test.ts runs this command where it is installed";

/** By "CODE: FORM". */
const notRun: Partial<Record<`${CauseCode}: ${string}`, string>> = {
  "no-nodes: az aks nodepool scale": scales,
  "nodes-cordoned: az aks nodepool scale": scales,
  "insufficient-cpu: az aks nodepool scale": scales,
  "insufficient-cpu: az aks nodepool update": scales,
  "insufficient-memory: az aks nodepool scale": scales,
  "node-selector-mismatch: az aks nodepool scale": scales,
  "too-many-pods: az aks nodepool scale": scales,
  "volume-not-bound: az aks nodepool scale": scales,
  "cronjob-failing: kubectl delete":
    "the controller would have to skip three starts, one a minute; the case of a CronJob with a wrong tag deletes its Job too",
  "volume-other-zone: az aks nodepool scale": scales,
  "memory-pressure: az aks nodepool scale": scales,
  "pod-anti-affinity: az aks nodepool scale": scales,
  "insufficient-resource: az aks nodepool add": scales,
  "sysctl-forbidden: az aks nodepool add": scales,
  "image-too-large: az aks nodepool add": scales,
  "nodes-not-ready: az aks nodepool delete-machines": scales,
  "nodes-not-ready: az aks start": granted,
  "disk-pressure: az aks update": azureOnly,
  "csi-driver-missing: az aks enable-addons": azureOnly,
  "layer-host-unreachable: az acr update": azureOnly,
  "registry-firewall: az acr network-rule add": azureOnly,
  "pull-rate-limited: az acr import": azureOnly,
  "acrpull-ignored-by-abac: az role assignment create": granted,
  "acrpull-on-control-plane: az role assignment create": granted,
  "acrpull-on-client-id: az role assignment create": granted,
  "acrpull-missing: az role assignment create": granted,
  "azure-role-missing: az role assignment create": granted,
  "key-vault-secret-missing: az keyvault secret recover": azureOnly,
  "key-vault-secret-missing: az keyvault secret set": azureOnly,
  "key-vault-secret-missing: az keyvault secret set-attributes": azureOnly,
  "rejected-by-node: kubectl delete": "the machine would have to run out of memory or disk",
  "path-not-writable: change pod: securityContext.fsGroup":
    "volumes of the local environment are directories of the node, whose group Kubernetes does not change",
  "cronjob-failing: change cronjob: spec.timeZone":
    "the API server accepts only time zones that it knows, so only a cluster with other time zone data meets this",
  "cronjob-failing: change cronjob: spec.failedJobsHistoryLimit":
    "keeps the log of the next failure, and fixes nothing itself",
  "cronjob-failing: kubectl create job": "runs the Job to read its log, and fixes nothing itself",
  "route-not-accepted: create ReferenceGrant": "the local environment has no controller of the Gateway API",
  "tls-certificate-unusable: kubectl create secret, kubectl apply": "the doctor cannot fill in the user's certificate",
};

interface Printed {
  code: CauseCode;
  form: string;
}

function printed(): Printed[] {
  const seen = [
    recorded(),
    ...[...wordings, ...seldomWordings, ...reachWordings, ...unmakeable].map((one) => one.seen()),
    ...observedCases.map(observedOf),
  ];
  const forms = new Set(
    seen.flatMap((one) =>
      diagnose(one).findings.flatMap(({ code, mend }) =>
        mend.flatMap(({ command }) => {
          const form = command === undefined ? undefined : formOf(command);
          return form === undefined ? [] : [`${code}: ${form}`];
        }),
      ),
    ),
  );
  return [...forms].map((one) => {
    const [code = "", ...form] = one.split(": ");
    return { code: code as CauseCode, form: form.join(": ") };
  });
}

const run = new Set([
  ...[...fixCases, ...nodeFixCases].flatMap(({ code, forms }) => forms.map((form) => `${code}: ${form}`)),
]);
/** The cases of `doctorReach.test.ts` run every command that is printed. */
const allRun = new Set(
  reachCases.filter(({ mended }) => mended).flatMap(({ expected }) => expected.map(({ code }) => code)),
);

it("each printed fix is run, or has a reason not to", () => {
  const missing = printed()
    .filter(({ code, form }) => !run.has(`${code}: ${form}`) && !allRun.has(code))
    .map(({ code, form }) => `${code}: ${form}` as const)
    .filter((one) => notRun[one] === undefined);
  expect(missing).toEqual([]);
});

it("no reason is obsolete", () => {
  const known = new Set(printed().map(({ code, form }) => `${code}: ${form}`));
  expect(Object.keys(notRun).filter((one) => !known.has(one) || run.has(one))).toEqual([]);
});

it("names of cases are unique, because namespaces are named after them", () => {
  const names = [...fixCases, ...nodeFixCases].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe("the form of a command", () => {
  it.each<[string, string | undefined]>([
    ["kubectl describe pod web-1 --namespace shop", undefined],
    ["kubectl get nodes --show-labels", undefined],
    ["az acr check-health --name contoso", "az acr check-health"],
    ["az identity federated-credential list --identity-name NAME --resource-group GROUP", undefined],
    ["kubectl delete pod web-1 --namespace shop", "kubectl delete"],
    ["kubectl rollout resume deployment/web --namespace shop", "kubectl rollout resume"],
    ["kubectl create secret generic x --namespace shop --from-literal=A=VALUE", "kubectl create secret"],
    ["kubectl set image deployment/web --namespace shop main=a/b:1", "change pod: containers.image"],
    [
      `kubectl patch deployment/web --namespace shop --patch '{"spec":{"template":{"spec":{"containers":[{"name":"main","livenessProbe":{"exec":null,"tcpSocket":{"port":80}}}]}}}}'`,
      "change pod: containers.probe.tcpSocket",
    ],
    [
      `kubectl get pod/web-1 --namespace shop --output json | kubectl patch --local --filename - --patch '{"spec":{"nodeName":null}}' --output json | kubectl replace --force --filename -`,
      "create again",
    ],
    [
      `kubectl get pod/web-1 --namespace shop --output json | kubectl patch --local --filename - --patch '{"spec":{"hostNetwork":null,"nodeName":null}}' --output json | kubectl replace --force --filename -`,
      "change pod: hostNetwork",
    ],
    [`echo '{"kind":"NetworkPolicy"}' | kubectl apply --filename -`, "create NetworkPolicy"],
    ["pulumi config set tarmac:port 80 --stack dev && pulumi up --stack dev", "pulumi config set, pulumi up"],
  ])("%s", (command, form) => expect(formOf(command)).toBe(form));
});

it("each cause that the end-to-end tests fix exists", () => {
  expect(fixCases.filter(({ code }) => !causeCodes.includes(code))).toEqual([]);
});
