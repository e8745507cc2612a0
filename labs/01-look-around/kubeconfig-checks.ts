// Checks 1.1 to 1.3: a kubeconfig that works. A cluster without nodes stands behind HTTPS, and what the student's kubeconfig
// says is done: over TLS, by the way that kubectl takes.

import { ConfigMaps } from '../../core/model/config-map.ts';
import { Namespaces } from '../../core/model/namespace.ts';
import { nextTurn } from '../../core/time/turn.ts';
import type { HttpApi } from '../../plugins/api-http/plugin.ts';
import type { Check, StudentPart } from '../kit/lab.ts';
import { inWorld, type World } from '../kit/world.ts';
import { common, lineOfField, lookAround } from './answers.ts';
import { Doorway, type Facts, factsFor } from './front-door.ts';
import { ask, Unusable, type Way, wayOf } from './kubeconfig.ts';

/** Who stands at the door of the cluster, and with what. */
interface Caller {
  readonly check: string;
  readonly world: World;
  readonly part: StudentPart;
  /** What ann is given, whose place is the namespace shop; or what others are. */
  readonly facts: Facts;
  factsOf(user: string, namespace: string): Promise<Facts>;
  /** Opens another door to the same cluster, which shows a certificate that the facts' authority has not signed. */
  falseDoor(): Promise<HttpApi>;
}

/** A check of the kubeconfig: a cluster without nodes behind HTTPS. Ports and keys differ each time; chance has no part in it. */
function atTheDoor(id: string, work: (caller: Caller) => Promise<void>): Check {
  const run: Check['run'] = (part, seed) => {
    const doorway = new Doorway();
    const options = { ...common, check: id, nodes: 0, controllers: [], plugins: [doorway.plugin()] };
    return inWorld(options, async (world) => {
      const doors: HttpApi[] = [];
      const open = async () => {
        const door = await doorway.open(world.clock);
        doors.push(door);
        return door;
      };
      try {
        const door = await open();
        const factsOf = (name: string, namespace: string) => factsFor(door, { name, groups: ['students'] }, namespace);
        await work({ check: id, world, part, facts: await factsOf('ann', 'shop'), factsOf, falseDoor: open });
      } finally {
        for (const door of doors) await door.stop();
        // Sockets of TLS put themselves away in the turns after they were closed.
        for (let turns = 0; turns < 3; turns += 1) await nextTurn();
      }
    })(part, seed);
  };
  return { id, seeds: 1, run };
}

/** Where the student's kubeconfig leads. @throws FailedCheck when kubectl could not use it */
async function wayFor({ check, world, part }: Caller, facts: Facts): Promise<Way> {
  const { kubeconfig } = lookAround(part);
  const line = lineOfField(part, 'kubeconfig');
  // What is wrong with the file itself, 1.1 tells; the others only say that they could not go on.
  const unusable = (message: string, values: Readonly<Record<string, string>>) =>
    check === '1.1' ? world.fail(message, values, { line }) : world.fail('unusable', {}, { line });
  if (typeof kubeconfig !== 'function') return unusable('no-function', { found: typeof kubeconfig });
  let text: unknown;
  try {
    text = await kubeconfig(facts);
  } catch (error) {
    return world.fail('threw', { doing: 'kubeconfig(facts)', error: String(error) }, { line });
  }
  try {
    return wayOf(text);
  } catch (error) {
    if (error instanceof Unusable) return unusable(error.problem, error.values);
    throw error;
  }
}

/** What a person would look up: `SELF_SIGNED_CERT_IN_CHAIN`, `ECONNREFUSED`. */
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).message;

/** Asks as kubectl would; a server that cannot be reached, or shows the wrong certificate, is a finding. */
async function asked({ world, part }: Caller, way: Way, method: 'GET' | 'POST', path: string, body?: object) {
  try {
    return await ask(way, method, path, body);
  } catch (error) {
    return world.fail('unreachable', { error: codeOf(error) }, { line: lineOfField(part, 'kubeconfig') });
  }
}

export const leadsThere = atTheDoor('1.1', async (caller) => {
  const { world, part, facts } = caller;
  const way = await wayFor(caller, facts);
  if (new URL(way.server).port !== new URL(facts.server).port) {
    world.fail('other-server', { server: way.server }, { line: lineOfField(part, 'kubeconfig') });
  }
  await asked(caller, way, 'GET', '/version');
});

export const trustsNobodyElse = atTheDoor('1.2', async (caller) => {
  const { world, part, facts, falseDoor } = caller;
  await asked(caller, await wayFor(caller, facts), 'GET', '/version');
  const { url: server } = await falseDoor();
  const lured = await wayFor(caller, { ...facts, server });
  const answered = await ask(lured, 'GET', '/version').then(
    () => true,
    () => false,
  );
  if (answered) world.fail('trusts-anybody', {}, { line: lineOfField(part, 'kubeconfig') });
});

export const speaksForItsUser = atTheDoor('1.3', async (caller) => {
  await isKnownAs(caller, caller.facts);
  await isKnownAs(caller, await caller.factsOf('bob', 'bank'));
});

/** The cluster takes the caller for the user of the facts, and kubectl looks into the namespace that they name. */
async function isKnownAs(caller: Caller, facts: Facts): Promise<void> {
  const { world, part } = caller;
  const line = lineOfField(part, 'kubeconfig');
  await world.client.of(Namespaces).create({ metadata: { name: facts.namespace }, spec: {} });
  await world.client
    .of(ConfigMaps)
    .in(facts.namespace)
    .create({ metadata: { name: 'hello' } });
  const way = await wayFor(caller, facts);
  const review = await asked(caller, way, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  });
  const who = review.body.status?.userInfo?.username ?? 'system:anonymous';
  if (who !== facts.user) world.fail('somebody-else', { who, user: facts.user }, { line });
  const found = await asked(caller, way, 'GET', `/api/v1/namespaces/${way.namespace}/configmaps/hello`);
  if (found.code !== 200) world.fail('elsewhere', { namespace: way.namespace, wanted: facts.namespace }, { line });
}
