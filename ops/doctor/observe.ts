/**
 * Collects an observation: first the workload, then, only for failing pods, the details that their failure requires.
 */
import { registryPassword, signIn, type Azure } from "../azure/signIn.ts";
import { type AzureLook, lookAtAzure } from "./azure/azureLook.ts";
import { Notes } from "./notes.ts";
import { isAzureHost } from "./facts/registryHost.ts";
import { sameHost } from "./facts/pullSecretFault.ts";
import { hostIn } from "./facts/clusterHost.ts";
import { failedConnections } from "./facts/failedConnection.ts";
import { judge } from "./facts/pullFailure.ts";
import { lookAtConfig, lookAtPullSecret } from "./cluster/configLook.ts";
import { lookAtConnections } from "./cluster/connectionLook.ts";
import { lookAtHosts } from "./cluster/hostLook.ts";
import { isHostName, servedHosts } from "./facts/servedHosts.ts";
import { lookAtPorts, lookAtReach, lookAtServicesNamed } from "./cluster/reachLook.ts";
import { lookAtRules } from "./cluster/rulesLook.ts";
import { lookAtStorage } from "./cluster/storageLook.ts";
import { lookAtLogs } from "./cluster/containerLogs.ts";
import { type ClusterReader, ReadRefused, Unreachable } from "../cluster/clusterReader.ts";
import { lookAtUsage } from "./cluster/containerUsage.ts";
import { lookAtWorkload } from "./cluster/workloadLook.ts";
import { type PodFacts, waitsForImage } from "./facts/podFacts.ts";
import { doubtfulPorts } from "./causes/service-wrong-target-port.ts";
import { sceneOf } from "./facts/scene.ts";
import { type ImageSource, imageSource } from "./registry/imageSource.ts";
import { completed, type Observation } from "./observation.ts";
import { type Asker, lookAtImage, trySignIn } from "./registry/imageLook.ts";
import type { PullSecret } from "./registry/pullSecretContent.ts";
import { newSession, type Session } from "./session.ts";
import { CannotLook, NothingDeployed, type Place } from "./target.ts";

/**
 * @param session the same one for repeated observations of the same place
 * @throws CannotLook if the pods cannot be listed; NothingDeployed if the place has no workload
 */
export async function observe(place: Place, session: Session = newSession(place)): Promise<Observation> {
  const { reader } = session;
  const notes = new Notes();
  const { namespace, selector } = place;
  const workload = await lookAtWorkload(reader, notes, namespace, selector).catch((error: unknown) => {
    throw cannotLook(error, place, reader);
  });
  const objects = Object.entries(workload).filter(
    ([kind]) => !["events", "nodes", "services", "namespace"].includes(kind),
  );
  const terminating = workload.namespace?.status?.phase === "Terminating";
  // If a list could not be read, it may have contained something.
  if (objects.every(([, list]) => (list as unknown[]).length === 0) && notes.blind.length === 0 && !terminating)
    await refuseNothing(reader, place, workload.namespace !== undefined);
  const observation = completed({
    at: new Date().toISOString(),
    target: {
      namespace,
      selector,
      context: reader.context,
      ...(place.stack === undefined ? {} : { stack: place.stack }),
    },
    ...workload,
    notSeen: notes.notSeen,
    blind: notes.blind,
  });
  observation.reach = await lookAtReach(reader, notes, namespace);
  const served = servedHosts(observation);
  // Name servers may take their time, and nothing else depends on them.
  const hosts = lookAtHosts(served.flatMap(({ host, addresses }) => [host, ...addresses.filter(isHostName)])).then(
    (looks) => lookAtConnections(served, looks),
  );
  const doubtful = doubtfulPorts(sceneOf(observation));
  if (doubtful.length > 0) {
    Object.assign(observation.reach, await lookAtPorts(reader, notes, namespace, doubtful));
    // If a port is closed, the log may say which one is open.
    const asked = new Set(Object.keys(observation.reach.refusedPorts ?? {}).map((key) => key.replace(/:\d+$/, "")));
    const pods = observation.pods.filter(({ metadata }) => asked.has(metadata?.name ?? ""));
    observation.logs = await lookAtLogs(reader, notes, namespace, pods);
  }
  await lookFurther(place, session, notes, observation);
  if (served.length > 0) Object.assign(observation.reach, { hosts: await hosts });
  return observation;
}

