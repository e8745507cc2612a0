// Container: where the classes of one component meet. Built fresh from the component's plugin each time it starts, so
// that a swapped part never keeps anything of its predecessor.
// Always true: default scope Singleton, never rebound, never nested.

import { Container } from 'inversify';
import { ConfigurationError } from './configuration-error.ts';
import { checkOptions, labelOf } from './options.ts';
import { type ConfiguredPlugin, moduleOf } from './plugin.ts';
import { nameOf, type Token } from './token.ts';

/** A token with the value that it stands for. */
export type Given = readonly [Token<unknown>, unknown];

/** Typed way of writing a Given. */
export const given = <T>(token: Token<T>, value: T): Given => [token, value];

/**
 * @param values what the component is given: ApiClient, Clock, Random, its node, ...
 * @throws ConfigurationError when a plugin does not bind what it says it provides, or its options are wrong.
 */
export function assemble(plugins: readonly ConfiguredPlugin[], values: readonly Given[]): Container {
  const container = new Container({ defaultScope: 'Singleton' });
  for (const [token, value] of values) container.bind(token).toConstantValue(value);
  for (const plugin of plugins) {
    container.load(moduleOf(plugin.definition, checkOptions(plugin)));
    for (const token of plugin.definition.provides) {
      if (container.isBound(token)) continue;
      throw new ConfigurationError(
        `plugin ${labelOf(plugin)} says that it provides ${nameOf(token)} but its bind() does not bind it: add bind(${nameOf(token)}).toResolvedValue(...)`,
      );
    }
  }
  return container;
}
