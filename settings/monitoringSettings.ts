/** Monitoring settings: where the cluster's metrics and logs go, and who receives alerts. */
import { alertEmailsProblem, controlPlaneLogsProblem, monitoringDefaults } from "@tarmac/components/monitoring";
import { locationProblem } from "@tarmac/validate/azureRegions";
import {
  actionGroupProblem,
  logWorkspaceProblem,
  managedClusterProblem,
  monitorWorkspaceProblem,
} from "@tarmac/validate/azureResourceId";
import { flag, list, optionalText } from "@tarmac/validate/settingDeclaration";
import { allowing } from "@tarmac/validate/valueCheck";
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { type clusterSettings, ofExistingClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Settings that have no effect without metrics. Alerts need metrics too. */
const ofMetrics = {
  monitorWorkspaceId: optionalText({
    description:
      "Resource id of an existing Azure Monitor workspace for the metrics of managedPrometheus. Default: the stack creates one.",
    problem: monitorWorkspaceProblem,
  }),
  monitorWorkspaceLocation: optionalText({
    description: "Azure region of monitorWorkspaceId. Default: location.",
    problem: locationProblem,
  }),
  alertEmails: list({
    default: monitoringDefaults.alertEmails,
    description: "Who gets an e-mail for each alert about the cluster's metrics. Default: nobody.",
    problem: allowing("e-mail addresses", alertEmailsProblem),
  }),
  alertActionGroupId: optionalText({
    description: "Resource id of an existing action group that gets each alert as well.",
    problem: actionGroupProblem,
  }),
};

const ofLogs = {
  logWorkspaceLocation: optionalText({
    description: "Azure region of logWorkspaceId. Default: location.",
    problem: locationProblem,
  }),
  controlPlaneLogs: list({
    default: [...monitoringDefaults.controlPlaneLogs],
    description: "Logs of the control plane that go to logWorkspaceId as well; see docs/monitoring.md.",
    problem: allowing("logs of the control plane, e.g. `kube-apiserver`", controlPlaneLogsProblem),
  }),
};

export const monitoringSettings = {
  managedPrometheus: flag({
    default: monitoringDefaults.prometheus,
    description: "Collect the cluster's metrics in an Azure Monitor workspace (managed Prometheus), with alerts.",
  }),
  ...ofMetrics,
  logWorkspaceId: optionalText({
    description:
      "Resource id of a Log Analytics workspace for the logs of containers and of the control plane. Default: logs are not stored.",
    problem: logWorkspaceProblem,
  }),
  ...ofLogs,
  monitoredClusterId: optionalText({
    description: "Resource id of the existing AKS cluster to monitor, with kubeContext or kubeconfig.",
    problem: managedClusterProblem,
  }),
};

type Settings = ValuesOf<typeof monitoringSettings & typeof clusterSettings>;
type Finding = FindingOf<Settings>;

const monitors = (s: Settings) => s.managedPrometheus || s.logWorkspaceId !== undefined;

/** Returns the problems of the monitoring settings in combination. */
export function monitoringProblems(s: Settings): Finding[] {
  const withoutMetrics = "applies only to metrics: set managedPrometheus to true, or remove this";
  const withoutLogs = "applies only to logs: set logWorkspaceId, or remove this";
  const existing = onExistingCluster(s);
  return [
    ...(s.managedPrometheus ? [] : unusedFindings(s, ofMetrics, withoutMetrics)),
    ...(s.logWorkspaceId === undefined ? unusedFindings(s, ofLogs, withoutLogs) : []),
    [
      "monitorWorkspaceLocation",
      s.managedPrometheus && s.monitorWorkspaceLocation !== undefined && s.monitorWorkspaceId === undefined
        ? "applies only to an existing workspace: set monitorWorkspaceId, or remove this"
        : undefined,
    ],
    [
      "monitoredClusterId",
      !existing && s.monitoredClusterId !== undefined
        ? ofExistingClusterOnly
        : existing && monitors(s) && s.monitoredClusterId === undefined
          ? "is required to monitor an existing cluster: use what this command prints: az aks show --query id -g GROUP -n CLUSTER"
          : undefined,
    ],
  ];
}

/** Returns the settings as arguments of the component; undefined means no monitoring. */
export const monitoringArgs = (s: Settings) =>
  monitors(s)
    ? {
        prometheus: s.managedPrometheus,
        monitorWorkspaceId: s.monitorWorkspaceId,
        monitorWorkspaceLocation: s.monitorWorkspaceLocation,
        logWorkspaceId: s.logWorkspaceId,
        logWorkspaceLocation: s.logWorkspaceLocation,
        controlPlaneLogs: s.controlPlaneLogs,
        alertEmails: s.alertEmails,
        actionGroupId: s.alertActionGroupId,
      }
    : undefined;

/** Returns the settings of the cluster's add-ons, which run the agents. */
export const monitoringAddOns = ({ logWorkspaceId, managedPrometheus }: Settings) => ({
  logWorkspaceId,
  managedPrometheus,
});
