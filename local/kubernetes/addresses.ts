/** Decides which Service of type LoadBalancer has which address. Pure functions: the controller watches and writes. */
import { network } from "../layout.ts";

/** The parts of a Service that decide about its address. */
export interface ServiceState {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  /** If it is set, another controller provides the address. */
  readonly loadBalancerClass: string | undefined;
  /** The address the Service asks for (spec.loadBalancerIP). */
  readonly wanted: string | undefined;
  /** The addresses in status.loadBalancer.ingress. */
  readonly present: readonly string[];
  /** The Service is being deleted and keeps its address. */
  readonly deleting: boolean;
  /** Whether the address forwards to the pods now (ipMode VIP). */
  readonly forwarding: boolean;
  /** Whether the load balancer's health probes succeed. */
  readonly healthy: boolean;
}

export interface AddressChange {
  readonly namespace: string;
  readonly name: string;
  /** Undefined clears the status. */
  readonly address: string | undefined;
  /** Whether the address is to forward to the pods. */
  readonly forwarding: boolean;
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

/** The address a Service has already, if it is one of ours. */
function held({ present }: ServiceState): string | undefined {
  const address = present.length === 1 ? present[0] : undefined;
  return address !== undefined && isOurs(address) ? address : undefined;
}

/**
 * The changes that give all Services the right addresses. A Service keeps its address, unless it asks for another address
 * of ours that is free. A new Service gets the address that it asks for if that is free, otherwise the lowest free one. A
 * Service of another type loses an address of ours. When all addresses are taken, a Service has none (pending), as on a
 * cloud without quota. An address forwards exactly as long as the Service is healthy. After these changes, a second call
 * returns none.
 */
export function addressChanges(services: readonly ServiceState[]): AddressChange[] {
  const owner = new Map<string, ServiceState>();
  const changes = new Map<ServiceState, string | undefined>();
  const give = (service: ServiceState, address: string) => {
    owner.set(address, service);
    changes.set(service, address);
  };
  const isFree = (address: string) => !owner.has(address);
  const wantsFree = ({ wanted }: ServiceState) => wanted !== undefined && isOurs(wanted) && isFree(wanted);

  for (const service of services.filter((candidate) => !takesAddress(candidate))) {
    if (service.present.some(isOurs)) changes.set(service, undefined);
  }
  const ours = services.filter(takesAddress);
  for (const service of ours) {
    const address = held(service);
    if (address !== undefined && isFree(address)) owner.set(address, service);
  }
  // A Service that moves frees an address that another one may have asked for. No Service moves twice.
  for (;;) {
    const mover = ours.find((service) => !service.deleting && !changes.has(service) && wantsFree(service));
    if (mover?.wanted === undefined) break;
    const left = held(mover);
    give(mover, mover.wanted);
    if (left === undefined || owner.get(left) !== mover) continue;
    // If two Services had the address, the other one keeps it. It is not free: the next pass would take it from a third.
    const other = ours.find((service) => !changes.has(service) && held(service) === left);
    if (other === undefined) owner.delete(left);
    else owner.set(left, other);
  }
  const settled = new Set(owner.values());
  const candidates = Array.from({ length: lastNumber }, (_, index) => `${network.loadBalancerPrefix}${index + 1}`);
  for (const service of ours.filter((candidate) => !candidate.deleting && !settled.has(candidate))) {
    const address = candidates.find(isFree);
    if (address !== undefined) give(service, address);
  }
  for (const service of ours) {
    const address = held(service);
    if (changes.has(service) || address === undefined || service.forwarding === service.healthy) continue;
    if (!service.deleting) changes.set(service, address);
  }
  return [...changes].map(([{ namespace, name, healthy }, address]) => ({
    ...{ namespace, name, address },
    forwarding: address !== undefined && healthy,
  }));
}
