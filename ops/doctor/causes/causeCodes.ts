/**
 * Every cause the doctor can name, in the order of fixing: an earlier cause hides later ones. The codes are stable:
 * programs read them. Each code is the name of a file in this folder and has a page in docs/causes/.
 */
import { acrpullIgnoredByAbac } from "./acrpull-ignored-by-abac.ts";
import { acrpullMissing } from "./acrpull-missing.ts";
import { acrpullNotPropagated } from "./acrpull-not-propagated.ts";
import { acrpullOnClientId } from "./acrpull-on-client-id.ts";
import { acrpullOnControlPlane } from "./acrpull-on-control-plane.ts";
import { addressInUse } from "./address-in-use.ts";
import { admissionRefused } from "./admission-refused.ts";
import { applicationError } from "./application-error.ts";
import { autoscalerWithoutMetrics } from "./autoscaler-without-metrics.ts";
import { azureRoleMissing } from "./azure-role-missing.ts";
import { boundToLoopback } from "./bound-to-loopback.ts";
import { certificateNotIssued } from "./certificate-not-issued.ts";
import { claimMissing } from "./claim-missing.ts";
import { commandNotFound } from "./command-not-found.ts";
import { commandNotSplit } from "./command-not-split.ts";
import { configmapKeyMissing } from "./configmap-key-missing.ts";
import { configmapMissing } from "./configmap-missing.ts";
import { containerNotCreated } from "./container-not-created.ts";
import { cpuThrottled } from "./cpu-throttled.ts";
import { cronjobFailing } from "./cronjob-failing.ts";
import { csiDriverMissing } from "./csi-driver-missing.ts";
import { daemonsetWithoutNodes } from "./daemonset-without-nodes.ts";
import { dependencyUnreachable } from "./dependency-unreachable.ts";
import { digestNotFound } from "./digest-not-found.ts";
import { diskPressure } from "./disk-pressure.ts";
import { disruptionBudgetBlocksDrain } from "./disruption-budget-blocks-drain.ts";
import { entrypointNotFound } from "./entrypoint-not-found.ts";
import { entrypointPermissionDenied } from "./entrypoint-permission-denied.ts";
import { environmentVariableInvalid } from "./environment-variable-invalid.ts";
import { environmentVariableMissing } from "./environment-variable-missing.ts";
import { execFormat } from "./exec-format.ts";
import { exitsByItself } from "./exits-by-itself.ts";
import { finalizerHoldsObject } from "./finalizer-holds-object.ts";
import { finalizerHoldsPod } from "./finalizer-holds-pod.ts";
import { gatewayNotProgrammed } from "./gateway-not-programmed.ts";
import { heapExhausted } from "./heap-exhausted.ts";
import { hostNotFound } from "./host-not-found.ts";
import { hostPortTaken } from "./host-port-taken.ts";
import { initContainerWaits } from "./init-container-waits.ts";
import { hostnameElsewhere } from "./hostname-elsewhere.ts";
import { imageNameInvalid } from "./image-name-invalid.ts";
import { imageNeverPulled } from "./image-never-pulled.ts";
import { imageTooLarge } from "./image-too-large.ts";
import { imageUnsupported } from "./image-unsupported.ts";
import { imageWithoutHost } from "./image-without-host.ts";
import { imageWithoutTag } from "./image-without-tag.ts";
import { ingressClassMissing } from "./ingress-class-missing.ts";
import { insufficientCpu } from "./insufficient-cpu.ts";
import { insufficientMemory } from "./insufficient-memory.ts";
import { insufficientResource } from "./insufficient-resource.ts";
import { jobFailed } from "./job-failed.ts";
import { jobKeptByContainer } from "./job-kept-by-container.ts";
import { keyVaultSecretMissing } from "./key-vault-secret-missing.ts";
import { keyVaultUnreachable } from "./key-vault-unreachable.ts";
import { layerHostUnreachable } from "./layer-host-unreachable.ts";
import { limitRangeExceeded } from "./limit-range-exceeded.ts";
import { livenessCheckFails } from "./liveness-check-fails.ts";
import { livenessKillsBusyProcess } from "./liveness-kills-busy-process.ts";
import { livenessKillsSlowStart } from "./liveness-kills-slow-start.ts";
import { loadBalancerPending } from "./load-balancer-pending.ts";
import { memoryPressure } from "./memory-pressure.ts";
import { moduleNotFound } from "./module-not-found.ts";
import { mountOverFile } from "./mount-over-file.ts";
import { namedUser } from "./named-user.ts";
import { namespaceTerminating } from "./namespace-terminating.ts";
import { nativeAddonUnusable } from "./native-addon-unusable.ts";
import { networkPolicyBlocksConnection } from "./network-policy-blocks-connection.ts";
import { networkPolicyClosesPort } from "./network-policy-closes-port.ts";
import { noNodes } from "./no-nodes.ts";
import { nodeQuotaExceeded } from "./node-quota-exceeded.ts";
import { nodeSelectorMismatch } from "./node-selector-mismatch.ts";
import { nodeMissing } from "./node-missing.ts";
import { nodesCordoned } from "./nodes-cordoned.ts";
import { nodesNotReady } from "./nodes-not-ready.ts";
import { notDiagnosed } from "./not-diagnosed.ts";
import { notReadyByItself } from "./not-ready-by-itself.ts";
import { nothingListens } from "./nothing-listens.ts";
import { oomKilled } from "./oom-killed.ts";
import { pathNotWritable } from "./path-not-writable.ts";
import { podAffinity } from "./pod-affinity.ts";
import { podAntiAffinity } from "./pod-anti-affinity.ts";
import { podSecurityRefused } from "./pod-security-refused.ts";
import { policyDenied } from "./policy-denied.ts";
import { postStartHookFailed } from "./post-start-hook-failed.ts";
import { preStopHookTooLong } from "./pre-stop-hook-too-long.ts";
import { priorityClassMissing } from "./priority-class-missing.ts";
import { privilegedPort } from "./privileged-port.ts";
import { probeHostRefused } from "./probe-host-refused.ts";
import { probeRedirected } from "./probe-redirected.ts";
import { probeSchemeMismatch } from "./probe-scheme-mismatch.ts";
import { probeTimeout } from "./probe-timeout.ts";
import { probeToolMissing } from "./probe-tool-missing.ts";
import { probeWrongPath } from "./probe-wrong-path.ts";
import { probeWrongPort } from "./probe-wrong-port.ts";
import { processCrashed } from "./process-crashed.ts";
import { pullRateLimited } from "./pull-rate-limited.ts";
import { pullSecretAbsent } from "./pull-secret-absent.ts";
import { pullSecretMalformed } from "./pull-secret-malformed.ts";
import { pullSecretMissing } from "./pull-secret-missing.ts";
import { pullSecretOtherHost } from "./pull-secret-other-host.ts";
import { pullSecretOtherNamespace } from "./pull-secret-other-namespace.ts";
import { pullSecretWrongPassword } from "./pull-secret-wrong-password.ts";
import { quotaBlocksRollout } from "./quota-blocks-rollout.ts";
import { quotaExceeded } from "./quota-exceeded.ts";
import { quotaWantsValue } from "./quota-wants-value.ts";
import { readOnlyFilesystem } from "./read-only-filesystem.ts";
import { readinessGateClosed } from "./readiness-gate-closed.ts";
import { registryFirewall } from "./registry-firewall.ts";
import { registryNameUnresolved } from "./registry-name-unresolved.ts";
import { registryServerError } from "./registry-server-error.ts";
import { registryTls } from "./registry-tls.ts";
import { registryUnauthorized } from "./registry-unauthorized.ts";
import { registryUnreachable } from "./registry-unreachable.ts";
import { rejectedByNode } from "./rejected-by-node.ts";
import { repositoryNotFound } from "./repository-not-found.ts";
import { rolloutPaused } from "./rollout-paused.ts";
import { rolloutStuck } from "./rollout-stuck.ts";
import { routeBackendMissing } from "./route-backend-missing.ts";
import { routeNotAccepted } from "./route-not-accepted.ts";
import { runsAsRoot } from "./runs-as-root.ts";
import { runtimeClassMissing } from "./runtime-class-missing.ts";
import { sandboxNotCreated } from "./sandbox-not-created.ts";
import { schedulerMissing } from "./scheduler-missing.ts";
import { schedulingGated } from "./scheduling-gated.ts";
import { secretKeyMissing } from "./secret-key-missing.ts";
import { secretMissing } from "./secret-missing.ts";
import { serviceAccountForbidden } from "./service-account-forbidden.ts";
import { serviceAccountMissing } from "./service-account-missing.ts";
import { serviceLinkVariable } from "./service-link-variable.ts";
import { servicePortNameUnknown } from "./service-port-name-unknown.ts";
import { serviceSelectsNoPods } from "./service-selects-no-pods.ts";
import { serviceWrongTargetPort } from "./service-wrong-target-port.ts";
import { sigtermIgnored } from "./sigterm-ignored.ts";
import { storageClassMissing } from "./storage-class-missing.ts";
import { storageLimitExceeded } from "./storage-limit-exceeded.ts";
import { subnetFull } from "./subnet-full.ts";
import { subpathVariableMissing } from "./subpath-variable-missing.ts";
import { sysctlForbidden } from "./sysctl-forbidden.ts";
import { tagNotFound } from "./tag-not-found.ts";
import { taintNotTolerated } from "./taint-not-tolerated.ts";
import { tlsCertificateUnusable } from "./tls-certificate-unusable.ts";
import { tooManyPods } from "./too-many-pods.ts";
import { topologySpread } from "./topology-spread.ts";
import { volumeInUse } from "./volume-in-use.ts";
import { volumeNotBound } from "./volume-not-bound.ts";
import { volumeNotMounted } from "./volume-not-mounted.ts";
import { volumeOtherZone } from "./volume-other-zone.ts";
import { webhookUnavailable } from "./webhook-unavailable.ts";
import { workloadIdentityClientIdMissing } from "./workload-identity-client-id-missing.ts";
import { workloadIdentityLabelMissing } from "./workload-identity-label-missing.ts";
import { workloadIdentityNotFederated } from "./workload-identity-not-federated.ts";
import { wrongPlatform } from "./wrong-platform.ts";