/** Reads what only failing pods and refused controllers require. */
async function lookFurther(place: Place, session: Session, notes: Notes, observation: Observation): Promise<void> {
  const { reader } = session;
  const { namespace } = place;
  // Only the log shows whether an init container is waiting.
  const atInit = sceneOf(observation).pods.filter(
    ({ facts, health }) =>
      health === "starting" &&
      facts.containers.some(({ role, runningSince }) => role === "init" && runningSince !== undefined),
  );
  observation.logs.push(
    ...(await lookAtLogs(
      reader,
      notes,
      namespace,
      atInit
        .map(({ facts }) => facts.pod)
        .filter(({ metadata }) => !observation.logs.some(({ pod }) => pod === metadata?.name)),
    )),
  );
  const scene = sceneOf(observation);
  const failing = scene.pods.filter(({ health }) => health === "failing").map(({ facts }) => facts);
  if (scene.owners.some(({ refused }) => refused !== undefined))
    observation.rules = await lookAtRules(reader, notes, namespace);
  if (failing.length === 0) return;
  const pods = failing.map(({ pod }) => pod);
  const started = pods.filter(({ spec }) => spec?.nodeName !== undefined);
  const unconfigured = failing
    .filter(({ containers }) => containers.some(({ status }) => status?.state?.running === undefined))
    .map(({ pod }) => pod);
  const hasLog = (name: string | undefined) => observation.logs.some(({ pod }) => pod === name);
  const [logs, config, usage, storage] = await Promise.all([
    lookAtLogs(
      reader,
      notes,
      namespace,
      pods.filter(({ metadata }) => !hasLog(metadata?.name)),
    ),
    lookAtConfig(reader, notes, namespace, unconfigured),
    started.length === 0 ? [] : lookAtUsage(reader, namespace, started),
    lookAtStorage(reader, notes, namespace, pods),
  ]);
  Object.assign(observation, {
    logs: [...observation.logs, ...logs],
    usage,
    ...config,
    ...(storage === undefined ? {} : { storage }),
  });
  const silent = sceneOf(observation)
    .pods.filter(({ health }) => health === "failing")
    .flatMap(({ facts }) =>
      facts.containers.flatMap(({ probes, runningSince }) =>
        probes.flatMap(({ report, port }) =>
          report?.answer === "grpc-no-connection" && port !== undefined && runningSince !== undefined
            ? [{ pod: facts.podName, port }]
            : [],
        ),
      ),
    );
  if (silent.length > 0) {
    const { refusedPorts, openPorts } = await lookAtPorts(reader, notes, namespace, silent);
    const { refusedPorts: refused = {}, openPorts: open = [] } = observation.reach ?? {};
    observation.reach = {
      ...observation.reach,
      refusedPorts: { ...refused, ...refusedPorts },
      openPorts: [...open, ...openPorts],
    };
  }
  await Promise.all([
    lookAtNamesakes(reader, notes, observation),
    lookAtPulls(place, session, notes, observation, failing),
  ]);
}

/** Reads which namespaces have a Service with the name that a failing process could not resolve. */
async function lookAtNamesakes(reader: ClusterReader, notes: Notes, observation: Observation): Promise<void> {
  const names = sceneOf(observation)
    .pods.filter(({ health }) => health === "failing")
    .flatMap(({ facts }) => failedConnections(facts))
    .flatMap(({ kind, host }) => (kind === "name" && host !== undefined ? [hostIn(observation, host).service] : []));
  if (names.length > 0) observation.namesakes = await lookAtServicesNamed(reader, notes, [...new Set(names)]);
}

/** Reads what a failing pull depends on: its pull secrets, Azure's role assignments, and the registry's answer. */
async function lookAtPulls(
  place: Place,
  session: Session,
  notes: Notes,
  observation: Observation,
  failing: readonly PodFacts[],
): Promise<void> {
  const pulls = failing.flatMap((view) =>
    view.containers
      .filter(
        (container) =>
          waitsForImage(container) ||
          container.refusal?.kind === "exec-format" ||
          /exec format error/.test(logOf(observation, view, container.name)),
      )
      .flatMap(({ spec: { image = "" } }) => {
        const reference = imageSource(image);
        return reference === undefined ? [] : [{ view, image, reference }];
      }),
  );
  if (pulls.length === 0) return;
  const [secrets, azure] = await Promise.all([
    lookAtSecrets(session, notes, place.namespace, observation, pulls),
    azureFor(place, session, notes, pulls),
  ]);
  if (azure !== undefined) observation.azure = azure.look;
  const images = await Promise.all(
    pulls.map(async ({ image, reference, view }) => {
      const look = await session.once(`image ${image}`, async () =>
        lookAtImage(reference, await askersFor(reference, view, secrets, azure)),
      );
      return [image, look] as const;
    }),
  );
  observation.images = Object.fromEntries(images);
}

interface AzureAccess {
  signedIn: Azure;
  look: AzureLook;
}

/** Asks Azure about a stack's pulls, pulls from ACR, and every rejected pull. */
async function azureFor(
  place: Place,
  { reader, once }: Session,
  notes: Notes,
  pulls: readonly Pull[],
): Promise<AzureAccess | undefined> {
  const wasRefused = pulls.some(({ view, image, reference }) =>
    view.events.some(({ message = "" }) => judge("", message, image, reference.host).answer === "unauthorized"),
  );
  const loginServers = [...new Set(pulls.map(({ reference }) => reference.host))];
  if (!wasRefused && place.cluster === undefined && !loginServers.some(isAzureHost)) return undefined;
  const look = async (): Promise<AzureAccess> => {
    const signedIn = await signIn(place.azure);
    const cluster = place.cluster ?? { server: reader.server };
    return { signedIn, look: await lookAtAzure(signedIn, { loginServers, cluster }) };
  };
  const answer = once(`Azure ${loginServers.toSorted().join(" ")}`, look);
  return notes.attempt("Azure's registries and role assignments", answer, undefined);
}

