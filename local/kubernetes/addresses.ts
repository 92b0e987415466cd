/** Which Service of type LoadBalancer has which address. Pure: the controller watches and writes. */
import { network } from "../settings.ts";

/** What of a Service decides about its address. */
export interface ServiceState {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** Another class than none means that another controller provides. */
  readonly loadBalancerClass: string | undefined;
  /** The address the Service asks for (spec.loadBalancerIP). */
  readonly wanted: string | undefined;
  /** What stands in status.loadBalancer.ingress. */
  readonly present: readonly string[];
  /** Being deleted: keeps what it has. */
  readonly deleting: boolean;
}

export interface AddressChange {
  readonly namespace: string;
  readonly name: string;
  /** Undefined clears the status. */
  readonly address: string | undefined;
}

const lastNumber = 254;

export function isOurs(address: string): boolean {
  const { loadBalancerPrefix: prefix } = network;
  if (!address.startsWith(prefix)) return false;
  const number = address.slice(prefix.length);
  return /^[1-9]\d{0,2}$/.test(number) && Number(number) <= lastNumber;
}

function takesAddress(service: ServiceState): boolean {
  return service.type === "LoadBalancer" && service.loadBalancerClass === undefined;
}

/**
 * The changes that bring all Services to what they should have. A Service keeps the address it has; a new one gets the
 * one it asks for if that is ours and free, else the lowest free one; a Service of another type loses an address of ours.
 * When all are taken, a Service stays without (pending), as on a cloud without quota.
 */
export function addressChanges(services: readonly ServiceState[]): AddressChange[] {
  const taken = new Set<string>();
  const waiting: ServiceState[] = [];
  const changes: AddressChange[] = [];
  for (const service of services) {
    const { namespace, name, present, wanted } = service;
    if (!takesAddress(service)) {
      if (present.some(isOurs)) changes.push({ namespace, name, address: undefined });
      continue;
    }
    const address = present.length === 1 ? present[0] : undefined;
    const keeps = address !== undefined && isOurs(address) && !taken.has(address);
    if (keeps && (wanted === undefined || wanted === address || !isOurs(wanted))) taken.add(address);
    else if (!service.deleting) waiting.push(service);
  }
  const free = (address: string) => !taken.has(address);
  const candidates = Array.from({ length: lastNumber }, (_, index) => `${network.loadBalancerPrefix}${index + 1}`);
  for (const { namespace, name, wanted } of waiting) {
    const address = wanted !== undefined && isOurs(wanted) && free(wanted) ? wanted : candidates.find(free);
    if (address === undefined) continue;
    taken.add(address);
    changes.push({ namespace, name, address });
  }
  return changes;
}