import type { Cause, Recovery, Stage } from "./cause.ts";

export const catalog = [
  namespaceTerminating,
  noNodes,
  nodesNotReady,
  nodesCordoned,
  diskPressure,
  memoryPressure,
  subnetFull,
  nodeQuotaExceeded,
  quotaExceeded,
  webhookUnavailable,
  podSecurityRefused,
  serviceAccountMissing,
  quotaWantsValue,
  limitRangeExceeded,
  priorityClassMissing,
  policyDenied,
  admissionRefused,
  schedulingGated,
  schedulerMissing,
  nodeMissing,
  insufficientCpu,
  insufficientMemory,
  insufficientResource,
  tooManyPods,
  taintNotTolerated,
  nodeSelectorMismatch,
  hostPortTaken,
  podAntiAffinity,
  podAffinity,
  topologySpread,
  claimMissing,
  storageClassMissing,
  volumeInUse,
  volumeOtherZone,
  volumeNotBound,
  rejectedByNode,
  rolloutPaused,
  daemonsetWithoutNodes,
  imageNameInvalid,
  imageNeverPulled,
  imageWithoutHost,
  imageWithoutTag,
  layerHostUnreachable,
  registryNameUnresolved,
  registryUnreachable,
  registryTls,
  registryServerError,
  registryFirewall,
  pullRateLimited,
  pullSecretOtherNamespace,
  pullSecretMissing,
  pullSecretMalformed,
  pullSecretOtherHost,
  pullSecretWrongPassword,
  acrpullIgnoredByAbac,
  acrpullNotPropagated,
  acrpullOnControlPlane,
  acrpullOnClientId,
  acrpullMissing,
  pullSecretAbsent,
  registryUnauthorized,
  repositoryNotFound,
  tagNotFound,
  digestNotFound,
  wrongPlatform,
  imageUnsupported,
  imageTooLarge,
  configmapMissing,
  configmapKeyMissing,
  secretMissing,
  secretKeyMissing,
  runsAsRoot,
  namedUser,
  subpathVariableMissing,
  sysctlForbidden,
  csiDriverMissing,
  keyVaultUnreachable,
  keyVaultSecretMissing,
  volumeNotMounted,
  runtimeClassMissing,
  sandboxNotCreated,
  serviceLinkVariable,
  mountOverFile,
  commandNotSplit,
  entrypointNotFound,
  entrypointPermissionDenied,
  execFormat,
  containerNotCreated,
  commandNotFound,
  nativeAddonUnusable,
  moduleNotFound,
  postStartHookFailed,
  heapExhausted,
  oomKilled,
  storageLimitExceeded,
  readOnlyFilesystem,
  pathNotWritable,
  serviceAccountForbidden,
  azureRoleMissing,
  workloadIdentityNotFederated,
  workloadIdentityLabelMissing,
  workloadIdentityClientIdMissing,
  environmentVariableMissing,
  environmentVariableInvalid,
  privilegedPort,
  addressInUse,
  networkPolicyBlocksConnection,
  hostNotFound,
  dependencyUnreachable,
  initContainerWaits,
  processCrashed,
  cpuThrottled,
  livenessKillsSlowStart,
  livenessCheckFails,
  livenessKillsBusyProcess,
  preStopHookTooLong,
  sigtermIgnored,
  finalizerHoldsPod,
  exitsByItself,
  applicationError,
  jobKeptByContainer,
  jobFailed,
  cronjobFailing,
  probeRedirected,
  probeToolMissing,
  probeSchemeMismatch,
  probeHostRefused,
  probeWrongPort,
  probeWrongPath,
  boundToLoopback,
  nothingListens,
  probeTimeout,
  notReadyByItself,
  readinessGateClosed,
  serviceSelectsNoPods,
  servicePortNameUnknown,
  serviceWrongTargetPort,
  networkPolicyClosesPort,
  finalizerHoldsObject,
  loadBalancerPending,
  gatewayNotProgrammed,
  routeNotAccepted,
  routeBackendMissing,
  ingressClassMissing,
  hostnameElsewhere,
  certificateNotIssued,
  tlsCertificateUnusable,
  autoscalerWithoutMetrics,
  disruptionBudgetBlocksDrain,
  quotaBlocksRollout,
  rolloutStuck,
  notDiagnosed,
] as const satisfies readonly Cause[];

export type CauseCode = (typeof catalog)[number]["code"];

export const causeCodes: readonly CauseCode[] = catalog.map(({ code }) => code);

const byCode = new Map<CauseCode, Cause>(catalog.map((cause) => [cause.code, cause]));

/** Position in the order of fixing, from 0. */
export const orderOf = (code: CauseCode): number => causeCodes.indexOf(code);

export const stageOf = (code: CauseCode): Stage => byCode.get(code)?.stage ?? "open";

export const recoveryFrom = (code: CauseCode): Recovery => byCode.get(code)?.recovery ?? "possible";

/** The page about a cause, relative to the checkout. */
export const pageOf = (code: CauseCode): string => `docs/causes/${code}.md`;
