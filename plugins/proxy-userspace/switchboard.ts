// Switchboard: the sockets that proxies of one network listen on, so that one proxy can follow another without a gap.
//   claim(place, claimant)   the claimant gets what arrives there from now on
//   claim.release()          it goes to the one who had the place before; if there is none, the socket closes
// A successor claims every place while its predecessor still runs; then the predecessor releases its own claims. The
// socket stays open all the time, nobody is refused. Should the successor not come up, it releases, and all is as before.
// Always true: a socket is open exactly as long as somebody claims it; the network knows an address exactly that long.

import type { HostAddress, Network, Protocol, Registration } from '../../core/contracts/network.ts';
import { openTcpPort, type TcpClaimant } from './tcp-port.ts';
import { openUdpPort, type UdpClaimant } from './udp-port.ts';

/** What arrives is offered to it; an interface for both protocols, so that either kind of port can ask. */
export type Claimant = TcpClaimant & UdpClaimant;

/** Where clients connect to, and where a socket is to be opened for it. */
export interface Place {
  readonly protocol: Protocol;
  /** What the network calls it; '' when it is known by its socket alone (NodePort). */
  readonly address: string;
  readonly port: number;
  /** Where to listen; port 0: wherever there is room. */
  readonly listen: HostAddress;
}

/** An open socket. */
export interface OpenPort {
  readonly at: HostAddress;
  /** Ends what goes to a backend (`10.244.0.2:80`) that is no longer one, where the protocol knows no connections. */
  endFlows(to: (backend: string) => boolean): void;
  /** Takes nothing new. TCP connections that are under way go on. */
  close(): void;
}

export interface Claim<C> {
  readonly port: OpenPort;
  /** Who had the place when it was claimed. */
  readonly predecessor: C | undefined;
  release(): void;
}

/** A place in use. */
interface Desk<C> {
  readonly opening: Promise<OpenPort>;
  port?: OpenPort;
  registration?: Registration;
  /** The last one is served. */
  readonly claims: { readonly claimant: C }[];
}

const keyOf = ({ protocol, address, port }: Place): string => `${protocol} ${address} ${port}`;

export class Switchboard<C extends Claimant = Claimant> {
  readonly #network: Network;
  readonly #desks = new Map<string, Desk<C>>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** How many sockets are open, or about to be. */
  get size(): number {
    return this.#desks.size;
  }

  /** @throws Error with `code` EADDRINUSE, EACCES, ... when no socket can be opened there. */
  async claim(place: Place, claimant: C): Promise<Claim<C>> {
    const key = keyOf(place);
    const desk = this.#desks.get(key) ?? this.#open(key, place);
    const predecessor = desk.claims.at(-1)?.claimant;
    const entry = { claimant };
    desk.claims.push(entry);
    const release = () => {
      const at = desk.claims.indexOf(entry);
      if (at >= 0) desk.claims.splice(at, 1);
      if (desk.claims.length === 0) this.#close(key, desk);
    };
    try {
      return { port: await desk.opening, predecessor, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #open(key: string, place: Place): Desk<C> {
    const claims: { readonly claimant: C }[] = [];
    const served = () => claims.at(-1)?.claimant;
    const opening = place.protocol === 'UDP' ? openUdpPort(place.listen, served) : openTcpPort(place.listen, served);
    const desk: Desk<C> = { opening: opening.then((port) => this.#opened(desk, place, port)), claims };
    this.#desks.set(key, desk);
    return desk;
  }

  #opened(desk: Desk<C>, place: Place, port: OpenPort): OpenPort {
    desk.port = port;
    try {
      if (desk.claims.length === 0) port.close();
      else if (place.address !== '') {
        desk.registration = this.#network.register(place.address, place.port, place.protocol, port.at);
      }
      return port;
    } catch (error) {
      port.close();
      throw error;
    }
  }

  #close(key: string, desk: Desk<C>): void {
    if (this.#desks.get(key) === desk) this.#desks.delete(key);
    desk.registration?.close();
    desk.port?.close();
  }
}
