/** Accepted and rejected values of the placement settings, with the messages. */
import { list, type SettingCases } from "./settingCases.ts";

const taint =
  'is not a taint: use KEY=VALUE:EFFECT or KEY:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"';

export const placementCases: SettingCases = {
  accepted: [
    ["zoneSpread", "required", "required"],
    ["nodeSelector", '{"kubernetes.azure.com/agentpool":"apps"}', { "kubernetes.azure.com/agentpool": "apps" }],
    ["tolerations", '["gpu:NoSchedule","a/b=c:NoExecute"]', ["gpu:NoSchedule", "a/b=c:NoExecute"]],
    ["priorityClass", "high", "high"],
  ],
  beside: {
    zoneSpread: { nodeZones: '["1","2"]' },
    nodeSelector: { userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":2}}' },
  },
  refused: [
    ["zoneSpread", "strict", '"strict" is not one of "preferred", "required"'],
    [
      "nodeSelector",
      '{"pool":1}',
      'the value of "pool" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    [
      "nodeSelector",
      '{"pool/":"a"}',
      '"pool/" is not a label key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/team"',
    ],
    [
      "nodeSelector",
      '{"pool":"a b"}',
      '"a b" is not a label value: use up to 63 letters, digits, "-", "_", and ".", starting and ending with a letter or digit',
    ],
    ["tolerations", '["team =data:NoSchedule","spot"]', `"team =data:NoSchedule" ${taint}`, `"spot" ${taint}`],
    ["tolerations", '["spot"]', `"spot" ${taint}`],
    ["tolerations", '["spot=true:Never"]', `"spot=true:Never" ${taint}`],
    ["tolerations", "spot", `"spot" ${list}`],
    [
      "priorityClass",
      "High",
      '"High" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"',
    ],
  ],
  together: [
    [
      "an image for other processors than the nodes have",
      { nodeSize: "Standard_D2pds_v5" },
      [
        'tarmac:nodeSize: "Standard_D2pds_v5" has Arm processors, and the image is built for linux/amd64 (platform), so it would fail with "exec format error": set platform to "linux/arm64", or use another size',
      ],
    ],
    [
      "an image for Arm on other nodes",
      { nodeSize: "Standard_D2s_v5", platform: "linux/arm64" },
      [
        'tarmac:nodeSize: "Standard_D2s_v5" has x86 processors, and the image is built for linux/arm64 (platform), so it would fail with "exec format error": set platform to "linux/amd64", or use another size',
      ],
    ],
    [
      "one pool among others with other processors",
      { userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":1},"arm":{"vmSize":"Standard_D2pds_v5","count":1}}' },
      [
        'tarmac:userPools: pool "arm": "Standard_D2pds_v5" has Arm processors, and the image is built for linux/amd64 (platform), so it would fail with "exec format error": set platform to "linux/arm64", or use another size, or keep the pods off it with nodeSelector {"kubernetes.io/arch":"amd64"}',
      ],
    ],
    [
      "a spot pool alone, which the pods do not tolerate",
      { userPools: '{"spot":{"vmSize":"Standard_D2s_v5","count":2,"spot":true}}' },
      [
        'tarmac:userPools: "spot" has the taint "kubernetes.azure.com/scalesetpriority=spot:NoSchedule", which the pods do not tolerate, so the pods would stay Pending: add a pool without taints, or set tolerations to ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]',
      ],
    ],
    [
      "a tainted pool alone, with taints that the pods do not all tolerate",
      {
        userPools: '{"data":{"vmSize":"Standard_D2s_v5","count":2,"taints":["team=data:NoSchedule","gpu=:NoExecute"]}}',
        tolerations: '["team=data:NoSchedule","gpu:NoSchedule"]',
      },
      [
        'tarmac:userPools: "data" has the taint "gpu=:NoExecute", which the pods do not tolerate, so the pods would stay Pending: add a pool without taints, or set tolerations to ["team=data:NoSchedule","gpu:NoSchedule","gpu=:NoExecute"]',
      ],
    ],
    [
      "a pool without nodes alone",
      { userPools: '{"apps":{"vmSize":"Standard_D2s_v5","count":0}}' },
      [
        'tarmac:userPools: "apps" may run the pods, but has 0 nodes, so the pods would stay Pending: use a count of at least 1, or minCount and maxCount',
      ],
    ],
    [
      "a pool that does not exist",
      { nodeSelector: '{"kubernetes.azure.com/agentpool":"apps"}' },
      [
        'tarmac:nodeSelector: no node pool has kubernetes.azure.com/agentpool=apps, so the pods would stay Pending; the pools are "system": add the label to one of userPools, or select another, e.g. {"kubernetes.azure.com/agentpool":"system"}',
      ],
    ],
    [
      "a zone and spot nodes that no pool has",
      { nodeSelector: '{"topology.kubernetes.io/zone":"westeurope-1"}' },
      [
        'tarmac:nodeSelector: no node pool has topology.kubernetes.io/zone=westeurope-1, so the pods would stay Pending; the pools are "system": add the label to one of userPools, or select another, e.g. {"kubernetes.azure.com/agentpool":"system"}',
      ],
    ],
    [
      "folders larger than the disk of any node",
      { tmpSize: "500Gi" },
      [
        "tarmac:tmpSize: the folders on disk (512000Mi in total) are larger than the disk of the pods' nodes, 128Gi, so the pods would be evicted: make them smaller, or set nodeDiskSizeGB, or osDiskSizeGB of a user pool",
      ],
    ],
    [
      "even zones without zones",
      { zoneSpread: "required" },
      [
        'tarmac:zoneSpread: "required" has no effect, because the nodes of the pods are in no zones: set nodeZones, e.g. to ["1", "2", "3"], or use "preferred"',
      ],
    ],
    [
      "more CPU than a node has, because the unit is missing",
      { nodeSize: "Standard_D2s_v5", cpuRequest: "100", cpuLimit: "500" },
      [
        'tarmac:cpuRequest: "100" is more than the largest of the pods\' nodes (Standard_D2s_v5) leaves to pods, 1900m, so they would stay Pending (Insufficient cpu): use less, or a larger size; did you mean "100m"?',
      ],
    ],
    [
      "a CPU limit whose unit is missing",
      { nodeSize: "Standard_D2s_v5", cpuLimit: "500" },
      [
        'tarmac:cpuLimit: "500" is more CPUs than the largest of the pods\' nodes (Standard_D2s_v5) has, 2: use less; did you mean "500m"?',
      ],
    ],
    [
      "more memory than AKS leaves on a node",
      { nodeSize: "Standard_D2s_v5", memoryRequest: "7Gi", memoryLimit: "7Gi" },
      [
        'tarmac:memoryRequest: "7Gi" is more than the largest of the pods\' nodes (Standard_D2s_v5) leaves to pods, 6044Mi, so they would stay Pending (Insufficient memory): use less, or a larger size',
      ],
    ],
    [
      "a memory limit that no node has",
      { nodeSize: "Standard_D2s_v5", memoryLimit: "16Gi" },
      [
        'tarmac:memoryLimit: "16Gi" is more than the largest of the pods\' nodes (Standard_D2s_v5) has, 8192Mi, so the node would run out of memory first: use less, or a larger size',
      ],
    ],
    [
      "more pods than fit on all nodes",
      { nodeSize: "Standard_D2s_v5", replicas: "4", cpuRequest: "1", cpuLimit: "1" },
      [
        'tarmac:replicas: 4 pods and the one that an update adds do not fit: 2 nodes of "system" have room for 2 with cpuRequest "1" and memoryRequest "128Mi": use fewer pods, smaller requests, or more nodes',
      ],
    ],
    [
      "an autoscaler's minimum that does not fit",
      { nodeSize: "Standard_D2s_v5", autoscale: '{"min":2,"max":4}', cpuRequest: "1", cpuLimit: "1", nodeCount: "1" },
      [
        'tarmac:autoscale: 2 pods and the one that an update adds do not fit: 1 node of "system" has room for 1 with cpuRequest "1" and memoryRequest "128Mi": use fewer pods, smaller requests, or more nodes',
      ],
    ],
  ],
};
