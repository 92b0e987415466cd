/** Settings that cannot be used, each with what is said of it: the table behind `config.test.ts`. */
import type { Settings } from "../../config.ts";

/** The object id of somebody. */
export const guid = "0f8fad5b-d9cb-469f-a165-70867728950e";

/** What memory is to look like, as every message about it says. */
export const memory = 'write whole bytes with Ki, Mi or Gi, e.g. "256Mi"';
const cpu = 'write thousandths of a CPU with "m" or whole CPUs, e.g. "500m" or "2"';
const shape = 'write {vmSize: "Standard_D2s_v5", count: 2} and, if wanted, zones: ["1", "2"]';
const list = 'is not a list of texts: write it as YAML in the stack file, or as JSON, e.g. ["a","b"]';
const map = 'is not a map: write it as YAML in the stack file, or as JSON, e.g. {"key":"value"}';
const objectId =
  "is not an object id, which is a GUID (az ad signed-in-user show --query id; az ad group show --group NAME --query id)";
const repository =
  'is not a repository: use lower-case letters, digits and single separators, without registry host and tag, e.g. "team/hello"';
const appName =
  'cannot name an app: use 1 to 30 lower-case letters, digits and "-", starting with a letter and not ending with "-", e.g. "hello-api"';
const tag = 'is not a tag: use up to 128 letters, digits, ".", "_" and "-", not starting with "." or "-", e.g. "1.4.2"';
const version = 'is not a Kubernetes version: write it in quotes with or without patch, e.g. "1.34"';
const region =
  'is not the name of a region: write it in lower case without spaces, e.g. "westeurope" (az account list-locations -o table)';

