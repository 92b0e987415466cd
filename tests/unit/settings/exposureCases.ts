/** Accepted and rejected values of the exposure settings, with the messages. */
import type { SettingCases } from "./settingCases.ts";

const objectName =
  'is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"';
const hostName = 'is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"';
const gateway = 'is not a gateway: use NAMESPACE/NAME or NAMESPACE/NAME/LISTENER, e.g. "gateways/shared/https"';
const routePath =
  'is not the prefix of a path: start it with "/", and use letters, digits, and -._~!$&\'()*+,;=:@, e.g. "/shop"';
const dnsLabel =
  'is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"';
const annotation =
  'is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"';
const certificate =
  "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/keys/certificates/hello";
const nowhere = "has no effect without hostname: set hostname, or remove this";

export const exposureCases: SettingCases = {
  accepted: [
    ["serviceType", "InternalLoadBalancer", "InternalLoadBalancer"],
    ["servicePort", "65535", 65535],
    [
      "serviceAnnotations",
      '{"service.beta.kubernetes.io/azure-dns-label-name":"hello"}',
      { "service.beta.kubernetes.io/azure-dns-label-name": "hello" },
    ],
    ["routePath", "/api", "/api"],
    ["ingressFrom", '["shop","10.20.0.0/24"]', ["shop", "10.20.0.0/24"]],
    ["egressTo", '["10.20.0.0/24"]', ["10.20.0.0/24"]],
  ],
  beside: {
    serviceAnnotations: { serviceType: "PublicLoadBalancer" },
    routePath: { hostname: "hello.example.com", gateway: "gateways/shared" },
  },
  refused: [
    [
      "serviceType",
      "LoadBalancer",
      '"LoadBalancer" is not one of "ClusterIP", "InternalLoadBalancer", "PublicLoadBalancer"; did you mean "PublicLoadBalancer"?',
    ],
    ["servicePort", "0", "0 is out of range: use a whole number from 1 to 65535"],
    [
      "serviceAnnotations",
      '{"a b":"c"}',
      '"a b" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"',
    ],
    ["hostname", "hello", `"hello" ${hostName}`],
    ["hostname", "hello..example.com", `"hello..example.com" ${hostName}`],
    [
      "hostname",
      "203.0.113.7",
      '"203.0.113.7" is an IP address, which neither a route nor a certificate can name: use a host name, e.g. "hello.example.com"',
    ],
    [
      "hostname",
      `${"a".repeat(64)}.example.com`,
      `"${"a".repeat(64)}.example.com" has a part of 64 characters: use at most 63 between two dots`,
    ],
    ["hostname", "https://hello.example.com", `"https://hello.example.com" ${hostName}`],
    ["routePath", "api", `"api" ${routePath}`],
    [
      "routePath",
      "/hello?x",
      '"/hello?x" has a query, and routes match only paths: use the prefix of a path, e.g. "/shop"',
    ],
    ["routePath", "/a b", `"/a b" ${routePath}`],
    ["routePath", "/100%", `"/100%" ${routePath}`],
    [
      "routePath",
      "/a//b",
      '"/a//b" has an empty part ("//"), and routes match only paths: use the prefix of a path, e.g. "/shop"',
    ],
    [
      "routePath",
      "/a/..",
      '"/a/.." has a part "." or "..", and routes match only paths: use the prefix of a path, e.g. "/shop"',
    ],
    ["routePath", `/${"a".repeat(1024)}`, "the path has 1025 characters: use at most 1024"],
    ["gateway", "shared", `"shared" ${gateway}`],
    ["gateway", "a/b/c/d", `"a/b/c/d" ${gateway}`],
    ["gatewayClass", "Istio", `"Istio" ${objectName}`],
    ["tlsSecret", "a_b", `"a_b" ${objectName}`],
    ["gatewayNamespace", "Gateways", `"Gateways" ${dnsLabel}`],
    ["gatewayAnnotations", '{"a b":"c"}', `"a b" ${annotation}`],
    ["gatewayInfrastructureAnnotations", '{"a b":"c"}', `"a b" ${annotation}`],
    [
      "gatewayAddresses",
      '["web"]',
      '"web" is not an address: use an IP address, or TYPE=VALUE, e.g. "alb.networking.azure.io/alb-frontend=web"',
    ],
    [
      "keyVaultCertificate",
      "hello",
      `"hello" is not a certificate of a Key Vault: use the vault's resource id and /certificates/NAME; for the id, use what this command prints: az keyvault show --query id -n VAULT`,
    ],
    ["assignCertificateRole", "no", '"no" is not a boolean: use "true" or "false"'],
    ["certificateIssuer", "letsencrypt/prod", `"letsencrypt/prod" ${objectName}`],
    ["ingressFrom", '["Shop"]', '"Shop" is not a namespace or an address range: use e.g. "shop" or "10.20.0.0/24"'],
    [
      "ingressFrom",
      '["10.20.0.1/24"]',
      '"10.20.0.1/24" is an address inside a range: use "10.20.0.1/32" for this address alone, or "10.20.0.0/24" for all 256',
    ],
    [
      "egressTo",
      '["10.20.0.1/24"]',
      '"10.20.0.1/24" is an address inside a range: use "10.20.0.1/32" for this address alone, or "10.20.0.0/24" for all 256',
    ],
    [
      "egressTo",
      '["db.example","10.20.0.7"]',
      '"db.example" is a host name, and network policies know only addresses and namespaces: use its address ranges, e.g. "10.20.0.0/24", or the name of a namespace',
      '"10.20.0.7" is an address and not a range: use "10.20.0.7/32" for this address alone',
    ],
  ],
  together: [
    [
      "an internal load balancer that an annotation makes public",
      {
        serviceType: "InternalLoadBalancer",
        serviceAnnotations: '{"service.beta.kubernetes.io/azure-load-balancer-internal":"false"}',
      },
      [
        'tarmac:serviceAnnotations: "service.beta.kubernetes.io/azure-load-balancer-internal: false" would make the load balancer public, but serviceType is "InternalLoadBalancer": set serviceType to "PublicLoadBalancer", and remove the annotation',
      ],
    ],
    [
      "annotations of a load balancer without a load balancer",
      { serviceAnnotations: '{"service.beta.kubernetes.io/azure-dns-label-name":"hello"}' },
      [
        'tarmac:serviceAnnotations: "service.beta.kubernetes.io/azure-dns-label-name" has no effect on a Service of type ClusterIP: set serviceType to "InternalLoadBalancer" or "PublicLoadBalancer", or remove it',
      ],
    ],
    [
      "annotations that Azure's controller would refuse or ignore",
      {
        serviceType: "PublicLoadBalancer",
        serviceAnnotations: JSON.stringify({
          "service.beta.kubernetes.io/azure-dns-label-name": "Hello_World",
          "service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout": "3",
          "service.beta.kubernetes.io/azure-load-balancer-internal-subnet": "nodes",
          "service.beta.kubernetes.io/azure-dns-labelname": "hello",
          "pulumi.com/skipAwait": "true",
        }),
      },
      [
        'tarmac:serviceAnnotations: the value of "service.beta.kubernetes.io/azure-dns-label-name": "Hello_World" is not a DNS label of a public address (InvalidDomainNameLabel): use 3 to 63 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "contoso-hello"',
        'tarmac:serviceAnnotations: the value of "service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout": "3" is not a number of minutes from 4 to 100',
        'tarmac:serviceAnnotations: "service.beta.kubernetes.io/azure-load-balancer-internal-subnet" is for internal load balancers, and serviceType is "PublicLoadBalancer": remove it, or change serviceType',
        'tarmac:serviceAnnotations: "service.beta.kubernetes.io/azure-dns-labelname" is not an annotation that Azure knows; did you mean "service.beta.kubernetes.io/azure-dns-label-name"?',
        'tarmac:serviceAnnotations: "pulumi.com/skipAwait" is set by tarmac, which decides what an update waits for: remove it',
      ],
    ],
    [
      "an annotation that admits sources beyond ingressFrom",
      {
        serviceType: "PublicLoadBalancer",
        ingressFrom: '["203.0.113.0/24"]',
        serviceAnnotations: '{"service.beta.kubernetes.io/azure-allowed-ip-ranges":"0.0.0.0/0"}',
      },
      [
        'tarmac:serviceAnnotations: "service.beta.kubernetes.io/azure-allowed-ip-ranges" admits sources in addition to ingressFrom: list all of them in ingressFrom, and remove the annotation',
      ],
    ],
    [
      "address ranges that match nothing in the cluster",
      { egressTo: '["10.244.1.0/24","10.0.0.10/32","fd00::/8","10.20.0.0/24"]', ingressFrom: '["10.244.0.0/16"]' },
      [
        'tarmac:egressTo: "10.244.1.0/24" is in podRange, and network policies do not know pods and Services by address: use the name of their namespace',
        'tarmac:egressTo: "10.0.0.10/32" is in serviceRange, and network policies do not know pods and Services by address: use the name of their namespace',
        'tarmac:egressTo: "fd00::/8" is a range of IPv6, which the cluster does not have: use IPv4 ranges',
        'tarmac:ingressFrom: "10.244.0.0/16" is in podRange, and network policies do not know pods and Services by address: use the name of their namespace',
      ],
    ],
    [
      "private addresses in front of a public load balancer",
      { serviceType: "PublicLoadBalancer", ingressFrom: '["10.20.0.0/24"]' },
      [
        'tarmac:ingressFrom: "10.20.0.0/24" is a private range, and no request to a public load balancer comes from one: use public addresses, or serviceType "InternalLoadBalancer"',
      ],
    ],
    [
      "a path without a host name",
      { routePath: "/shop" },
      ["tarmac:routePath: has no effect without hostname: set hostname, or remove this"],
    ],
    [
      "a host name without a gateway",
      { hostname: "hello.example.com" },
      ["tarmac:gateway: set either gateway, for an existing Gateway, or gatewayClass, for a new one"],
    ],
    [
      "a gateway without a host name",
      { gateway: "gateways/shared", tlsSecret: "hello-tls" },
      [`tarmac:gateway: ${nowhere}`, `tarmac:tlsSecret: ${nowhere}`],
    ],
    [
      "a gateway of its own without a certificate",
      { hostname: "hello.example.com", gatewayClass: "approuting-istio" },
      [
        "tarmac:tlsSecret: a certificate is missing: set tlsSecret, the Secret that holds it, certificateIssuer, which creates it, or keyVaultCertificate",
      ],
    ],
    [
      "a certificate of Key Vault beside one of a Secret",
      {
        ...{ hostname: "hello.example.com", gatewayClass: "approuting-istio", tlsSecret: "hello-tls" },
        keyVaultCertificate: certificate,
      },
      [
        "tarmac:keyVaultCertificate: a certificate of Key Vault needs no Secret: remove tlsSecret and certificateIssuer, or this",
      ],
    ],
    [
      "a certificate of Key Vault without the add-on that fetches it",
      { hostname: "hello.example.com", gatewayClass: "azure-alb-external", keyVaultCertificate: certificate },
      [
        'tarmac:keyVaultCertificate: only the gateway class "approuting-istio" fetches certificates: use it, or certificateIssuer or tlsSecret',
      ],
    ],
    [
      "a role on a certificate that is not set",
      {
        ...{ hostname: "hello.example.com", gatewayClass: "approuting-istio", tlsSecret: "hello-tls" },
        assignCertificateRole: "false",
      },
      ["tarmac:assignCertificateRole: applies only to keyVaultCertificate: set that, or remove this"],
    ],
    [
      "a certificate for an existing gateway",
      { hostname: "hello.example.com", gateway: "gateways/shared/https", certificateIssuer: "letsencrypt" },
      ["tarmac:certificateIssuer: an existing gateway has its own certificate and settings: remove this"],
    ],
    [
      "a load balancer beside a gateway",
      {
        ...{ hostname: "hello.example.com", gatewayClass: "approuting-istio", certificateIssuer: "letsencrypt" },
        serviceType: "PublicLoadBalancer",
      },
      ['tarmac:serviceType: "PublicLoadBalancer" would serve plain HTTP beside the gateway\'s TLS: use "ClusterIP"'],
    ],
    [
      "a namespace behind a load balancer",
      { serviceType: "InternalLoadBalancer", ingressFrom: '["shop"]' },
      [
        'tarmac:ingressFrom: "shop" is not an address range, and behind a load balancer namespaces cannot be told apart: use ADDRESS/BITS, e.g. "203.0.113.0/24"',
      ],
    ],
  ],
};
