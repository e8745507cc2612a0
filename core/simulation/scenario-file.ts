// Scenario file: reads a scenario and finds everything that is wrong with it before anything runs, each with its line:
//   shop.yaml:31: spec.events.2.opcode: there is no opcode stopNodes (did you mean stopNode?); there are: createPods, ...
// First each field by the rules of its class, then what only shows when several are seen together: names that nothing
// has, times after the end, more nodes than there are, waits that go round in a circle.

import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { choiceAt, isRecord, mapOf, problemsIn, readYaml, strict } from '../cluster/checked-yaml.ts';
import { ConfigurationError } from '../cluster/configuration-error.ts';
import { nearest } from '../cluster/nearest.ts';
import type { Locate } from '../cluster/yaml-lines.ts';
import { Scenario } from './scenario.ts';
import { contradictions } from './scenario-checks.ts';
import { type EventBase, eventClasses } from './scenario-events.ts';

/** @param name of the file, for messages @throws ConfigurationError with a line for each thing that is wrong */
export function parseScenario(text: string, name: string): { readonly scenario: Scenario; readonly at: Locate } {
  const { plain, at } = readYaml(text, name, 'a scenario');
  const said = withoutNulls(plain) as typeof plain;
  const whole = { ...said, spec: normalized(said.spec, at) };
  const scenario: Scenario = mapOf(() => plainToInstance(Scenario, whole), name, 'a scenario');
  const problems = [...problemsIn(validateSync(scenario, strict), at, 'a scenario'), ...wrongEvents(said.spec, at)];
  if (problems.length === 0) {
    scenario.spec.events = (scenario.spec.events ?? []).map((event) => eventOf(event as never));
    problems.push(...contradictions(scenario, at));
  }
  if (problems.length > 0) throw new ConfigurationError(inOrder(problems, name));
  return { scenario, at };
}

/** A field with nothing behind it (`from:`) says nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const said = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(said.map(([key, item]) => [key, withoutNulls(item)]));
}

/** By their lines, each once. */
function inOrder(problems: readonly string[], name: string): string[] {
  const lineOf = (problem: string) => Number.parseInt(problem.slice(name.length + 1), 10);
  return [...new Set(problems)].sort((a, b) => lineOf(a) - lineOf(b));
}

/** Plugins by their names alone, spelled out with the line they stand at. */
function normalized(spec: unknown, at: Locate): unknown {
  if (!isRecord(spec) || !isRecord(spec.cluster)) return spec;
  const cluster: Record<string, unknown> = { ...spec.cluster };
  const here = ['spec', 'cluster'];
  for (const key of ['store', 'scheduler'])
    if (key in cluster) cluster[key] = choiceAt(cluster[key], at, [...here, key]);
  for (const key of ['schedulers', 'controllers']) {
    const list = cluster[key];
    if (Array.isArray(list)) cluster[key] = list.map((value, index) => choiceAt(value, at, [...here, key, index]));
  }
  return { ...spec, cluster };
}

const opcodes = Object.keys(eventClasses);

const classOf = (opcode: unknown): (new () => EventBase) | undefined =>
  opcodes.includes(opcode as string) ? eventClasses[opcode as keyof typeof eventClasses] : undefined;

const eventOf = (event: { readonly opcode: keyof typeof eventClasses }): EventBase =>
  plainToInstance(eventClasses[event.opcode] as new () => EventBase, event);

/** Which class an event has, its opcode says. */
function wrongEvents(spec: unknown, at: Locate): string[] {
  const events = isRecord(spec) && Array.isArray(spec.events) ? spec.events : [];
  return events.flatMap((event: unknown, index) => {
    const path = ['spec', 'events', index];
    if (!isRecord(event)) return [];
    const type = classOf(event.opcode);
    if (!type) {
      const near = typeof event.opcode === 'string' ? nearest(event.opcode, opcodes) : '';
      const found =
        event.opcode === undefined ? 'an event needs an opcode' : `there is no opcode ${event.opcode}${near}`;
      return [`${at([...path, 'opcode'])}: ${path.join('.')}: ${found}; there are: ${opcodes.join(', ')}`];
    }
    const made = plainToInstance(type, event);
    return problemsIn(validateSync(made, strict), at, `opcode ${event.opcode}`, path).map((problem) =>
      problem.replace(`${path.join('.')} has no field`, `opcode ${event.opcode} has no field`),
    );
  });
}