/** Key, value, and what is said of it after the key. */
export const refused: [keyof Settings, string, string][] = [
  ["appName", "", `"" ${appName}`],
  ["appName", "Hello", `"Hello" ${appName}`],
  ["appName", "2hello", `"2hello" ${appName}`],
  ["appName", "hello_api", `"hello_api" ${appName}`],
  ["appName", "a".repeat(31), `"${"a".repeat(31)}" ${appName}`],
  ["location", "West Europe", `"West Europe" ${region}`],
  ["location", "", `"" ${region}`],
  ["protect", "yes", '"yes" is not a boolean: use "true" or "false"'],
  [
    "registryName",
    "contoso-hello",
    '"contoso-hello" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"',
  ],
  [
    "registryName",
    "four",
    '"four" is not a registry name: Azure takes 5 to 50 letters and digits and nothing else, e.g. "contosohello"',
  ],
  ["registrySku", "premium", '"premium" is not one of "Basic", "Standard", "Premium"; did you mean "Premium"?'],
  ["registrySku", "Gold", '"Gold" is not one of "Basic", "Standard", "Premium"'],
  ["kubernetesVersion", "1.4", `"1.4" ${version}`],
  ["kubernetesVersion", "v1.34", `"v1.34" ${version}`],
  ["kubernetesVersion", "latest", `"latest" ${version}`],
  ["clusterTier", "Paid", '"Paid" is not one of "Free", "Standard", "Premium"'],
  [
    "nodeSize",
    "D2s_v5",
    '"D2s_v5" is not a virtual machine size: e.g. "Standard_D2s_v5" (az vm list-sizes -l LOCATION -o table)',
  ],
  ["nodeCount", "0", "0 is out of range: use a whole number from 1 to 1000"],
  ["nodeCount", "two", '"two" is not a whole number'],
  ["nodeCount", "2.5", '"2.5" is not a whole number'],
  ["nodeZones", '["4"]', '"4" is not a zone: use "1", "2" and "3"'],
  ["nodeZones", "[1]", `"[1]" ${list}`],
  ["nodeZones", "1,2", `"1,2" ${list}`],
  ["userPools", "apps", `"apps" ${map}`],
  [
    "userPools",
    '{"my-pool":{"vmSize":"Standard_D2s_v5","count":1}}',
    '"my-pool" is not a node pool name: AKS takes 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"',
  ],
  [
    "userPools",
    '{"system":{"vmSize":"Standard_D2s_v5","count":1}}',
    '"system" is the cluster\'s own pool: use another name, e.g. "apps"',
  ],
  ["userPools", '{"apps":null}', `pool "apps" is not a map: ${shape}`],
  ["userPools", '{"apps":{"count":1}}', `pool "apps" has no vmSize: ${shape}`],
  ["userPools", '{"apps":{"vmSize":"Standard_D2s_v5"}}', `pool "apps" has no count: ${shape}`],
  [
    "userPools",
    '{"apps":{"vmSize":"Standard_D2s_v5","count":-1}}',
    'count of pool "apps": -1 is out of range: use a whole number from 0 to 1000',
  ],
  [
    "userPools",
    '{"apps":{"vmSize":"Standard_D2s_v5","count":1,"zones":["4"]}}',
    'zones of pool "apps": "4" is not a zone: use "1", "2" and "3"',
  ],
  ["localAccounts", "1", '"1" is not a boolean: use "true" or "false"'],
  ["kubelogin", "devicecode", '"devicecode" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
  ["kubelogin", "azcli", '"azcli" is not one of "azurecli", "workloadidentity", "msi", "spn"'],
  ["clusterAdmins", '{"me@example.com":"User"}', `"me@example.com" ${objectId}`],
  [
    "clusterAdmins",
    `{"${guid}":"Person"}`,
    `the type of "${guid}" is "Person": use "User", "Group" or "ServicePrincipal"`,
  ],
  ["clusterAdmins", `["${guid}"]`, `"["${guid}"]" ${map}`],
  ["context", "nowhere", '"nowhere" is not a folder: name the folder that holds the service\'s source and Dockerfile'],
  [
    "context",
    "package.json",
    '"package.json" is not a folder: name the folder that holds the service\'s source and Dockerfile',
  ],
  ["context", "tests", '"tests/Dockerfile" is not a file: name the Dockerfile to build'],
  ["dockerfile", "app/Dokcerfile", '"app/Dokcerfile" is not a file: name the Dockerfile to build'],
  ["buildArgs", '{"A":1}', 'the value of "A" is not a text: put it in quotes'],
  ["buildArgs", "A=1", `"A=1" ${map}`],
  ["repository", "myregistry.azurecr.io/Hello", `"myregistry.azurecr.io/Hello" ${repository}`],
  ["repository", "hello:1.4.2", `"hello:1.4.2" ${repository}`],
  [
    "imageTag",
    "latest",
    '"latest" is no version: leave the tag out (it then follows from the content) or name one, e.g. "1.4.2"',
  ],
  ["imageTag", "1.4+2", `"1.4+2" ${tag}`],
  [
    "namespace",
    "Apps",
    '"Apps" is not a DNS label: use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, e.g. "hello-api"',
  ],
  ["replicas", "0", "0 is out of range: use a whole number from 1 to 1000"],
  ["replicas", "1001", "1001 is out of range: use a whole number from 1 to 1000"],
  ["port", "80", "80 is out of range: use a whole number from 1024 to 65535"],
  ["port", "65536", "65536 is out of range: use a whole number from 1024 to 65535"],
  ["memoryRequest", "256MB", `"256MB" is not an amount of memory: ${memory}; did you mean "256Mi"?`],
  ["memoryRequest", "", `"" is not an amount of memory: ${memory}`],
  ["memoryLimit", "0.5 Gi", `"0.5 Gi" is not an amount of memory: ${memory}; did you mean "0.5Gi"?`],
  ["memoryLimit", "256", `"256" is less than one Mi: ${memory}`],
  ["cpuRequest", "100Mi", `"100Mi" is not an amount of CPU: ${cpu}`],
  ["cpuLimit", "0", `"0" is less than 1m, the least there is: ${cpu}`],
  ["livenessPath", "healthz", '"healthz" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"'],
  ["livenessInitialDelaySeconds", "-1", "-1 is out of range: use a whole number from 0 to 3600"],
  ["livenessPeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
  ["livenessTimeoutSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
  ["livenessFailureThreshold", "101", "101 is out of range: use a whole number from 1 to 100"],
  ["readinessPath", "", '"" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"'],
  ["readinessInitialDelaySeconds", "3601", "3601 is out of range: use a whole number from 0 to 3600"],
  ["readinessPeriodSeconds", "5s", '"5s" is not a whole number'],
  ["readinessTimeoutSeconds", "3601", "3601 is out of range: use a whole number from 1 to 3600"],
  ["readinessFailureThreshold", "0", "0 is out of range: use a whole number from 1 to 100"],
  ["preStopSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
  ["drainSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
  ["gracePeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
  ["tmpSize", "64 MB", `"64 MB" is not an amount of memory: ${memory}; did you mean "64Mi"?`],
  ["environment", '{"LOG_LEVEL":3}', 'the value of "LOG_LEVEL" is not a text: put it in quotes'],
  ["environment", '{"PORT":"80"}', "PORT is set by tarmac (from port): leave it out here"],
  [
    "environment",
    '{"LOG-LEVEL":"a"}',
    '"LOG-LEVEL" is not the name of an environment variable: use letters, digits and "_", not starting with a digit',
  ],
  [
    "serviceType",
    "LoadBalancer",
    '"LoadBalancer" is not one of "ClusterIP", "InternalLoadBalancer", "PublicLoadBalancer"; did you mean "PublicLoadBalancer"?',
  ],
  ["servicePort", "0", "0 is out of range: use a whole number from 1 to 65535"],
  ["egressTo", '["10.20.0.1/24"]', '"10.20.0.1/24" does not start its range: write "10.20.0.0/24"'],
  ["egressTo", '["db.example"]', '"db.example" is not an address range: write ADDRESS/BITS, e.g. "10.20.0.0/24"'],
];
