/**
 * The stack: one service, from source to running pods. `settings/service/composeService.ts` composes it on one page, in this order:
 *
 *   1. the registry, the identities, and the right of the nodes' identity to pull from the registry
 *   2. the cluster, with its network, after that right exists; meanwhile the image is built and pushed
 *   3. the namespace and what is in it; the Deployment runs exactly the pushed digest, and waits for all of the above
 *
 * Each part is a component in `components/`.
 */
import "./program/engineGone.ts";
import "./program/plainStacks.ts";
import { composeService } from "@tarmac/settings/service/composeService";
import { readStackSettings } from "./config.ts";

// The same resources as the component NodeService, at the top of the stack: their URNs stay what they are in existing
// stacks.
const service = composeService(readStackSettings());

/** Address of the service. For a ClusterIP service it is inside the cluster: `reach` says how to get there. */
export const url = service.url;
export const reach = service.reach;
/** The image that runs: registry host, repository, tag and digest. */
export const imageReference = service.imageReference;
export const loginServer = service.loginServer;
export const resourceGroup = service.resourceGroup;
export const clusterName = service.clusterName;
export const namespaceName = service.namespaceName;
export const kubeconfig = service.kubeconfig;
/** Object id that gets the right to pull. */
export const kubeletObjectId = service.kubeletObjectId;
/** Object id of the service's identity, for further role assignments. */
// Null and not undefined, of which Pulumi warns in every preview.
export const appIdentityObjectId = service.appIdentityObjectId ?? null;
/** Command that writes a secret into the stack's own vault, so that no state contains it. */
export const setSecret = service.setSecret ?? null;
