// Tokens: the names under which parts of a component find each other.
//   slot(name)          takes exactly one provider in a component (Store, Scheduler, ContainerRuntime, ...)
//   contribution(name)  takes any number, in listed order (Controller, Resource, AdmissionPlugin, ...)
// An interface and its token share one name and one file:
//   export interface Store { ... }
//   export const Store = slot<Store>('Store');
// Always true: a token is a plain symbol; whether it takes one or many is kept beside it, not in it.

import type { ServiceIdentifier } from 'inversify';

export type Token<T> = ServiceIdentifier<T> & symbol;

/** How many providers a token takes in one component. */
export type Arity = 'one' | 'many';

const arities = new Map<symbol, Arity>();

/** `Symbol(name)`, typed, so that `get` and `bind` of a container know what they deal with. */
export function token<T>(name: string, arity: Arity = 'one'): Token<T> {
  const symbol = Symbol(name);
  arities.set(symbol, arity);
  return symbol as Token<T>;
}

/** A token that takes exactly one provider in a component; none or two is an error at start. */
export const slot = <T>(name: string): Token<T> => token<T>(name, 'one');

/** A token that takes any number of providers, kept in listed order. */
export const contribution = <T>(name: string): Token<T> => token<T>(name, 'many');

/** Whether the token takes one provider or many. */
export const arityOf = (of: Token<unknown>): Arity => arities.get(of) ?? 'one';

/** The token's name as a reader knows it: 'Store', 'Scheduler'. */
export const nameOf = (of: Token<unknown>): string => of.description ?? 'anonymous token';
