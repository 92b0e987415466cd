/** Stacks that Azure, AKS or Kubernetes refuse, or whose service would be unreachable or open: settings, and the beginning of the message. */
import { SettingsError } from "../../../settings/readDeclared.ts";
import { readSettings } from "../../../settings/readSettings.ts";

const kinds: Record<string, [settings: string, message: string][]> = {
  namespaces: [
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayNamespace":"kube-system"}',
      'gatewayNamespace: "kube-system" is a namespace of the cluster itself, which network policy and Pod Security',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayNamespace":"default"}',
      'gatewayNamespace: "default" is a namespace that Kubernetes never deletes, so it cannot be created and deleted',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayNamespace":"hello"}',
      `gatewayNamespace: "hello" is also the namespace of the service, and the Gateway's pods do not meet its Pod`,
    ],
  ],
  "what would undo a safe setting": [
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/aws-load-balancer-internal":"true"}}',
      'serviceAnnotations: "service.beta.kubernetes.io/aws-load-balancer-internal" is for load balancers of AWS, and',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"networking.gke.io/load-balancer-type":"Internal"}}',
      'serviceAnnotations: "networking.gke.io/load-balancer-type" is for load balancers of Google Cloud, and Azure',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-internal":"true"}}',
      'gatewayAnnotations: "service.beta.kubernetes.io/azure-load-balancer-internal" has no effect on a Gateway,',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayInfrastructureAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-internal":"yes"}}',
      'gatewayInfrastructureAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-internal": "yes"',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayInfrastructureAnnotations":{"service.beta.kubernetes.io/azure-loadbalancer-internal":"true"}}',
      'gatewayInfrastructureAnnotations: "service.beta.kubernetes.io/azure-loadbalancer-internal" is not an annotation',
    ],
    [
      '{"serviceType":"InternalLoadBalancer","serviceAnnotations":{"Service.Beta.Kubernetes.io/azure-load-balancer-internal":"false"}}',
      'serviceAnnotations: "Service.Beta.Kubernetes.io/azure-load-balancer-internal" has upper-case letters, and Azure',
    ],
    [
      '{"podAnnotations":{"linkerd.io/inject":"enabled"}}',
      `podAnnotations: "linkerd.io/inject: enabled" adds a container that changes the pod's network as root, which Pod`,
    ],
    [
      '{"labels":{"istio.io/rev":"asm-1-24"}}',
      `labels: "istio.io/rev: asm-1-24" adds a container that changes the pod's network as root, which Pod`,
    ],
    [
      '{"labels":{"kubernetes.io/metadata.name":"x"}}',
      "labels: kubernetes.io/metadata.name is set by Kubernetes to the name of the namespace, and policies",
    ],
    [
      '{"podAnnotations":{"cluster-autoscaler.kubernetes.io/safe-to-evict":"no"}}',
      'podAnnotations: "cluster-autoscaler.kubernetes.io/safe-to-evict: no" has no effect, because the autoscaler of',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/load-balancer-source-ranges":"10.0.0.1"}}',
      'serviceAnnotations: "service.beta.kubernetes.io/load-balancer-source-ranges" limits the load balancer alone',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-pls-create":"true"}}',
      'serviceAnnotations: "service.beta.kubernetes.io/azure-pls-create" has no effect on a public load balancer,',
    ],
    [
      '{"sleepAt":"19:00","wakeAt":"19:00"}',
      "wakeAt: is the same time as sleepAt, so the cluster would be stopped and started at once",
    ],
    [
      '{"labels":{"azure.workload.identity/use":"yes"}}',
      'labels: "azure.workload.identity/use: yes" has no effect, because the webhook of workload identities looks for',
    ],
    [
      '{"podAnnotations":{"azure.workload.identity/use":"true"}}',
      'podAnnotations: "azure.workload.identity/use" has an effect as a label only: move it to labels',
    ],
    [
      '{"egressTo":["169.254.169.254/32"]}',
      `egressTo: "169.254.169.254/32" is the metadata service of the node, which hands the node's identity to every`,
    ],
    [
      '{"egressTo":["168.63.129.16/32"]}',
      'egressTo: "168.63.129.16/32" is the agent service of the node, which hands out its bootstrap secrets; name',
    ],
    [
      '{"environment":{"NODE_OPTIONS":"--inspect=0.0.0.0"}}',
      `environment: "--inspect=0.0.0.0" in NODE_OPTIONS opens Node's debugger to whoever reaches the pod, who can then`,
    ],
    [
      '{"environment":{"NODE_TLS_REJECT_UNAUTHORIZED":"0"}}',
      'environment: "NODE_TLS_REJECT_UNAUTHORIZED: 0" makes the process accept every certificate, so that anybody in',
    ],
    [
      '{"environment":{"KUBERNETES_SERVICE_HOST":"10.0.0.1"}}',
      "environment: KUBERNETES_SERVICE_HOST is set by Kubernetes, and tells libraries where its API is: remove it",
    ],
    [
      '{"configValues":{"KUBERNETES_SERVICE_PORT":"443"}}',
      "configValues: KUBERNETES_SERVICE_PORT is set by Kubernetes, and tells libraries where its API is: remove it",
    ],
    [
      '{"environment":{"PATH":"/app/bin"}}',
      `environment: "PATH: /app/bin" replaces the image's own, without /usr/local/bin, /usr/bin, /bin, so the`,
    ],
    [
      '{"environment":{"HOST":"127.0.0.1"}}',
      'environment: "HOST: 127.0.0.1" makes the process listen inside of its container only, where neither probes nor',
    ],
    [
      '{"environment":{"NODE_OPTIONS":"--max-old-space-size=4096"}}',
      'environment: "--max-old-space-size=4096" in NODE_OPTIONS lets the heap grow to 4096Mi, beyond what the memory',
    ],
    [
      '{"labels":{"service.kubernetes.io/headless":""}}',
      "labels: service.kubernetes.io/headless takes the endpoints away from the nodes, so that nothing reaches the",
    ],
  ],
  "nowhere to run": [
    [
      '{"nodeSelector":{"kubernetes.io/hostname":"aks-system-1"}}',
      "nodeSelector: kubernetes.io/hostname names one node, and AKS replaces nodes under new names, so the pods would",
    ],
    [
      '{"nodeSelector":{"beta.kubernetes.io/arch":"arm64"}}',
      "nodeSelector: no node pool has beta.kubernetes.io/arch=arm64, so the pods would stay Pending; the pools are",
    ],
    [
      '{"nodeSelector":{"failure-domain.beta.kubernetes.io/zone":"1"}}',
      "nodeSelector: no node pool has failure-domain.beta.kubernetes.io/zone=1, so the pods would stay Pending; the",
    ],
    [
      '{"location":"westus","nodeZones":["1"]}',
      "nodeZones: westus has no availability zones (AvailabilityZoneNotSupported): remove the zones, or use a region",
    ],
    [
      '{"location":"ukwest","userPools":{"apps":{"vmSize":"Standard_D4s_v5","count":2,"zones":["1","2"]}}}',
      'userPools: zones of pool "apps": ukwest has no availability zones (AvailabilityZoneNotSupported): remove the',
    ],
    [
      '{"location":"northcentralus","nodeZones":["1","2","3"]}',
      "nodeZones: northcentralus has no availability zones (AvailabilityZoneNotSupported): remove the zones, or use a",
    ],
  ],
  "no effect": [
    [
      '{"startupSeconds":"30","livenessInitialDelaySeconds":"60"}',
      "livenessInitialDelaySeconds: 60 s are longer than startupSeconds, 30, until which the liveness checks wait",
    ],
    [
      '{"nodeZones":["1"],"zoneSpread":"required"}',
      'zoneSpread: "required" has no effect, because the nodes of the pods are in one zone: set nodeZones, e.g. to',
    ],
    [
      '{"nodeSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/n","privateEndpointSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/pe"}',
      "privateEndpointSubnetId: has no effect without privateRegistry: set privateRegistry to true, or remove this",
    ],
  ],
  "image references": [
    [
      '{"repository":"10.0.0.4/hello"}',
      'repository: "10.0.0.4/hello" begins with the host of a registry, to which it would be added: use "hello", and',
    ],
    [
      '{"image":"r.azurecr.io:99999/hello:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}',
      'image: "r.azurecr.io:99999/hello:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has',
    ],
  ],
  mounts: [
    [
      '{"writablePaths":{"/tmp/x":"1Mi"}}',
      'writablePaths: "/tmp/x" is below /tmp, which is writable anyway: remove it here, set the size of /tmp with',
    ],
    [
      '{"writablePaths":{"/etc/ssl":"1Mi"}}',
      'writablePaths: "/etc/ssl" would be empty, and hides what the image has there, such as the program or its',
    ],
    [
      '{"writablePaths":{"/app/node_modules":"1Mi"}}',
      'writablePaths: "/app/node_modules" would be empty, and hides the packages that the image has there: use a',
    ],
    [
      '{"configFiles":{"/etc/ssl":"x"}}',
      'configFiles: "/etc/ssl" is a folder of the image, where no file can be mounted (the container would not start:',
    ],
    [
      '{"configFiles":{"/var/run/secrets/kubernetes.io/serviceaccount":"x"}}',
      'configFiles: "/var/run/secrets/kubernetes.io/serviceaccount" is in /var/run/secrets/kubernetes.io, where',
    ],
    [
      '{"configFiles":{"/etc/resolv.conf":"nameserver 1.1.1.1"}}',
      'configFiles: "/etc/resolv.conf" is written by Kubernetes for each pod, and without it the pod cannot resolve names:',
    ],
    [
      '{"writablePaths":{"/run/app":"1Mi"},"configFiles":{"/var/run/app":"x"}}',
      'configFiles: "/var/run/app" and "/run/app" (writablePaths) are the same path, and only one can be mounted',
    ],
    [
      '{"configFiles":{"/etc/passwd/x":"x"}}',
      'configFiles: "/etc/passwd/x" is below "/etc/passwd", which is a file of every image (the container would not',
    ],
    [
      '{"environment":{"A":"a\\u0000b"}}',
      "environment: the value of A has a NUL character, which no environment variable can hold: remove it, or put the",
    ],
  ],
  units: [
    [
      '{"memoryLimit":"2Mi","memoryRequest":"1Mi"}',
      'memoryLimit: "2Mi" is less than 16Mi, and the kernel would kill the container while it starts (OOMKilled): use',
    ],
    [
      '{"readinessTimeoutSeconds":"2000"}',
      "readinessTimeoutSeconds: 2000 s are longer than the period of the checks, 5 s, and the kubelet makes one check",
    ],
  ],
  "labels and taints": [
    [
      '{"priorityClass":"system-cluster-critical"}',
      'priorityClass: "system-cluster-critical" is for the pods of the cluster itself: outside of kube-system,',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_D4s_v5","count":2,"taints":["node.kubernetes.io/not-ready=:NoSchedule"]}},"tolerations":["node.kubernetes.io/not-ready:NoSchedule"]}',
      'userPools: taints of pool "apps": "node.kubernetes.io/not-ready=:NoSchedule" is a taint that Kubernetes',
    ],
    [
      '{"podAnnotations":{"prometheus.io/port":"http"}}',
      'podAnnotations: "prometheus.io/port: http" is not a port number: use the number, e.g. "8080"',
    ],
  ],
  "reserved names": [
    [
      '{"tags":{"aks-managed-x":"y"}}',
      'tags: the tag "aks-managed-x" begins with "aks-managed", which Azure reserves: use another name',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istoi","tlsSecret":"t"}',
      'gatewayClass: "approuting-istoi" is not a GatewayClass that Azure has: did you mean "approuting-istio"? kubectl',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayInfrastructureAnnotations":{"service.beta.kubernetes.io/azure-dns-label-name":"login-x"}}',
      'gatewayInfrastructureAnnotations: the value of "service.beta.kubernetes.io/azure-dns-label-name": "login-x"',
    ],
  ],
  "regions and tags": [
    [
      '{"location":"north"}',
      'location: "north" is not an Azure region (LocationNotAvailableForResourceGroup): use e.g. "westeurope"; list',
    ],
    [
      '{"owner":"a\\nb"}',
      'owner: the value, "a\\nb", has a line break or another control character, and a tag is one line: use one line of',
    ],
    ['{"owner":" "}', "owner: the value has nothing but spaces: use a text, or remove it"],
    [
      '{"owner":"ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2"}',
      "owner: the value is a secret (GitHub token), which everybody who sees the state can read: remove it, and",
    ],
    [
      '{"tags":{"a":"b\\nc"}}',
      'tags: the value of "a", "b\\nc", has a line break or another control character, and a tag is one line: use one',
    ],
    [
      '{"tags":{"a\\nb":"c"}}',
      'tags: "a\\nb" is not a tag name: use up to 512 characters without < > % & \\ ? / and line breaks, not beginning',
    ],
    [
      '{"registrySku":"Premium","ownNetwork":"true","privateRegistry":"true","tags":{"cost center":"1"}}',
      'tags: "cost center" is not a tag name of a private DNS zone, which privateRegistry makes with all tags: use',
    ],
    [
      '{"registrySku":"Premium","registryReplicas":["chinaeast2"]}',
      'registryReplicas: "chinaeast2" belongs to Azure China, and location "swedencentral" to Azure, which share',
    ],
    [
      '{"registrySku":"Premium","registryReplicas":["usgovvirginia"]}',
      'registryReplicas: "usgovvirginia" belongs to Azure Government, and location "swedencentral" to Azure, which',
    ],
    [
      '{"privateCluster":"true","ownNetwork":"true","privateDnsZone":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/privatelink.westeurope.azmk8s.io"}',
      'privateDnsZone: the zone is for clusters in westeurope, and location is "swedencentral": use the zone',
    ],
  ],
  counts: [
    [
      '{"podRange":"10.128.0.0/10","serviceRange":"172.16.0.0/16","clusterTier":"Standard","userPools":{"p0":{"vmSize":"Standard_D2s_v5","count":1000},"p1":{"vmSize":"Standard_D2s_v5","count":1000},"p2":{"vmSize":"Standard_D2s_v5","count":1000},"p3":{"vmSize":"Standard_D2s_v5","count":1000},"p4":{"vmSize":"Standard_D2s_v5","count":1000},"p5":{"vmSize":"Standard_D2s_v5","count":1000}}}',
      "userPools: the pools at maximum size have 6002 nodes, and AKS gives a cluster at most 5000: use smaller pools,",
    ],
    [
      '{"authorizedRanges":["203.0.113.7/32","203.0.113.7/32"]}',
      'authorizedRanges: "203.0.113.7/32" is listed twice: remove one',
    ],
  ],
  registries: [
    [
      '{"registryServer":"contoso.azurecr.io"}',
      'registryServer: "contoso.azurecr.io" is an Azure registry, which the cluster pulls from with its own identity',
    ],
    [
      '{"registryServer":"registry.k8s.io"}',
      'registryServer: "registry.k8s.io" is not a registry that accepts pushes: only the Kubernetes project',
    ],
    [
      '{"registryServer":"k8s.gcr.io"}',
      'registryServer: "k8s.gcr.io" is not a registry that accepts pushes: it is frozen, and only the Kubernetes',
    ],
    [
      '{"registryServer":"127.0.0.1:5000"}',
      'registryServer: "127.0.0.1:5000" is a different machine, or none, for each client, so the nodes could',
    ],
    [
      '{"registryServer":"public.ecr.aws"}',
      'registryServer: "public.ecr.aws" is not a registry that accepts pushes: use e.g.',
    ],
    [
      '{"registryServer":"europe-docker.pkg.dev"}',
      'repository: "hello" would be pushed to europe-docker.pkg.dev without an owner, where nobody else may push: use',
    ],
    [
      '{"registryServer":"eu.gcr.io"}',
      'repository: "hello" would be pushed to eu.gcr.io without an owner, where nobody else may push: use OWNER/hello',
    ],
    [
      '{"registrySku":"Premium","registryAllowedRanges":["169.254.1.1"]}',
      'registryAllowedRanges: "169.254.1.1" has addresses that the internet does not route, so no request comes from',
    ],
    [
      '{"registryServer":"docker.io","repository":"team/sub/hello"}',
      'repository: "team/sub/hello" has 3 parts, and docker.io allows two: use OWNER/hello',
    ],
  ],
  "machine sizes": [
    [
      '{"nodeSize":"Standard_D2"}',
      'nodeSize: "Standard_D2" is of the series D and DS (first generation), which Azure restricts in new',
    ],
    [
      '{"nodeSize":"Standard_A4"}',
      'nodeSize: "Standard_A4" is of the series A (first generation), which Azure retired on 2024-08-31: use a current',
    ],
    [
      '{"nodeSize":"Standard_NC6"}',
      'nodeSize: "Standard_NC6" is of the series NC, which Azure retired on 2023-09-06: use a current size, e.g.',
    ],
    [
      '{"nodeSize":"Standard_NV6"}',
      'nodeSize: "Standard_NV6" is of the series NV, which Azure retired on 2023-09-06: use a current size, e.g.',
    ],
    [
      '{"nodeSize":"Standard_D2s_v9"}',
      'nodeSize: "Standard_D2s_v9" does not exist: the family D has the versions v2, v3, v4, v5, v6, v7; use e.g.',
    ],
    [
      '{"nodeSize":"Standard_D4s_5"}',
      'nodeSize: "Standard_D4s_5" is not a virtual machine size: a name ends with its version; use e.g. "Standard_D4s_v5";',
    ],
    [
      '{"nodeSize":"Standard_H8"}',
      'nodeSize: "Standard_H8" is of the series H, which Azure retired on 2022-09-28: use a current size, e.g.',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_NC6s_v3","count":2}}}',
      'userPools: vmSize of pool "apps": "Standard_NC6s_v3" is of the series NCv3, which Azure retired on 2025-09-30:',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_ND6s","count":2}}}',
      'userPools: vmSize of pool "apps": "Standard_ND6s" is of the series ND, which Azure retired on 2023-09-06: use a',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_NV4as_v4","count":2}}}',
      'userPools: vmSize of pool "apps": "Standard_NV4as_v4" is of the series NVv4, which Azure retired on 2026-09-30:',
    ],
    [
      '{"nodeSize":"Standard_DC2s"}',
      'nodeSize: "Standard_DC2s" is of the series DC (first generation), which Azure retired on 2023-06-30: use a',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_HB60rs","count":2}}}',
      'userPools: vmSize of pool "apps": "Standard_HB60rs" is of the series HB (first generation), which Azure retired',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_D4_v5s","count":2}}}',
      'userPools: vmSize of pool "apps": "Standard_D4_v5s" is not a virtual machine size: a name ends with its',
    ],
    [
      '{"nodeSize":"Standard_D4ds_v3"}',
      'nodeSize: "Standard_D4ds_v3" does not exist: version 3 of the family D has no sizes with "d"; use e.g.',
    ],
    [
      '{"nodeSize":"Standard_F4s_v3"}',
      'nodeSize: "Standard_F4s_v3" does not exist: the family F has the versions v2, v6, v7; use e.g.',
    ],
    [
      '{"nodeSize":"Standard_B3ms"}',
      'nodeSize: "Standard_B3ms" does not exist: no size of that series has this number; use e.g. "Standard_B2s_v2";',
    ],
  ],
  "labels of nodes": [
    [
      '{"userPools":{"apps":{"vmSize":"Standard_D4s_v5","count":2,"labels":{"node.kubernetes.io/instance-type":"x"}}}}',
      `userPools: labels of pool "apps": "node.kubernetes.io/instance-type" is a label that Azure's cloud controller`,
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_D4s_v5","count":2,"labels":{"node.kubernetes.io/exclude-from-external-load-balancers":"true"}}}}',
      'userPools: labels of pool "apps": "node.kubernetes.io/exclude-from-external-load-balancers" takes the nodes out',
    ],
    [
      '{"userPools":{"apps":{"vmSize":"Standard_D4s_v5","count":2,"labels":{"accelerator":"nvidia"}}}}',
      'userPools: labels of pool "apps": "accelerator" is a label that AKS sets: use another key',
    ],
  ],
  "host names, routes, and load balancers": [
    [
      '{"hostname":"localhost.localdomain","gateway":"gateways/shared"}',
      'hostname: "localhost.localdomain" ends with ".localdomain", which means the machine itself wherever it is',
    ],
    [
      '{"hostname":"hello.local","gateway":"gateways/shared"}',
      `hostname: "hello.local" ends with ".local", which is looked up by multicast on the caller's own link, and not`,
    ],
    [
      '{"hostname":"hello.test","gateway":"gateways/shared"}',
      'hostname: "hello.test" ends with ".test", which is reserved for tests, and no DNS server resolves it (RFC 6761), so',
    ],
    [
      '{"hostname":"hello.invalid","gateway":"gateways/shared"}',
      'hostname: "hello.invalid" ends with ".invalid", which is reserved for names that must not resolve (RFC 6761), so',
    ],
    [
      '{"hostname":"hello.example","gateway":"gateways/shared"}',
      'hostname: "hello.example" ends with ".example", which is reserved for documentation, and no DNS server resolves it',
    ],
    [
      '{"hostname":"hello.onion","gateway":"gateways/shared"}',
      'hostname: "hello.onion" ends with ".onion", which is known in the Tor network only (RFC 7686), so callers would',
    ],
    [
      '{"hostname":"hello.default.svc.cluster.local","gateway":"gateways/shared"}',
      'hostname: "hello.default.svc.cluster.local" ends with ".cluster.local", which exists only inside a cluster',
    ],
    [
      '{"hostname":"1.0.0.10.in-addr.arpa","gateway":"gateways/shared"}',
      `hostname: "1.0.0.10.in-addr.arpa" ends with ".arpa", which is reserved for the DNS's own infrastructure (RFC 3172),`,
    ],
    [
      '{"hostname":"hello.azurewebsites.net","gateway":"gateways/shared"}',
      'hostname: "hello.azurewebsites.net" ends with ".azurewebsites.net", which Azure gives to apps of another',
    ],
    [
      '{"hostname":"hello.example.com","gateway":"gateways/shared","routePath":"/shop/*"}',
      'routePath: "/shop/*" has a wildcard "*", and a route compares its path literally, as a prefix of',
    ],
    [
      '{"hostname":"hello.example.com","gateway":"gateways/shared","routePath":"/shop/.*"}',
      'routePath: "/shop/.*" has a regular expression, and a route compares its path literally, as a prefix',
    ],
    [
      '{"hostname":"hello.example.com","gateway":"gateways/shared","routePath":"/shop/:id"}',
      'routePath: "/shop/:id" has a parameter, and a route compares its path literally, as a prefix of',
    ],
    [
      '{"serviceType":"InternalLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-ipv4":"20.1.2.3"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-ipv4": "20.1.2.3" is a public',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-ipv4":"10.224.0.9"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.224.0.9" is a',
    ],
    [
      '{"serviceType":"InternalLoadBalancer","ownNetwork":"true","serviceAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-ipv4":"10.1.0.9"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.1.0.9" is not in',
    ],
    [
      '{"serviceType":"InternalLoadBalancer","ownNetwork":"true","serviceAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-ipv4":"10.224.0.1"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.224.0.1" is one of',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayAddresses":["127.0.0.1"]}',
      'gatewayAddresses: "127.0.0.1" is not an address that a load balancer can have: use a public address, or one of the',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayAddresses":["Foo Bar=1"]}',
      'gatewayAddresses: "Foo Bar" is not a type of address: use e.g. "alb.networking.azure.io/alb-frontend"',
    ],
    [
      '{"serviceType":"InternalLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-load-balancer-internal-subnet":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/x"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-internal-subnet":',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-pip-name":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/p"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-pip-name":',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-pip-prefix-id":"p"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-pip-prefix-id": "p" is not the resource id',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-allowed-service-tags":"all the internet"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-allowed-service-tags": "all the internet" is',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-allowed-ip-ranges":"203.0.113.7"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-allowed-ip-ranges": "203.0.113.7" is not an',
    ],
    [
      '{"serviceType":"PublicLoadBalancer","serviceAnnotations":{"service.beta.kubernetes.io/azure-pip-tags":"a;b"}}',
      'serviceAnnotations: the value of "service.beta.kubernetes.io/azure-pip-tags": "a;b" is not a tag: use',
    ],
    [
      '{"egressTo":["127.0.0.1/32"]}',
      'egressTo: "127.0.0.1/32" is the pod itself, whose connections no network policy sees: remove it',
    ],
    [
      '{"egressTo":["224.0.0.0/4"]}',
      `egressTo: "224.0.0.0/4" is for multicast, which Azure's networks do not carry: remove it`,
    ],
    [
      '{"ingressFrom":["169.254.0.0/16"]}',
      'ingressFrom: "169.254.0.0/16" is link-local, and no other machine has such an address: remove it',
    ],
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","keyVaultCertificate":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.KeyVault/vaults/a/certificates/x"}',
      "keyVaultCertificate:",
    ],
  ],
  "times and versions": [
    [
      '{"readinessInitialDelaySeconds":"900"}',
      "readinessInitialDelaySeconds: 900 s pass before the first check, and a rollout counts as failed after 300 s:",
    ],
    [
      '{"livenessPath":"/healthz?token=8f14e45fceea167a5a36dedd4bea2543"}',
      'livenessPath: its parameter "token" holds a secret, which stack file, state, and cluster would show: let the',
    ],
    [
      '{"kubernetesVersion":"1.99"}',
      'kubernetesVersion: "1.99" does not exist yet: use "1.37", the newest, or one of "1.34", "1.35", "1.36"',
    ],
    [
      '{"kubernetesVersion":"1.36.99","upgradeChannel":"none"}',
      'kubernetesVersion: "1.36.99" does not exist: no version has a patch 99; use "1.36", whose newest patch AKS then',
    ],
  ],
  "resource ids": [
    [
      '{"logWorkspaceId":"/subscriptions/my-sub/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/l"}',
      'logWorkspaceId: "/subscriptions/my-sub/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/l"',
    ],
    [
      '{"nodeSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/GatewaySubnet"}',
      'nodeSubnetId: the subnet "GatewaySubnet" is for a VPN or ExpressRoute gateway alone, and Azure refuses anything',
    ],
    [
      '{"nodeSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/AzureFirewallSubnet"}',
      'nodeSubnetId: the subnet "AzureFirewallSubnet" is for Azure Firewall alone, and Azure refuses anything else in',
    ],
    [
      '{"registrySku":"Premium","privateRegistry":"true","nodeSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/n","privateEndpointSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/AzureBastionSubnet"}',
      'privateEndpointSubnetId: the subnet "AzureBastionSubnet" is for Azure Bastion alone, and Azure refuses anything',
    ],
    [
      '{"nodeSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/n","apiServerSubnetId":"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/spoke/subnets/n"}',
      "apiServerSubnetId:",
    ],
    [
      '{"clusterAdmins":{"00000000-0000-0000-0000-000000000000":"User"}}',
      'clusterAdmins: "00000000-0000-0000-0000-000000000000" is not an object id: use the GUID that this command',
    ],
  ],
  "secrets in the open": [
    [
      '{"hostname":"hello.example.com","gatewayClass":"approuting-istio","tlsSecret":"t","gatewayAnnotations":{"x":"ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2"}}',
      'gatewayAnnotations: "x" holds a secret (GitHub token), which everybody who sees the resource can read: remove',
    ],
    [
      '{"environment":{"ADMIN_PASSWORD":"correcthorsebatterystaple"}}',
      'environment: "ADMIN_PASSWORD" holds a secret (value of a variable named like a secret), which stack file, state,',
    ],
    [
      '{"buildArgs":{"NPM_PASSWORD":"swordfish"}}',
      'buildArgs: "NPM_PASSWORD" holds a secret (value of a variable named like a secret), which stays readable in the',
    ],
    [
      '{"configFiles":{"/etc/app.json":"{\\"db\\":{\\"password\\":\\"Tr0ub4dor&3x\\"}}"}}',
      'configFiles: "/etc/app.json" contains a secret (value of a variable named like a secret), which stack file, state,',
    ],
    [
      '{"configFiles":{"/etc/app.env":"DATABASE_URL=postgres://app:s3cr3tPw9@db.contoso.com/app"}}',
      'configFiles: "/etc/app.env" contains a secret (password in an address), which stack file, state, and cluster',
    ],
    [
      '{"environment":{"AUTH_HEADER":"Basic dXNlcjpwYXNzd29yZDEyMw=="}}',
      'environment: "AUTH_HEADER" holds a secret (HTTP credentials), which stack file, state, and cluster would show:',
    ],
  ],
};

function problemsOf(json: string): readonly string[] {
  const given = Object.entries(JSON.parse(json) as Record<string, unknown>);
  const values = Object.fromEntries(
    given.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
  try {
    readSettings("dev", { location: "swedencentral", ...values });
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe.each(Object.entries(kinds))("%s", (_, stacks) => {
  test.each(stacks)("%s is refused", (json, message) => {
    const problems = problemsOf(json);
    expect(problems).toContainEqual(expect.stringContaining(`tarmac:${message}`));
    // Each message says what to do.
    for (const problem of problems)
      expect(problem).toMatch(
        /[:;,] (?:(?:or )?(?:use|remove|set|move|merge|leave|let|add|select|use)\b|did you mean)| is not "true" or "false"$|Otherwise list/,
      );
  });
});
