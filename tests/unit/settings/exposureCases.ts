/** Values of the settings of who reaches the service: which are taken, which are refused, and what is then said. */
import type { SettingCases } from "./settingCases.ts";

const objectName =
  'is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"';
const hostName = 'is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"';
const gateway = 'is not a gateway: use NAMESPACE/NAME or NAMESPACE/NAME/LISTENER, e.g. "gateways/shared/https"';
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
    ["hostname", "https://hello.example.com", `"https://hello.example.com" ${hostName}`],
    ["routePath", "api", '"api" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"'],
    ["gateway", "shared", `"shared" ${gateway}`],
    ["gateway", "a/b/c/d", `"a/b/c/d" ${gateway}`],
    ["gatewayClass", "Istio", `"Istio" ${objectName}`],
    ["tlsSecret", "a_b", `"a_b" ${objectName}`],
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
    ["egressTo", '["db.example"]', '"db.example" is not an address range: use ADDRESS/BITS, e.g. "10.20.0.0/24"'],
  ],
  together: [
    [
      "a host name without a gateway",
      { hostname: "hello.example.com" },
      ["tarmac:gateway: set either gateway, for an existing Gateway, or gatewayClass, for a new one"],
    ],
    [
      "a gateway without a host name",
      { gateway: "gateways/shared", tlsSecret: "hello-tls" },
      [`tarmac:gateway: "gateways/shared" ${nowhere}`, `tarmac:tlsSecret: "hello-tls" ${nowhere}`],
    ],
    [
      "a gateway of its own without a certificate",
      { hostname: "hello.example.com", gatewayClass: "approuting-istio" },
      [
        "tarmac:tlsSecret: a certificate is missing: set tlsSecret, the Secret that holds it, or certificateIssuer, which creates it",
      ],
    ],
    [
      "a certificate for somebody else's gateway",
      { hostname: "hello.example.com", gateway: "gateways/shared/https", certificateIssuer: "letsencrypt" },
      ["tarmac:gateway: an existing gateway has its own certificate: remove tlsSecret and certificateIssuer"],
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