const logOf = (observation: Observation, { podName }: PodFacts, container: string): string => {
  const log = observation.logs.find((entry) => entry.pod === podName && entry.container === container);
  return log?.previous ?? log?.current ?? "";
};

interface Pull {
  view: PodFacts;
  image: string;
  reference: ImageSource;
}

async function lookAtSecrets(
  { reader, once }: Session,
  notes: Notes,
  namespace: string,
  observation: Observation,
  pulls: readonly Pull[],
): Promise<Map<string, PullSecret>> {
  const secrets = new Map<string, PullSecret>();
  const names = new Set(
    pulls.flatMap(({ view }) => (view.pod.spec?.imagePullSecrets ?? []).map(({ name = "" }) => name)),
  );
  await Promise.all(
    [...names].map(async (name) => {
      const secret = await lookAtPullSecret(reader, notes, namespace, name);
      if (secret === undefined) return;
      const used = pulls.find(
        ({ view, reference }) =>
          view.pod.spec?.imagePullSecrets?.some((entry) => entry.name === name) &&
          secret.look.hosts.some((host) => sameHost(host, reference.host)),
      );
      const credentials = used === undefined ? undefined : credentialsFor(secret, used.reference.host);
      if (used !== undefined && credentials !== undefined)
        // The cache key contains the credentials: a replaced Secret gets its own answer.
        secret.look.signIn = await once(`sign-in ${used.image} ${JSON.stringify(credentials)}`, () =>
          trySignIn(used.reference.host, used.reference.repository, credentials),
        );
      secrets.set(name, secret);
      observation.pullSecrets[name] = secret.look;
    }),
  );
  return secrets;
}

const credentialsFor = (secret: PullSecret, host: string) =>
  [...secret.credentials].find(([entry]) => sameHost(entry, host))?.[1];

async function askersFor(
  { host }: ImageSource,
  { pod }: PodFacts,
  secrets: ReadonlyMap<string, PullSecret>,
  azure: AzureAccess | undefined,
): Promise<Asker[]> {
  const askers: Asker[] = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) => {
    const secret = secrets.get(name);
    const credentials = secret === undefined ? undefined : credentialsFor(secret, host);
    return credentials === undefined ? [] : [{ as: `the pull secret "${name}"`, credentials }];
  });
  // A token from Azure is sent only to registries that Azure itself lists.
  if (azure?.look.registries[host] !== undefined) {
    const password = await registryPassword(azure.signedIn, host).catch(() => undefined);
    if (password !== undefined) {
      const credentials = { username: "00000000-0000-0000-0000-000000000000", password };
      askers.push({ as: "the identity that is signed in to Azure here", credentials });
    }
  }
  return [...askers, { as: "an anonymous client" }];
}

function cannotLook(error: unknown, { namespace }: Place, { context, server }: ClusterReader): CannotLook {
  if (error instanceof Unreachable) {
    return new CannotLook(`${error.message}. Check that it runs and that "${context}" is the right context`);
  }
  if (error instanceof ReadRefused && error.status === 401) {
    return new CannotLook(
      `not signed in to the cluster at ${server} (context "${context}"): az login, or kubelogin convert-kubeconfig -l azurecli`,
    );
  }
  if (error instanceof ReadRefused && error.status === 403) {
    return new CannotLook(
      `this identity may not list the pods of namespace "${namespace}": ${error.message}. docs/doctor-permissions.yaml has the role it needs. ` +
        "On AKS with Azure RBAC not even Owner has rights inside the cluster: add this identity, or a group that contains it, to tarmac:clusterAdmins",
    );
  }
  return new CannotLook(error instanceof Error ? error.message : String(error));
}

/** Distinguishes a missing namespace from one without the workload. @throws NothingDeployed */
async function refuseNothing(
  reader: ClusterReader,
  { namespace, selector, stack }: Place,
  known: boolean,
): Promise<never> {
  const exists =
    known ||
    (await reader.get(`api/v1/namespaces/${namespace}`).then(
      () => true,
      (error: unknown) => !(error instanceof ReadRefused && error.status === 404),
    ));
  const where = `context "${reader.context}"`;
  const mend =
    stack === undefined ? "kubectl get pods --all-namespaces --show-labels" : `pulumi up --refresh --stack ${stack}`;
  throw new NothingDeployed(
    exists
      ? `namespace "${namespace}" (${where}) has no workload${selector === "" ? "" : ` with the labels ${selector}`}: ${mend}`
      : `namespace "${namespace}" (${where}) does not exist: ${mend}`,
  );
}
